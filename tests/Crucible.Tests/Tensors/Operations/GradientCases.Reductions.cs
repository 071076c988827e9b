using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Reductions, running sums and sorting.</summary>
public static partial class GradientCases
{

    /// <summary>One row with a zero, one with two, one with none.</summary>
    private static Tensor Zeros => Tensor.Of(new[,] { { 2.0, 0.0, 3.0 }, { 0.0, -1.0, 0.0 }, { 1.5, -2.0, 0.5 } }, DType.Float64);

    internal static IEnumerable<GradientCase> Reductions =>
    [
        new("mean", t => t[0].Mean(), Values(1, 2, 3)),
        new("mean over an axis", t => t[0].Mean(1), Values(1, 2, 3, 2)),
        new("mean over axes", t => t[0].Mean([0, 2], keepDims: true), Values(1, 2, 3, 2)),
        new("sum over no axes", t => t[0].Sum(Array.Empty<int>()) * t[0], Values(1, 2, 3)),
        new("max", t => t[0].Max(), Values(1, 2, 3)),
        new("max over an axis", t => t[0].Max(1) * t[0].Max(1), Values(1, 2, 3, 2)),
        new("max over axes", t => t[0].Max([0, 2]), Values(1, 2, 3, 2)),
        new("min", t => t[0].Min(), Values(1, 2, 3)),
        new("min over an axis", t => t[0].Min(0, keepDims: true) * t[0], Values(1, 2, 3)),
        new("var", t => t[0].Var(), Values(1, 2, 3)),
        new("var over an axis", t => t[0].Var(1, correction: 0), Values(1, 2, 3)),
        new("var over axes", t => t[0].Var([0, 2], keepDims: true), Values(1, 2, 3, 2)),
        new("std", t => t[0].Std(), Values(1, 2, 3)),
        new("std over an axis", t => t[0].Std(0, correction: 0), Values(1, 3, 2)),
        new("prod", t => t[0].Prod(), Values(1, 5)),
        new("prod over an axis", t => t[0].Prod(1), Values(1, 2, 4, 2)),
        new("prod over axes", t => t[0].Prod([0, 2]), Values(1, 2, 3, 2)),
        new("prod with zeros", t => t[0].Prod(1), Zeros),
        new("logSumExp", t => t[0].LogSumExp(), Values(1, 2, 3)),
        new("logSumExp over an axis", t => t[0].LogSumExp(1, keepDims: true), Values(1, 2, 3)),
        new("logSumExp over the first axis", t => t[0].LogSumExp(0), Values(1, 2, 3)),
        new("norm", t => t[0].Norm(), Values(1, 2, 3)),
        new("norm over an axis", t => t[0].Norm(2, 0, keepDims: true), Values(1, 3, 2)),
        new("norm of order 1", t => t[0].Norm(1, 1) * t[0].Norm(1, 1), Values(1, 2, 3)),
        new("norm of order 3", t => t[0].Norm(3), Values(1, 2, 3)),
        new("norm of order 1.5 over axes", t => t[0].Norm(1.5, [0, 1]), Values(1, 2, 3)),
        new("norm of order infinity", t => t[0].Norm(double.PositiveInfinity, 1) * t[0].Sum(1), Values(1, 2, 3)),
        new("cumSum", t => t[0].CumSum(1) * t[0], Values(1, 2, 3, 2)),
        new("sort", t => t[0].Sort(1).Item1 * t[0].Sort(1, descending: true).Item1, Values(1, 2, 4)),
        new("topK", t => t[0].TopK(2, 0).Item1, Values(1, 4, 2)),
    ];
}
