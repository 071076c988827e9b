using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The product of one row and a matrix as it is stored: c[j] += Σₚ a[p]·B[p, j].</summary>
/// <remarks>
/// B is read once, so the speed is that of reading it: along its rows, a few at a time, while the sums wait in the cache.
/// Each sum is the same chain of multiply-adds as in a tile.
/// </remarks>
internal static unsafe class MatMulRow<T, V, L> where T : unmanaged where V : unmanaged where L : struct, ILanes<T, V>
{
    /// <summary>Computes the product, of which op(A) has one row and B is not transposed.</summary>
    internal static void Multiply(ref MatMulProblem<T> problem, int threads)
    {
        int vectors = (problem.N + L.Count - 1) / L.Count;
        Job job = new() { Problem = problem, Share = (vectors + threads - 1) / threads * L.Count };
        if (threads == 1) job.Run(0);
        else Workers.Run(ref job, (problem.N + job.Share - 1) / job.Share);
    }

    private struct Job : IJob
    {
        internal MatMulProblem<T> Problem;
        internal int Share;

        public readonly void Run(int part)
        {
            int first = part * Share, columns = Math.Min(Share, Problem.N - first);
            T* c = Problem.C + first, b = Problem.B + first, bias = Problem.Bias + first;
            if (!Problem.Accumulate) new Span<T>(c, columns).Clear();
            if (Problem.Bias != null) MatMulPacking<T, V, L>.Add(bias, c, columns);
            int p = 0;
            for (; p <= Problem.K - 4; p += 4) AddFour(Problem.A + p * Problem.AStep, Problem.AStep, b + p * Problem.BRow, Problem.BRow, c, columns);
            for (; p < Problem.K; p++) AddOne(Problem.A + p * Problem.AStep, b + p * Problem.BRow, c, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(T* a, nint aStep, T* b0, nint bRow, T* c, int columns)
    {
        V a0 = L.Broadcast(a), a1 = L.Broadcast(a + aStep), a2 = L.Broadcast(a + 2 * aStep), a3 = L.Broadcast(a + 3 * aStep);
        T* b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
        int j = 0;
        for (; j <= columns - L.Count; j += L.Count)
        {
            V sum = L.MultiplyAdd(a0, L.Load(b0 + j), L.Load(c + j));
            sum = L.MultiplyAdd(a1, L.Load(b1 + j), sum);
            sum = L.MultiplyAdd(a2, L.Load(b2 + j), sum);
            L.Store(L.MultiplyAdd(a3, L.Load(b3 + j), sum), c + j);
        }
        if (j < columns)
        {
            V mask = L.Mask(columns - j);
            V sum = L.MultiplyAdd(a0, L.LoadMasked(b0 + j, mask), L.LoadMasked(c + j, mask));
            sum = L.MultiplyAdd(a1, L.LoadMasked(b1 + j, mask), sum);
            sum = L.MultiplyAdd(a2, L.LoadMasked(b2 + j, mask), sum);
            L.StoreMasked(L.MultiplyAdd(a3, L.LoadMasked(b3 + j, mask), sum), c + j, mask, whole: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOne(T* a, T* b, T* c, int columns)
    {
        V left = L.Broadcast(a);
        int j = 0;
        for (; j <= columns - L.Count; j += L.Count) L.Store(L.MultiplyAdd(left, L.Load(b + j), L.Load(c + j)), c + j);
        if (j < columns)
        {
            V mask = L.Mask(columns - j);
            L.StoreMasked(L.MultiplyAdd(left, L.LoadMasked(b + j, mask), L.LoadMasked(c + j, mask)), c + j, mask, whole: false);
        }
    }
}
