using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Crucible.Kernels;

/// <summary>
/// Products whose operands both lie along k, one of them with few rows: c[x, y] = Σₚ X[x, p]·Y[y, p], every element a
/// dot product.
/// </summary>
/// <remarks>
/// Nothing is packed, and the lanes of a vector are summed at the end: right when a column of B is a vector, or when
/// few rows share B.
/// </remarks>
internal static unsafe class MatMulDots<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    private const int Together = 4; // rows of X that share each read of Y

    /// <summary>Computes the product with X = A, and Y the one column of B, given as <paramref name="column"/>.</summary>
    internal static void MultiplyByColumn(ref MatMulProblem<T> problem, T* column, int threads)
    {
        Job job = new()
        {
            X = problem.A,
            XRow = problem.ARow,
            XRows = problem.M,
            Y = column,
            YRows = 1,
            CX = problem.CRow,
        };
        job.Multiply(ref problem, threads);
    }

    /// <summary>Computes the product with X = B as stored, and Y the few rows of A.</summary>
    internal static void MultiplyFewRows(ref MatMulProblem<T> problem, int threads)
    {
        Job job = new()
        {
            X = problem.B,
            XRow = problem.BRow,
            XRows = problem.N,
            Y = problem.A,
            YRow = problem.ARow,
            YRows = problem.M,
            CX = 1,
            CY = problem.CRow,
            BiasX = 1,
        };
        job.Multiply(ref problem, threads);
    }

    private struct Job : IJob
    {
        internal T* X, Y;
        internal nint XRow, YRow;
        internal int XRows, YRows;
        internal nint CX, CY, BiasX; // distances in C and the bias between what belongs to neighbouring rows of X or Y
        private T* c, bias;
        private int k, share;
        private bool accumulate;

        internal void Multiply(ref MatMulProblem<T> problem, int threads)
        {
            c = problem.C;
            bias = problem.Bias;
            k = problem.K;
            accumulate = problem.Accumulate;
            share = (XRows + threads - 1) / threads;
            if (threads == 1) Run(0);
            else Workers.Run(ref this, (XRows + share - 1) / share);
        }

        [MethodImpl(Compiled.AtOnce)]
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
                    Dot(x0, x1, x2, x3, Y + y * YRow, k, sums);
                    T* to = c + x * CX + y * CY;
                    for (int i = 0; i < rows; i++, to += CX)
                    {
                        T sum = sums[i];
                        if (accumulate) sum = Add(sum, *to);
                        if (bias != null) sum = Add(sum, bias[(x + i) * BiasX]);
                        *to = sum;
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Add(T left, T right) => (Vector128.CreateScalar(left) + Vector128.CreateScalar(right)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dot(T* x0, T* x1, T* x2, T* x3, T* y, int k, T* sums)
    {
        V sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int p = 0;
        for (; p <= k - V.Count; p += V.Count)
        {
            V right = V.Load(y + p);
            V.AddProduct(ref sum0, V.Load(x0 + p), right);
            V.AddProduct(ref sum1, V.Load(x1 + p), right);
            V.AddProduct(ref sum2, V.Load(x2 + p), right);
            V.AddProduct(ref sum3, V.Load(x3 + p), right);
        }
        if (p < k)
        {
            V right = V.LoadPart(y + p, k - p);
            V.AddProduct(ref sum0, V.LoadPart(x0 + p, k - p), right);
            V.AddProduct(ref sum1, V.LoadPart(x1 + p, k - p), right);
            V.AddProduct(ref sum2, V.LoadPart(x2 + p, k - p), right);
            V.AddProduct(ref sum3, V.LoadPart(x3 + p, k - p), right);
        }
        V.Sums(sum0, sum1, sum2, sum3, sums);
    }
}
