using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>The product of one row and a matrix as it is stored: c[j] += Σₚ a[p]·B[p, j].</summary>
/// <remarks>
/// B is read once, so the speed is that of reading it: down a strip of columns, as wide as there are registers for its sums, so that
/// each step reads a long piece of a row. Each sum is the same chain of multiply-adds as in a tile.
/// </remarks>
internal static unsafe class MatMulRow<T, V> where T : unmanaged where V : unmanaged, ISimd<V, T>
{
    // How many vectors wide strips are, and what computes them.
    private static readonly int[] widths = [24, 12, 8, 4, 2, 1];

    private static readonly delegate*<nint, T*, nint, T*, nint, T*, void>[] strips =
        [&Add<Size24>, &Add<Size12>, &Add<Size8>, &Add<Size4>, &Add<Size2>, &Add<Size1>];

    /// <summary>The first that there are registers for: 32 of 512 bits, 16 of fewer.</summary>
    private static int Widest => sizeof(V) == 64 ? 0 : 1;

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
            int j = 0;
            for (int i = Widest; i < widths.Length; i++)
            {
                int width = widths[i] * V.Count;
                for (; j <= columns - width; j += width) strips[i](Problem.K, Problem.A, Problem.AStep, b + j, Problem.BRow, c + j);
            }
            if (j < columns) AddPart(Problem.K, Problem.A, Problem.AStep, b + j, Problem.BRow, c + j, columns - j);
        }
    }

    [MethodImpl(Compiled.AtOnce)]
    private static void AddPart(nint k, T* a, nint aStep, T* b, nint bRow, T* c, int lanes)
    {
        V sum = V.LoadPart(c, lanes);
        for (; k > 0; k--, a += aStep, b += bRow) V.AddProduct(ref sum, V.Broadcast(*a), V.LoadPart(b, lanes));
        V.StorePart(sum, c, lanes);
    }

    // Registers cannot be indexed, hence the repetition; the type says how many vectors there are, as in a tile.
    [MethodImpl(Compiled.AtOnce)]
    private static void Add<TVectors>(nint k, T* a, nint aStep, T* b, nint bRow, T* c) where TVectors : unmanaged
    {
        V s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        V s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        V s12 = default, s13 = default, s14 = default, s15 = default, s16 = default, s17 = default;
        V s18 = default, s19 = default, s20 = default, s21 = default, s22 = default, s23 = default;
        s0 = V.Load(c);
        if (sizeof(TVectors) > 1) s1 = V.Load(c + V.Count);
        if (sizeof(TVectors) > 2) s2 = V.Load(c + 2 * V.Count);
        if (sizeof(TVectors) > 3) s3 = V.Load(c + 3 * V.Count);
        if (sizeof(TVectors) > 4) s4 = V.Load(c + 4 * V.Count);
        if (sizeof(TVectors) > 5) s5 = V.Load(c + 5 * V.Count);
        if (sizeof(TVectors) > 6) s6 = V.Load(c + 6 * V.Count);
        if (sizeof(TVectors) > 7) s7 = V.Load(c + 7 * V.Count);
        if (sizeof(TVectors) > 8) s8 = V.Load(c + 8 * V.Count);
        if (sizeof(TVectors) > 9) s9 = V.Load(c + 9 * V.Count);
        if (sizeof(TVectors) > 10) s10 = V.Load(c + 10 * V.Count);
        if (sizeof(TVectors) > 11) s11 = V.Load(c + 11 * V.Count);
        if (sizeof(TVectors) > 12) s12 = V.Load(c + 12 * V.Count);
        if (sizeof(TVectors) > 13) s13 = V.Load(c + 13 * V.Count);
        if (sizeof(TVectors) > 14) s14 = V.Load(c + 14 * V.Count);
        if (sizeof(TVectors) > 15) s15 = V.Load(c + 15 * V.Count);
        if (sizeof(TVectors) > 16) s16 = V.Load(c + 16 * V.Count);
        if (sizeof(TVectors) > 17) s17 = V.Load(c + 17 * V.Count);
        if (sizeof(TVectors) > 18) s18 = V.Load(c + 18 * V.Count);
        if (sizeof(TVectors) > 19) s19 = V.Load(c + 19 * V.Count);
        if (sizeof(TVectors) > 20) s20 = V.Load(c + 20 * V.Count);
        if (sizeof(TVectors) > 21) s21 = V.Load(c + 21 * V.Count);
        if (sizeof(TVectors) > 22) s22 = V.Load(c + 22 * V.Count);
        if (sizeof(TVectors) > 23) s23 = V.Load(c + 23 * V.Count);
        for (; k > 0; k--, a += aStep, b += bRow)
        {
            V left = V.Broadcast(*a);
            V.AddProduct(ref s0, left, V.Load(b));
            if (sizeof(TVectors) > 1) V.AddProduct(ref s1, left, V.Load(b + V.Count));
            if (sizeof(TVectors) > 2) V.AddProduct(ref s2, left, V.Load(b + 2 * V.Count));
            if (sizeof(TVectors) > 3) V.AddProduct(ref s3, left, V.Load(b + 3 * V.Count));
            if (sizeof(TVectors) > 4) V.AddProduct(ref s4, left, V.Load(b + 4 * V.Count));
            if (sizeof(TVectors) > 5) V.AddProduct(ref s5, left, V.Load(b + 5 * V.Count));
            if (sizeof(TVectors) > 6) V.AddProduct(ref s6, left, V.Load(b + 6 * V.Count));
            if (sizeof(TVectors) > 7) V.AddProduct(ref s7, left, V.Load(b + 7 * V.Count));
            if (sizeof(TVectors) > 8) V.AddProduct(ref s8, left, V.Load(b + 8 * V.Count));
            if (sizeof(TVectors) > 9) V.AddProduct(ref s9, left, V.Load(b + 9 * V.Count));
            if (sizeof(TVectors) > 10) V.AddProduct(ref s10, left, V.Load(b + 10 * V.Count));
            if (sizeof(TVectors) > 11) V.AddProduct(ref s11, left, V.Load(b + 11 * V.Count));
            if (sizeof(TVectors) > 12) V.AddProduct(ref s12, left, V.Load(b + 12 * V.Count));
            if (sizeof(TVectors) > 13) V.AddProduct(ref s13, left, V.Load(b + 13 * V.Count));
            if (sizeof(TVectors) > 14) V.AddProduct(ref s14, left, V.Load(b + 14 * V.Count));
            if (sizeof(TVectors) > 15) V.AddProduct(ref s15, left, V.Load(b + 15 * V.Count));
            if (sizeof(TVectors) > 16) V.AddProduct(ref s16, left, V.Load(b + 16 * V.Count));
            if (sizeof(TVectors) > 17) V.AddProduct(ref s17, left, V.Load(b + 17 * V.Count));
            if (sizeof(TVectors) > 18) V.AddProduct(ref s18, left, V.Load(b + 18 * V.Count));
            if (sizeof(TVectors) > 19) V.AddProduct(ref s19, left, V.Load(b + 19 * V.Count));
            if (sizeof(TVectors) > 20) V.AddProduct(ref s20, left, V.Load(b + 20 * V.Count));
            if (sizeof(TVectors) > 21) V.AddProduct(ref s21, left, V.Load(b + 21 * V.Count));
            if (sizeof(TVectors) > 22) V.AddProduct(ref s22, left, V.Load(b + 22 * V.Count));
            if (sizeof(TVectors) > 23) V.AddProduct(ref s23, left, V.Load(b + 23 * V.Count));
        }

        V.Store(s0, c);
        if (sizeof(TVectors) > 1) V.Store(s1, c + V.Count);
        if (sizeof(TVectors) > 2) V.Store(s2, c + 2 * V.Count);
        if (sizeof(TVectors) > 3) V.Store(s3, c + 3 * V.Count);
        if (sizeof(TVectors) > 4) V.Store(s4, c + 4 * V.Count);
        if (sizeof(TVectors) > 5) V.Store(s5, c + 5 * V.Count);
        if (sizeof(TVectors) > 6) V.Store(s6, c + 6 * V.Count);
        if (sizeof(TVectors) > 7) V.Store(s7, c + 7 * V.Count);
        if (sizeof(TVectors) > 8) V.Store(s8, c + 8 * V.Count);
        if (sizeof(TVectors) > 9) V.Store(s9, c + 9 * V.Count);
        if (sizeof(TVectors) > 10) V.Store(s10, c + 10 * V.Count);
        if (sizeof(TVectors) > 11) V.Store(s11, c + 11 * V.Count);
        if (sizeof(TVectors) > 12) V.Store(s12, c + 12 * V.Count);
        if (sizeof(TVectors) > 13) V.Store(s13, c + 13 * V.Count);
        if (sizeof(TVectors) > 14) V.Store(s14, c + 14 * V.Count);
        if (sizeof(TVectors) > 15) V.Store(s15, c + 15 * V.Count);
        if (sizeof(TVectors) > 16) V.Store(s16, c + 16 * V.Count);
        if (sizeof(TVectors) > 17) V.Store(s17, c + 17 * V.Count);
        if (sizeof(TVectors) > 18) V.Store(s18, c + 18 * V.Count);
        if (sizeof(TVectors) > 19) V.Store(s19, c + 19 * V.Count);
        if (sizeof(TVectors) > 20) V.Store(s20, c + 20 * V.Count);
        if (sizeof(TVectors) > 21) V.Store(s21, c + 21 * V.Count);
        if (sizeof(TVectors) > 22) V.Store(s22, c + 22 * V.Count);
        if (sizeof(TVectors) > 23) V.Store(s23, c + 23 * V.Count);
    }
}
