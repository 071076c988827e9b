using Crucible.Tensors;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Matrix products.</summary>
internal static class Products
{
    private static readonly string[] Specifications =
    [
        "ij,jk->ik", "ij,ij->i", "bij,bjk->bik", "ij,kj->ki", "i,j->ij", "ij,jk,k->i", "bij,j->bi", "ij->ji", "ijk->j", "bi,bi->",
        "ij,k->ikj",
    ];

    public static IEnumerable<OperationCase> Cases =>
    [
        new("matmul", draw =>
        {
            int a = draw.Float(2);
            (bool transposeA, bool transposeB) = (draw.Chance(0.3), draw.Chance(0.3));
            int inner = draw[a].Shape[transposeA ? ^2 : ^1], columns = draw.Choose(0, 1, 2, 3, 5, 18);
            int[] stack = draw.Chance(0.5) ? [] : [.. draw[a].Shape[..^2].Select(size => draw.Chance(0.4) ? 1 : size)];
            int b = draw.Leaf([.. stack, .. transposeB ? new[] { columns, inner } : [inner, columns]], draw[a].Type);
            return Two("matmul", a, b, (x, y) => x.MatMul(y, transposeA, transposeB),
                (x, y) => MatMul(transposeA ? Transposed(x) : x, transposeB ? Transposed(y) : y),
                $"{{0}}.MatMul({{1}}, {Bool(transposeA)}, {Bool(transposeB)})");
        }),
        new("matmul of a vector", draw =>
        {
            int a = draw.Float(2);
            int b = draw.Leaf([draw[a].Shape[^1]], draw[a].Type);
            return Two("matmul of a vector", a, b, (x, y) => x.MatMul(y),
                (x, y) => MatMul(x, y.Reshape([y.Count, 1])).Reshape(x.Shape[..^1]), "{0}.MatMul({1})");
        }),
        new("linear", draw =>
        {
            int x = draw.Float(1);
            int columns = draw.Choose(0, 1, 3, 17);
            int weight = draw.Leaf([draw[x].Shape[^1], columns], draw[x].Type), bias = draw.Leaf([columns], draw[x].Type);
            return new("linear", [x, weight, bias], t => t[0].Linear(t[1], t[2]), s => SlowTensor.Zip(
                MatMul(s[0].Reshape([.. Enumerable.Repeat(1, s[0].Rank == 1 ? 1 : 0), .. s[0].Shape]), s[1])
                    .Reshape([.. s[0].Shape[..^1], columns]),
                s[2], (p, q) => p + q), n => $"{n[0]}.Linear({n[1]}, {n[2]})");
        }),
        new("dot", draw =>
        {
            int a = draw.Float(1, where: x => x.Rank == 1);
            return Two("dot", a, draw.Leaf(draw[a].Shape, draw[a].Type), (x, y) => x.Dot(y),
                (x, y) => SlowTensor.Einsum("i,i->", x, y), "{0}.Dot({1})");
        }),
        new("outer", draw =>
        {
            int a = draw.Float(1, where: x => x.Rank == 1);
            return Two("outer", a, draw.Leaf([draw.Choose(0, 1, 3)], draw[a].Type), (x, y) => x.Outer(y),
                (x, y) => SlowTensor.Einsum("i,j->ij", x, y), "{0}.Outer({1})");
        }),
        new("einsum", draw =>
        {
            string specification = draw.Choose(Specifications);
            string[] terms = specification.Split("->")[0].Split(',');
            Dictionary<char, int> sizes = [];
            foreach (char letter in terms.SelectMany(term => term)) sizes[letter] = draw.Choose(1, 2, 3, 4);
            if (draw.Chance(0.1)) sizes[terms[0][0]] = 0;
            int[] operands = [.. terms.Select(term => draw.Leaf([.. term.Select(letter => sizes[letter])], draw.Type))];
            return new("einsum", operands, t => Tensor.Einsum(specification, t), s => SlowTensor.Einsum(specification, s),
                n => $"Tensor.Einsum(\"{specification}\", {string.Join(", ", n)})");
        }),
    ];

    /// <summary>Σₖ aᵢₖ·bₖⱼ for stacks of matrices that are broadcast.</summary>
    public static SlowTensor MatMul(SlowTensor a, SlowTensor b)
    {
        int inner = a.Shape[^1];
        int[] stack = SlowTensor.Broadcast(a.Shape[..^2], b.Shape[..^2]);
        return SlowTensor.Make([.. stack, a.Shape[^2], b.Shape[^1]], a.Type, at => Rows.Sum([.. Enumerable.Range(0, inner)
            .Select(k => a.Broadcast([.. at[..^1], k]) * b.Broadcast([.. at[..^2], k, at[^1]]))]));
    }

    public static SlowTensor Transposed(SlowTensor x) => x.Permute([.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);
}
