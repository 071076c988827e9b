using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>Products of row-major matrices: C = op(A)·op(B) [+ C] [+ bias], op being the matrix itself or its transpose.</summary>
internal static unsafe class MatMul
{
    /// <summary>C[m, n] = op(A)·op(B), plus C if <paramref name="accumulate"/>, plus bias[n] on every row if there is one.</summary>
    /// <remarks>
    /// op(A) is [m, k] and op(B) is [k, n]; a transposed operand is stored as [k, m] or [n, k]. <paramref name="lda"/>, <paramref name="ldb"/>
    /// and <paramref name="ldc"/> are the distances between rows as stored. C must not overlap A, B or the bias. Any size may be 0.
    /// </remarks>
    internal static void Multiply(
        int m, int n, int k, float* a, int lda, bool transposeA, float* b, int ldb, bool transposeB,
        float* c, int ldc, bool accumulate = false, float* bias = null) =>
        Multiply(Widest, m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, bias);

    /// <inheritdoc cref="Multiply(int, int, int, float*, int, bool, float*, int, bool, float*, int, bool, float*)"/>
    internal static void Multiply(
        int m, int n, int k, double* a, int lda, bool transposeA, double* b, int ldb, bool transposeB,
        double* c, int ldc, bool accumulate = false, double* bias = null) =>
        Multiply(Widest, m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, bias);

    /// <summary>As <c>Multiply</c>, for <paramref name="batch"/> products whose operands lie a fixed distance apart; a distance of 0 shares one operand.</summary>
    internal static void MultiplyBatch(
        int batch, int m, int n, int k, float* a, int lda, bool transposeA, float* b, int ldb, bool transposeB,
        float* c, int ldc, long aBatchStride, long bBatchStride, long cBatchStride, bool accumulate = false, float* bias = null)
    {
        for (int i = 0; i < batch; i++)
            Multiply(m, n, k, a + i * aBatchStride, lda, transposeA, b + i * bBatchStride, ldb, transposeB, c + i * cBatchStride, ldc, accumulate, bias);
    }

    /// <inheritdoc cref="MultiplyBatch(int, int, int, int, float*, int, bool, float*, int, bool, float*, int, long, long, long, bool, float*)"/>
    internal static void MultiplyBatch(
        int batch, int m, int n, int k, double* a, int lda, bool transposeA, double* b, int ldb, bool transposeB,
        double* c, int ldc, long aBatchStride, long bBatchStride, long cBatchStride, bool accumulate = false, double* bias = null)
    {
        for (int i = 0; i < batch; i++)
            Multiply(m, n, k, a + i * aBatchStride, lda, transposeA, b + i * bBatchStride, ldb, transposeB, c + i * cBatchStride, ldc, accumulate, bias);
    }

    internal static void Multiply<T>(
        VectorWidth width, int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB,
        T* c, int ldc, bool accumulate = false, T* bias = null) where T : unmanaged
    {
        if (m == 0 || n == 0) return;
        MatMulProblem<T> problem = new()
        {
            M = m, N = n, K = k, A = a, ARow = transposeA ? 1 : lda, AStep = transposeA ? lda : 1, B = b, BRow = ldb, TransposeB = transposeB,
            C = c, CRow = ldc, Accumulate = accumulate, Bias = bias,
        };
        if (width == VectorWidth.Bits512) MatMulBlocks<T, Vector512<T>, Lanes512<T>>.Multiply(problem);
        else if (width == VectorWidth.Bits256) MatMulBlocks<T, Vector256<T>, Lanes256<T>>.Multiply(problem);
        else MatMulBlocks<T, Vector128<T>, Lanes128<T>>.Multiply(problem);
    }

    internal static void MultiplyBatch<T>(
        VectorWidth width, int batch, int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB,
        T* c, int ldc, long aBatchStride, long bBatchStride, long cBatchStride, bool accumulate = false, T* bias = null) where T : unmanaged
    {
        for (int i = 0; i < batch; i++)
            Multiply(width, m, n, k, a + i * aBatchStride, lda, transposeA, b + i * bBatchStride, ldb, transposeB, c + i * cBatchStride, ldc, accumulate, bias);
    }

    internal static VectorWidth Widest { get; } =
        Avx512F.IsSupported ? VectorWidth.Bits512 : Avx2.IsSupported && Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;
}
