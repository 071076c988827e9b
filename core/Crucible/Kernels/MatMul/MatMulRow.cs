using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The product of one row and a matrix as it is stored: c[j] += Σₚ a[p]·B[p, j].</summary>
/// <remarks>
/// B is read once, so the speed is that of reading it: along its rows, a few at a time, while the sums wait in the
/// cache. Each sum is the same chain of multiply-adds as in a tile.
/// </remarks>
internal static unsafe class MatMulRow<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    /// <summary>Computes the product, of which op(A) has one row and B is not transposed.</summary>
    internal static void Multiply(ref MatMulProblem<T> problem, int threads)
    {
        int vectors = (problem.N + V.Count - 1) / V.Count;
        Job job = new() { Problem = problem, Share = (vectors + threads - 1) / threads * V.Count };
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
            if (Problem.Bias != null) MatMulPacking<T, V>.Add(bias, c, columns);
            int p = 0;
            for (; p <= Problem.K - 4; p += 4)
                AddFour(Problem.A + p * Problem.AStep, Problem.AStep, b + p * Problem.BRow, Problem.BRow, c, columns);
            for (; p < Problem.K; p++) AddOne(Problem.A + p * Problem.AStep, b + p * Problem.BRow, c, columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(T* a, nint aStep, T* b0, nint bRow, T* c, int columns)
    {
        V a0 = V.Broadcast(*a), a1 = V.Broadcast(*(a + aStep)), a2 = V.Broadcast(*(a + 2 * aStep)), a3 = V.Broadcast(*(a + 3 * aStep));
        T* b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow;
        int j = 0;
        for (; j <= columns - V.Count; j += V.Count)
        {
            V sum = V.Load(c + j);
            V.AddProduct(ref sum, a0, V.Load(b0 + j));
            V.AddProduct(ref sum, a1, V.Load(b1 + j));
            V.AddProduct(ref sum, a2, V.Load(b2 + j));
            V.AddProduct(ref sum, a3, V.Load(b3 + j));
            V.Store(sum, c + j);
        }
        if (j < columns)
        {
            V sum = V.LoadPart(c + j, columns - j);
            V.AddProduct(ref sum, a0, V.LoadPart(b0 + j, columns - j));
            V.AddProduct(ref sum, a1, V.LoadPart(b1 + j, columns - j));
            V.AddProduct(ref sum, a2, V.LoadPart(b2 + j, columns - j));
            V.AddProduct(ref sum, a3, V.LoadPart(b3 + j, columns - j));
            V.StorePart(sum, c + j, columns - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddOne(T* a, T* b, T* c, int columns)
    {
        V left = V.Broadcast(*a);
        int j = 0;
        for (; j <= columns - V.Count; j += V.Count)
        {
            V sum = V.Load(c + j);
            V.AddProduct(ref sum, left, V.Load(b + j));
            V.Store(sum, c + j);
        }
        if (j < columns)
        {
            V sum = V.LoadPart(c + j, columns - j);
            V.AddProduct(ref sum, left, V.LoadPart(b + j, columns - j));
            V.StorePart(sum, c + j, columns - j);
        }
    }
}
