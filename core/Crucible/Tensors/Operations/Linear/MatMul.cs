using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The matrix product C = A·B. One-axis operands count as a row (left) or a column (right) and lose that axis in
    /// the result; more than two axes are stacks of matrices, broadcast against each other.
    /// </summary>
    /// <param name="b">The right operand [… k, n]; this tensor is the left one [… m, k].</param>
    /// <param name="transposeA">Read this tensor as [… k, m], without copying it.</param>
    /// <param name="transposeB">Read the right operand as [… n, k], without copying it.</param>
    /// <param name="precision">How exactly matrices are multiplied, here and for the gradients; stacks of them always fully.</param>
    /// <returns>The product [… m, n].</returns>
    /// <exception cref="ShapeException">The inner sizes differ, an operand is a scalar, or the stacks cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The operands are not both float32 or both float64.</exception>
    public Tensor MatMul(Tensor b, bool transposeA = false, bool transposeB = false, Precision precision = Precision.Full)
    {
        if (DType != b.DType) throw Errors.DTypes("matmul", DType, b.DType);
        RequireFloat("matmul");
        if (Rank == 0 || b.Rank == 0)
            throw Errors.Shape(Invariant($"matmul: operands must have at least one axis, but a is {Shape} and b is {b.Shape}"));
        int innerA = Shape[Rank == 1 ? 0 : transposeA ? -2 : -1];
        int innerB = b.Shape[b.Rank == 1 ? 0 : transposeB ? -1 : -2];
        if (innerA != innerB) throw Errors.MatMul(Shape, b.Shape, transposeA, transposeB);
        if (Rank == 1) return Unsqueeze(0).MatMul(b, false, transposeB).Squeeze(b.Rank == 1 ? 0 : -2);
        if (b.Rank == 1) return MatMul(b.Unsqueeze(1), transposeA).Squeeze(-1);

        // A stack times one matrix is one tall product: [B, T, C]·[C, D] = [B·T, C]·[C, D].
        if (Rank > 2 && b.Rank == 2 && !transposeA)
            return Flatten(0, -2).MatMul(b, false, transposeB, precision).ReshapeTo(Shape.With(Rank - 1, b.Shape[transposeB ? 0 : 1]));
        return Tensors.MatMul.Forward(this, b, transposeA, transposeB, precision);
    }
}

/// <summary>
/// C = A·B over stacks of matrices, either operand read transposed. ∂/∂A = G·Bᵀ, ∂/∂B = Aᵀ·G, summed over broadcast
/// stacks.
/// </summary>
internal sealed class MatMul(Tensor a, Tensor b, bool transposeA, bool transposeB) : Operation(a, b), IRepeatable
{
    public override string Name => "matmul";

    public static Tensor Forward(Tensor a, Tensor b, bool transposeA, bool transposeB, Precision precision = Precision.Full)
    {
        (int m, int inner) = transposeA ? (a.Shape[-1], a.Shape[-2]) : (a.Shape[-2], a.Shape[-1]);
        int n = b.Shape[transposeB ? -2 : -1];
        Shape stack = a.Rank == 2 && b.Rank == 2 ? Shape.Scalar : Shape.Broadcast(StackOf(a), StackOf(b), "matmul");
        Tensor result = Tensor.Allocate(a.Rank == 2 && b.Rank == 2 ? Shape.From(m, n) : Shape.From([.. stack.Sizes, m, n]), a.DType);
        if (a.DType == DType.Float32) Multiply(new FloatKernel(precision), a.Data<float>(), b.Data<float>(), result.Data<float>());
        else Multiply(new DoubleKernel(), a.Data<double>(), b.Data<double>(), result.Data<double>());
        return a.IsRecorded || b.IsRecorded ? new MatMul(a, b, transposeA, transposeB) { Precision = precision }.Record(result) : result;

        void Multiply<T, TKernel>(TKernel kernel, ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> product)
            where TKernel : struct, IKernel<T>
        {
            if (product.Length == 0) return;
            if (stack.ElementCount == 1)
            {
                kernel.Run(1, m, n, inner, left, a.Shape[-1], transposeA, 0, right, b.Shape[-1], transposeB, 0, product, 0);
                return;
            }

            BroadcastWalk walk = new(StackOf(a), StackOf(b), stack);
            (int sizeA, int sizeB, int size) = (m * inner, inner * n, m * n);
            for (int start = 0; start < stack.ElementCount; start += walk.RunLength)
            {
                kernel.Run(
                    walk.RunLength, m, n, inner,
                    left[(walk.OffsetA * sizeA)..], a.Shape[-1], transposeA, walk.RunA == 1 ? 0 : sizeA,
                    right[(walk.OffsetB * sizeB)..], b.Shape[-1], transposeB, walk.RunB == 1 ? 0 : sizeB,
                    product[(start * size)..], size);
                walk.Next();
            }
        }
    }

    public Tensor Again() => Forward(Input(0), Input(1), transposeA, transposeB, Precision);

    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? a, Tensor? b) = (Input(0), Input(1));
        // First what reads A: where that was forgotten, its room is then free for its gradient.
        Tensor? gradientOfB = !Needs(1) ? null
            : transposeB ? Forward(gradient, a, true, transposeA, Precision)
            : Forward(a, gradient, !transposeA, false, Precision);
        a.Storage.ForgetAgain();
        if (Needs(0))
            Accumulate(0, (transposeA
                ? Forward(b, gradient, transposeB, true, Precision)
                : Forward(gradient, b, false, !transposeB, Precision)).SumTo(a.Shape));
        if (gradientOfB is not null) Accumulate(1, gradientOfB.SumTo(b.Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(
        tangents[0] is { } a ? Forward(a, Input(1), transposeA, transposeB) : null,
        tangents[1] is { } b ? Forward(Input(0), b, transposeA, transposeB) : null);

    private static Shape StackOf(Tensor tensor) => Shape.From(tensor.Shape.Sizes[..^2]);

    private interface IKernel<T>
    {
        void Run(
            int batch, int m, int n, int k,
            ReadOnlySpan<T> a, int lda, bool transposeA, long aStride,
            ReadOnlySpan<T> b, int ldb, bool transposeB, long bStride,
            Span<T> c, long cStride);
    }

    private readonly unsafe struct FloatKernel(Precision precision) : IKernel<float>
    {
        public void Run(
            int batch, int m, int n, int k,
            ReadOnlySpan<float> a, int lda, bool transposeA, long aStride,
            ReadOnlySpan<float> b, int ldb, bool transposeB, long bStride,
            Span<float> c, long cStride)
        {
            fixed (float* pa = a, pb = b, pc = c)
            {
                if (batch == 1 && precision == Precision.Mixed)
                {
                    Kernels.BFloat16Products.Multiply(m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n);
                    return;
                }
                Kernels.MatMul.MultiplyBatch(batch, m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, aStride, bStride, cStride);
            }
        }
    }

    private readonly unsafe struct DoubleKernel : IKernel<double>
    {
        public void Run(
            int batch, int m, int n, int k,
            ReadOnlySpan<double> a, int lda, bool transposeA, long aStride,
            ReadOnlySpan<double> b, int ldb, bool transposeB, long bStride,
            Span<double> c, long cStride)
        {
            fixed (double* pa = a, pb = b, pc = c)
                Kernels.MatMul.MultiplyBatch(batch, m, n, k, pa, lda, transposeA, pb, ldb, transposeB, pc, n, aStride, bStride, cStride);
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>Σ aᵢ·bᵢ of two vectors.</summary>
    /// <param name="b">A tensor with one axis, as long as this one's only axis.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">An operand is not a vector, or their lengths differ.</exception>
    /// <exception cref="DTypeException">The operands are not both float32 or both float64.</exception>
    public Tensor Dot(Tensor b)
    {
        if (Rank != 1 || b.Rank != 1 || ElementCount != b.ElementCount)
            throw Errors.Shape(Invariant($"dot: the operands must be vectors of equal length, but a is {Shape} and b is {b.Shape}"));
        return MatMul(b);
    }

    /// <summary>The matrix of all products aᵢ·bⱼ of two vectors.</summary>
    /// <param name="b">A tensor [m]; this tensor is [n].</param>
    /// <returns>A tensor [n, m].</returns>
    /// <exception cref="ShapeException">An operand is not a vector.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Outer(Tensor b)
    {
        if (Rank != 1 || b.Rank != 1)
            throw Errors.Shape(Invariant($"outer: the operands must be vectors, but a is {Shape} and b is {b.Shape}"));
        return Unsqueeze(1) * b;
    }
}
