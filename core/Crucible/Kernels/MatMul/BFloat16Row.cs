using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Crucible.Kernels;

/// <summary>The product of one row of float32 and a matrix of bfloat16: c[j] = bias[j] + Σₚ a[p]·B[p, j], summed in float32.</summary>
/// <remarks>
/// As <see cref="MatMulRow{T, V}"/>: B is read once, and the speed is that of reading it, of which there is half as much. Rows are
/// asked for ahead of time, because the processor does not foresee where the next four begin. Columns are shared by the threads, and
/// each sum is one chain, so that its bits do not depend on them.
/// </remarks>
internal static unsafe class BFloat16Row
{
    private const int Lanes = 16;
    private const int Together = 4; // rows of B
    private const int RowsAhead = 2 * Together;

    /// <summary>Computes c[n] from a[k] and b[k, n]. Without a bias it is null.</summary>
    internal static void Multiply(int k, int n, float* a, BFloat16* b, float* bias, float* c)
    {
        int threads = (long)k * n < MatMul.ParallelWork ? 1 : Threads.Count;
        int vectors = (n + (2 * Lanes) - 1) / (2 * Lanes);
        Job job = new() { K = k, N = n, A = a, B = (ushort*)b, Bias = bias, C = c, Share = (vectors + threads - 1) / threads * 2 * Lanes };
        if (threads == 1) job.Run(0);
        else Workers.Run(ref job, (n + job.Share - 1) / job.Share);
    }

    private struct Job : IJob
    {
        internal int K, N, Share;
        internal float* A, Bias, C;
        internal ushort* B;

        public readonly void Run(int part)
        {
            int first = part * Share, columns = Math.Min(Share, N - first);
            Span<float> c = new(C + first, columns);
            if (Bias != null) new ReadOnlySpan<float>(Bias + first, columns).CopyTo(c);
            else c.Clear();
            int p = 0;
            for (; p <= K - Together; p += Together) AddFour(A + p, B + (p * (nint)N) + first, N, C + first, columns);
            for (; p < K; p++) AddOne(A[p], B + (p * (nint)N) + first, C + first, 0, columns);
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private static void AddFour(float* a, ushort* b0, nint bRow, float* c, int columns)
    {
        Vector512<float> a0 = Vector512.Create(a[0]), a1 = Vector512.Create(a[1]), a2 = Vector512.Create(a[2]), a3 = Vector512.Create(a[3]);
        ushort* b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
        nint ahead = RowsAhead * bRow;
        int j = 0;
        for (; j <= columns - (2 * Lanes); j += 2 * Lanes)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(b0 + j + ahead); // never faults, wherever it points
                Sse.Prefetch0(b1 + j + ahead);
                Sse.Prefetch0(b2 + j + ahead);
                Sse.Prefetch0(b3 + j + ahead);
            }

            Vector512<float> low = Vector512.Load(c + j), high = Vector512.Load(c + j + Lanes);
            AddProduct(ref low, ref high, a0, b0 + j);
            AddProduct(ref low, ref high, a1, b1 + j);
            AddProduct(ref low, ref high, a2, b2 + j);
            AddProduct(ref low, ref high, a3, b3 + j);
            low.Store(c + j);
            high.Store(c + j + Lanes);
        }

        for (int row = 0; row < Together; row++) AddOne(a[row], b0 + (row * bRow), c, j, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddProduct(ref Vector512<float> low, ref Vector512<float> high, Vector512<float> a, ushort* b)
    {
        (Vector512<uint> lower, Vector512<uint> upper) = Vector512.Widen(Vector512.Load(b));
        low = Vector512.FusedMultiplyAdd(a, (lower << 16).AsSingle(), low);
        high = Vector512.FusedMultiplyAdd(a, (upper << 16).AsSingle(), high);
    }

    /// <summary>The columns that do not fill two vectors, and rows that are no four.</summary>
    private static void AddOne(float a, ushort* b, float* c, int from, int columns)
    {
        for (int j = from; j < columns; j++)
            c[j] = MathF.FusedMultiplyAdd(a, BitConverter.UInt32BitsToSingle((uint)b[j] << 16), c[j]);
    }
}
