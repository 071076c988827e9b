using Crucible.Benchmarks.Sides;
using static TorchSharp.torch;

namespace Crucible.LibTorch.Workloads;

/// <summary>A product of matrices into a new one.</summary>
internal static class MatMulWork
{
    /// <summary>Of such words as <c>nt 768 128 384</c>.</summary>
    internal static Work Prepare(string[] words)
    {
        MatMulShape shape = MatMulShape.Of(words);
        Tensor a = Operand(shape.A, shape.TransposeA), b = Operand(shape.B, shape.TransposeB);
        return new(() => mm(a, b).Dispose(), () => [new("C", mm(a, b).Elements())]);
    }

    private static Tensor Operand((int Rows, int Columns, float[] Values) stored, bool isTransposed)
    {
        Tensor matrix = Values.Of(stored.Values, stored.Rows, stored.Columns);
        return isTransposed ? matrix.t() : matrix;
    }
}
