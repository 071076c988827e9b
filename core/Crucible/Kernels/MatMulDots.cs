using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>Products whose operands both lie along k, one of them with few rows: c[x, y] = Σₚ X[x, p]·Y[y, p], every element a dot product.</summary>
/// <remarks>Nothing is packed, and the lanes of a vector are summed at the end: right when a column of B is a vector, or when few rows share B.</remarks>
internal static unsafe class MatMulDots<T, V, L> where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V>
{
    private const int Together = 4; // rows of X that share each read of Y

    /// <summary>Computes the product with X = A, and Y the one column of B.</summary>
    internal static void MultiplyByColumn(ref MatMulProblem<T> problem, int threads)
    {
        Job job = new()
        {
            X = problem.A, XRow = problem.ARow, XRows = problem.M, Y = problem.B, YRow = 0, YRows = 1, K = problem.K,
            C = problem.C, CX = problem.CRow, CY = 0, Accumulate = problem.Accumulate, Bias = problem.Bias, BiasX = 0,
        };
        job.Multiply(threads);
    }

    /// <summary>Computes the product with X = B as stored, and Y the few rows of A.</summary>
    internal static void MultiplyFewRows(ref MatMulProblem<T> problem, int threads)
    {
        Job job = new()
        {
            X = problem.B, XRow = problem.BRow, XRows = problem.N, Y = problem.A, YRow = problem.ARow, YRows = problem.M, K = problem.K,
            C = problem.C, CX = 1, CY = problem.CRow, Accumulate = problem.Accumulate, Bias = problem.Bias, BiasX = 1,
        };
        job.Multiply(threads);
    }

    private struct Job : IJob
    {
        internal T* X, Y, C, Bias;
        internal nint XRow, YRow, CX, CY, BiasX; // distances, those of C and the bias between elements of neighbouring rows of X or Y
        internal int XRows, YRows, K;
        internal bool Accumulate;
        private int share;

        internal void Multiply(int threads)
        {
            share = (XRows + threads - 1) / threads;
            if (threads == 1) Run(0);
            else Workers.Run(ref this, (XRows + share - 1) / share);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int part)
        {
            T* sums = stackalloc T[Together];
            int end = Math.Min((part + 1) * share, XRows);
            for (int x = part * share; x < end; x += Together)
            {
                int rows = Math.Min(Together, end - x);
                T* x0 = X + x * XRow;
                // Rows beyond the last repeat it, and their sums are dropped.
                T* x1 = x0 + Math.Min(1, rows - 1) * XRow, x2 = x0 + Math.Min(2, rows - 1) * XRow, x3 = x0 + (rows - 1) * XRow;
                for (int y = 0; y < YRows; y++)
                {
                    Dot(x0, x1, x2, x3, Y + y * YRow, K, sums);
                    T* c = C + x * CX + y * CY;
                    for (int i = 0; i < rows; i++, c += CX)
                    {
                        T sum = sums[i];
                        if (Accumulate) sum = L.Add(sum, *c);
                        if (Bias != null) sum = L.Add(sum, Bias[(x + i) * BiasX]);
                        *c = sum;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dot(T* x0, T* x1, T* x2, T* x3, T* y, int k, T* sums)
    {
        V sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int p = 0;
        for (; p <= k - L.Count; p += L.Count)
        {
            V right = L.Load(y + p);
            sum0 = L.MultiplyAdd(L.Load(x0 + p), right, sum0);
            sum1 = L.MultiplyAdd(L.Load(x1 + p), right, sum1);
            sum2 = L.MultiplyAdd(L.Load(x2 + p), right, sum2);
            sum3 = L.MultiplyAdd(L.Load(x3 + p), right, sum3);
        }
        if (p < k)
        {
            V mask = L.Mask(k - p), right = L.LoadMasked(y + p, mask);
            sum0 = L.MultiplyAdd(L.LoadMasked(x0 + p, mask), right, sum0);
            sum1 = L.MultiplyAdd(L.LoadMasked(x1 + p, mask), right, sum1);
            sum2 = L.MultiplyAdd(L.LoadMasked(x2 + p, mask), right, sum2);
            sum3 = L.MultiplyAdd(L.LoadMasked(x3 + p, mask), right, sum3);
        }
        L.Sums(sum0, sum1, sum2, sum3, sums);
    }
}
