using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Gathering, choosing and rearranging elements, and einsum.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Indexing =>
    [
        new("gather", t => t[0].Gather(1, Indices([2, 2], 2, 0, 0, 1)) * t[0].Gather(1, Indices([2, 2], 2, 1, 0, 0)), Values(1, 2, 3)),
        new("scatterAdd", t => t[0].ScatterAdd(0, Indices([3, 2], 1, 0, 1, 0, 0, 1), t[1]) * t[0], Values(1, 2, 2), Values(2, 3, 2)),
        new("indexSelect", t => t[0].IndexSelect(0, Indices([2, 2], 2, 0, 2, 1)), Values(1, 3, 4)),
        new("indexSelect along the last axis", t => t[0].IndexSelect(-1, Indices([3], 2, 0, 2)) * t[0], Values(1, 4, 3)),
        new("indexAdd", t => t[0].IndexAdd(0, Indices([3], 1, 0, 1), t[1]) * t[0], Values(1, 2, 3), Values(2, 3, 3)),
        new("where", t => Tensor.Where(Checkers(2, 3), t[0], t[1]) * t[0], Values(1, 2, 3), Values(2, 2, 3)),
        new("where broadcast", t => Tensor.Where(Checkers(3), t[0], t[1]), Values(1, 2, 1), Values(2, 1)),
        new("where with numbers", t => Tensor.Where(Checkers(2, 3), t[0], 1.5) * Tensor.Where(Checkers(3), 0.5, t[0]), Values(1, 2, 3)),
        new("maskedFill", t => t[0].MaskedFill(Checkers(3), 2.0) * t[0], Values(1, 2, 3)),
        new("maskedSelect", t => t[0].MaskedSelect(Checkers(2, 3)), Values(1, 2, 3)),
        new("tril", t => t[0].Tril(-1) * t[0], Values(1, 2, 3, 3)),
        new("triu", t => t[0].Triu(1), Values(1, 3, 4)),
        new("diagonal", t => t[0].Diagonal(1), Values(1, 2, 3, 4)),
        new("trace", t => t[0].Trace() * t[0].Trace(), Values(1, 3, 3)),
        new("flip", t => t[0].Flip(0, 2) * t[0], Values(1, 2, 3, 2)),
        new("roll", t => t[0].Roll(-1, 1) * t[0], Values(1, 2, 3)),
        new("tile", t => t[0].Tile(2, 1, 2), Values(1, 2, 3)),
        new("repeatInterleave", t => t[0].RepeatInterleave(2, 0), Values(1, 2, 3)),
        new("dot", t => t[0].Dot(t[1]), Values(1, 3), Values(2, 3)),
        new("outer", t => t[0].Outer(t[1]), Values(1, 3), Values(2, 2)),
    ];

    internal static IEnumerable<GradientCase> Einsums =>
    [
        new("einsum product", t => Tensor.Einsum("ij,jk->ik", t[0], t[1]), Values(1, 2, 3), Values(2, 3, 2)),
        new("einsum attention", t => Tensor.Einsum("bhqd,bhkd->bhqk", t[0], t[1]), Values(1, 2, 1, 2, 3), Values(2, 2, 1, 3, 3)),
        new("einsum of three", t => Tensor.Einsum("bi,ijk,bk->bj", t[0], t[1], t[2]), Values(1, 2, 2), Values(2, 2, 3, 2), Values(3, 2, 2)),
        new("einsum diagonal", t => Tensor.Einsum("iji,j->i", t[0], t[1]), Values(1, 2, 3, 2), Values(2, 3)),
        new("einsum ellipsis", t => Tensor.Einsum("...ij,...j->...i", t[0], t[1]), Values(1, 2, 2, 3), Values(2, 1, 3)),
    ];

    private static Tensor Indices(int[] shape, params int[] values) => Tensor.From(values, shape);

    /// <summary>true, false, true, … in row-major order.</summary>
    private static Tensor Checkers(params int[] shape)
    {
        bool next = false;
        return Tensor.Init(shape, _ => (next = !next) ? 1.0 : 0.0, DType.Bool);
    }
}
