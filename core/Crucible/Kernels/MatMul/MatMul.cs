using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Products of row-major matrices: C = op(A)·op(B) [+ C] [+ bias], op being the matrix itself or its transpose.</summary>
/// <remarks>
/// How a product is computed depends on its sizes and layout, never on the number of threads, and each element is
/// summed in a fixed order: the result has the same bits for any number of threads.
/// </remarks>
internal static unsafe partial class MatMul
{
    internal const long ParallelWork = 250_000; // multiply-adds from which a second thread pays
    private const int FewRowsSteps = 32; // the least k for which adding up the lanes of a dot product costs little

    /// <summary>
    /// Rows that do not repay packing a transposed B: their elements are dot products, which are summed in another order
    /// than those of more rows. A B that is not transposed gives a row the same bits among any number of others.
    /// </summary>
    internal const int FewRows = 4;

    /// <summary>C[m, n] = op(A)·op(B), plus C if <paramref name="accumulate"/>, plus bias[n] on every row if there is one.</summary>
    /// <remarks>
    /// op(A) is [m, k] and op(B) is [k, n]; a transposed operand is stored as [k, m] or [n, k]. <paramref name="lda"/>,
    /// <paramref name="ldb"/> and <paramref name="ldc"/> are the distances between rows as stored. C must not overlap
    /// A, B or the bias. Any size may be 0. With a <paramref name="gate"/>, which lies as C does, elements become 0 where it is
    /// not above 0; with C itself as the gate they become max(·, 0), and NaN stays.
    /// </remarks>
    internal static void Multiply<T>(
        int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB, T* c, int ldc, bool accumulate = false,
        T* bias = null, T* gate = null)
        where T : unmanaged
    {
        MatMulProblem<T> problem = new(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, bias) { Gate = gate };
        Product<T> product = new(ref problem, problem.Work < ParallelWork ? 1 : Threads.Count);
        SimdWidth.Run<Product<T>, T>(SimdWidth.OfProducts, ref product);
    }

    /// <summary>A product to be done with vectors of any width.</summary>
    private readonly ref struct Product<T>(ref MatMulProblem<T> problem, int threads) : IVectorWork<T> where T : unmanaged
    {
        private readonly ref MatMulProblem<T> problem = ref problem;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public void Run<V, VHalf>() where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
        {
            if (problem.M == 0 || problem.N == 0) return;
            Multiply<T, V, VHalf>(ref problem, threads);
            if (problem.Gate != null) MatMulGate<T, V>.Apply(problem.Gate, problem.C, problem.CRow, problem.M, problem.N);
        }
    }

    /// <summary>Applies the gate of a product that was computed without it.</summary>
    internal static void ApplyGate<T>(ref MatMulProblem<T> problem) where T : unmanaged
    {
        GateWork<T> work = new(ref problem);
        SimdWidth.Run<GateWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    private readonly ref struct GateWork<T>(ref MatMulProblem<T> problem) : IVectorWork<T> where T : unmanaged
    {
        private readonly ref MatMulProblem<T> problem = ref problem;

        public void Run<V, VHalf>() where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T> =>
            MatMulGate<T, V>.Apply(problem.Gate, problem.C, problem.CRow, problem.M, problem.N);
    }

    private static void Multiply<T, V, VHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
    {
        bool alongK = problem.AStep == 1; // the rows of op(A) are contiguous
        if (problem.N == 1 && alongK)
            MultiplyByColumn<T, V>(ref problem, threads);
        else if (problem.M == 1 && !problem.TransposeB && (problem.N % V.Count != 1 || !alongK))
            MultiplyRow<T, V, VHalf>(ref problem, threads);
        else if (problem.M <= FewRows && alongK && problem.TransposeB && problem.K >= FewRowsSteps)
            MatMulDots<T, V>.MultiplyFewRows(ref problem, threads);
        else if (problem.N == 1 && problem.CRow == 1 && problem.Bias == null)
            MultiplyTransposed<T, V, VHalf>(ref problem, threads);
        else if (problem.N % V.Count == 1 && alongK)
            MultiplyWithLoneColumn<T, V, VHalf>(ref problem, threads);
        else
            MatMulBlocks<T, V, VHalf>.Multiply(ref problem, threads);
    }

    /// <summary>Computes a product whose op(B) is one column, which is made contiguous if it is not.</summary>
    private static void MultiplyByColumn<T, V>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged, ISimd<V, T>
    {
        T* column = problem.B;
        if (!problem.TransposeB && problem.BRow != 1)
        {
            column = Scratch.Right<T>(problem.K);
            for (int p = 0; p < problem.K; p++) column[p] = problem.B[p * problem.BRow];
        }
        MatMulDots<T, V>.MultiplyByColumn(ref problem, column, threads);
    }

    /// <summary>Computes the column that would take a vector of its own as dot products, and the others as any product.</summary>
    /// <remarks>One row is no exception: it has the same bits as among others, so that a model may compute one position or many.</remarks>
    private static void MultiplyWithLoneColumn<T, V, VHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
    {
        int others = problem.N - 1;
        T* gate = problem.Gate;
        problem.Gate = null;
        MatMulProblem<T> lone = problem with
        {
            N = 1,
            B = problem.B + others * (problem.TransposeB ? problem.BRow : 1),
            C = problem.C + others,
            Bias = problem.Bias == null ? null : problem.Bias + others,
        };
        MultiplyByColumn<T, V>(ref lone, lone.Work < ParallelWork ? 1 : threads);
        problem.N = others;
        Multiply<T, V, VHalf>(ref problem, threads);
        problem.N++;
        problem.Gate = gate;
    }

    /// <summary>Computes the one column C = Aᵀ·b as the row Cᵀ = bᵀ·A, in which A is read as it is stored.</summary>
    private static void MultiplyTransposed<T, V, VHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
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
        MultiplyRow<T, V, VHalf>(ref transposed, threads);
    }

    /// <summary>
    /// Computes one row by a B that is not transposed: down strips of it, or in a tile where those are so narrow that sums
    /// would wait for themselves.
    /// </summary>
    private static void MultiplyRow<T, V, VHalf>(ref MatMulProblem<T> problem, int threads)
        where T : unmanaged where V : unmanaged, ISimd<V, T> where VHalf : unmanaged, ISimd<VHalf, T>
    {
        if (MatMulBlocks<T, V, VHalf>.IsPaired(problem.N)) MatMulBlocks<T, V, VHalf>.Multiply(ref problem, threads);
        else MatMulRow<T, V>.Multiply(ref problem, threads);
    }
}

/// <summary>C[M, N] = op(A)·op(B) [+ C] [+ Bias] as the caller gave it.</summary>
internal unsafe struct MatMulProblem<T> where T : unmanaged
{
    internal int M, N, K;
    internal T* A;
    internal nint ARow, AStep; // distances between rows and between columns of op(A)
    internal T* B;
    internal nint BRow; // distance between rows of B as stored: columns of op(B) if transposed
    internal bool TransposeB;
    internal T* C;
    internal nint CRow;
    internal bool Accumulate;
    internal T* Bias;
    internal T* Gate; // null when there is none, or when it was applied

    internal MatMulProblem(
        int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB, T* c, int ldc, bool accumulate, T* bias)
    {
        M = m;
        N = n;
        K = k;
        A = a;
        ARow = transposeA ? 1 : lda;
        AStep = transposeA ? lda : 1;
        B = b;
        BRow = ldb;
        TransposeB = transposeB;
        C = c;
        CRow = ldc;
        Accumulate = accumulate;
        Bias = bias;
    }

    /// <summary>The number of multiply-adds.</summary>
    internal readonly long Work => (long)M * N * K;
}

/// <summary>
/// What a gate does to a product: elements become 0 where it is not above 0, or max(·, 0) where it is the product itself.
/// </summary>
internal static unsafe class MatMulGate<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Rectify(V x) => V.AtLeast(x, 0.0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Keep(V gate, V x) => V.Select(gate > V.Of(0.0), x, V.Of(0.0));

    /// <summary>Applies a gate to c[rows, columns], both with rows so far apart.</summary>
    [MethodImpl(Compiled.AtOnce)]
    internal static void Apply(T* gate, T* c, nint row, int rows, int columns)
    {
        bool isRelu = gate == c;
        for (int i = 0; i < rows; i++, gate += row, c += row)
        {
            for (int j = 0; j < columns; j += V.Count)
            {
                int count = Math.Min(V.Count, columns - j);
                V x = Lanes.Load<V, T>(c + j, count);
                Lanes.Store(isRelu ? Rectify(x) : Keep(Lanes.Load<V, T>(gate + j, count), x), c + j, count);
            }
        }
    }
}
