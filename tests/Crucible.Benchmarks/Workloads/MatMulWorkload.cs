using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Tensors;

namespace Crucible.Benchmarks.Workloads;

/// <summary>Products of float32 matrices into new ones.</summary>
internal sealed class MatMulWorkload : ComparedWorkload
{
    private const double Tolerance = 1e-5;

    /// <inheritdoc/>
    public override string Name => "matmul";

    /// <inheritdoc/>
    public override string Summary => "products: squares, and those of two GPTs";

    /// <inheritdoc/>
    internal override IEnumerable<RowTable> Tables(bool quick)
    {
        Func<MatMulShape, int, bool> isTaken = (shape, place) => !quick || (place % 3 == 0 && shape.Operations < 1e9);
        yield return new("products of square matrices", Rows(MatMulShape.Squares));
        yield return new("products of a small GPT", Rows(MatMulShape.SmallGpt));
        yield return new("products of a large GPT", Rows(quick ? MatMulShape.LargeGpt.Take(2) : MatMulShape.LargeGpt));

        Row[] Rows(IEnumerable<MatMulShape> shapes) => [.. shapes.Where(isTaken).Select(Compared)];
    }

    /// <inheritdoc/>
    internal override Work Prepare(string[] words)
    {
        MatMulShape shape = MatMulShape.Of(words);
        Tensor a = Operand(shape.A), b = Operand(shape.B);
        return new(() => Product().Release(), () => [new("C", Product().ToArray<float>())]);

        Tensor Product() => a.MatMul(b, shape.TransposeA, shape.TransposeB);
    }

    private Row Compared(MatMulShape shape) => new(shape.ToString(), $"{Name} {shape.Words}", new Way(Tolerance))
    {
        Operations = shape.Operations,
        BytesRead = 4.0 * ((shape.M * shape.K) + (shape.K * shape.N)),
        BytesWritten = 4.0 * shape.M * shape.N,
    };

    private static Tensor Operand((int Rows, int Columns, float[] Values) stored) =>
        Tensor.From(stored.Values, stored.Rows, stored.Columns);
}
