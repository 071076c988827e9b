using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>Products of row-major matrices: C = op(A)·op(B) [+ C] [+ bias], op being the matrix itself or its transpose.</summary>
/// <remarks>
/// How a product is computed depends on its sizes and layout, never on the number of threads, and each element is summed in a fixed order:
/// the result has the same bits for any number of threads.
/// </remarks>
internal static unsafe partial class MatMul
{
    private const long ParallelWork = 250_000; // multiply-adds from which a second thread pays
    private const int FewRows = 4; // rows that do not repay packing a transposed B
    private const int FewRowsSteps = 32; // the least k for which adding up the lanes of a dot product costs little

    /// <summary>The widest vectors of this processor.</summary>
    internal static VectorWidth Widest { get; } =
        Avx512F.IsSupported ? VectorWidth.Bits512 : Avx2.IsSupported && Fma.IsSupported ? VectorWidth.Bits256 : VectorWidth.Bits128;

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

    /// <summary>As the other overloads, with vectors of the given width, of which the processor must be capable.</summary>
    internal static void Multiply<T>(
        VectorWidth width, int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB,
        T* c, int ldc, bool accumulate = false, T* bias = null) where T : unmanaged
    {
        MatMulProblem<T> problem = new(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, bias);
        Multiply(width, ref problem, problem.Work < ParallelWork ? 1 : Threads.Count);
    }

    private static void Multiply<T>(VectorWidth width, ref MatMulProblem<T> problem, int threads) where T : unmanaged
    {
        if (problem.M == 0 || problem.N == 0) return;
        switch (width)
        {
            case VectorWidth.Bits512:
                Multiply<T, Vector512<T>, Lanes512<T>, Vector256<T>, Lanes256<T>>(ref problem, threads);
                break;
            case VectorWidth.Bits256:
                Multiply<T, Vector256<T>, Lanes256<T>, Vector128<T>, Lanes128<T>>(ref problem, threads);
                break;
            default:
                Multiply<T, Vector128<T>, Lanes128<T>, Vector128<T>, Lanes128<T>>(ref problem, threads);
                break;
        }
    }

    private static void Multiply<T, V, L, VHalf, LHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V> where VHalf : unmanaged where LHalf : struct, ILanes<T, VHalf>
    {
        bool alongK = problem.AStep == 1; // the rows of op(A) are contiguous
        if (problem.N == 1 && alongK)
            MultiplyByColumn<T, V, L>(ref problem, threads);
        else if (problem.M == 1 && !problem.TransposeB && (problem.N % L.Count != 1 || !alongK))
            MatMulRow<T, V, L>.Multiply(ref problem, threads);
        else if (problem.M <= FewRows && alongK && problem.TransposeB && problem.K >= FewRowsSteps)
            MatMulDots<T, V, L>.MultiplyFewRows(ref problem, threads);
        else if (problem.N == 1 && problem.CRow == 1 && problem.Bias == null)
            MultiplyTransposed<T, V, L>(ref problem, threads);
        else if (problem.N % L.Count == 1 && alongK)
            MultiplyWithLoneColumn<T, V, L, VHalf, LHalf>(ref problem, threads);
        else
            MatMulBlocks<T, V, L, VHalf, LHalf>.Multiply(ref problem, threads);
    }

    /// <summary>Computes a product whose op(B) is one column, which is made contiguous if it is not.</summary>
    private static void MultiplyByColumn<T, V, L>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V>
    {
        T* column = problem.B;
        if (!problem.TransposeB && problem.BRow != 1)
        {
            column = Scratch.Right<T>(problem.K);
            for (int p = 0; p < problem.K; p++) column[p] = problem.B[p * problem.BRow];
        }
        MatMulDots<T, V, L>.MultiplyByColumn(ref problem, column, threads);
    }

    /// <summary>Computes the column that would take a vector of its own as dot products, and the others as any product.</summary>
    /// <remarks>One row is no exception: it has the same bits as among others, so that a model may compute one position or many.</remarks>
    private static void MultiplyWithLoneColumn<T, V, L, VHalf, LHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V> where VHalf : unmanaged where LHalf : struct, ILanes<T, VHalf>
    {
        int others = problem.N - 1;
        MatMulProblem<T> lone = problem with
        {
            N = 1,
            B = problem.B + others * (problem.TransposeB ? problem.BRow : 1),
            C = problem.C + others,
            Bias = problem.Bias == null ? null : problem.Bias + others,
        };
        MultiplyByColumn<T, V, L>(ref lone, lone.Work < ParallelWork ? 1 : threads);
        problem.N = others;
        Multiply<T, V, L, VHalf, LHalf>(ref problem, threads);
    }

    /// <summary>Computes the one column C = Aᵀ·b as the row Cᵀ = bᵀ·A, in which A is read as it is stored.</summary>
    private static void MultiplyTransposed<T, V, L>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V>
    {
        MatMulProblem<T> transposed = problem with
        {
            M = 1,
            N = problem.M,
            A = problem.B,
            ARow = 1,
            AStep = problem.TransposeB ? 1 : problem.BRow,
            B = problem.A,
            BRow = problem.AStep,
            TransposeB = false,
            CRow = problem.M,
        };
        MatMulRow<T, V, L>.Multiply(ref transposed, threads);
    }
}
