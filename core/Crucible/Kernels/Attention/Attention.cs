using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Scaled dot-product attention: for each head, O = softmax(scale·Q·Kᵀ + bias)·V, rows of Q, K, V and O being read and
/// written where they lie.
/// </summary>
/// <remarks>
/// A block of rows of scores at a time exists, in working memory; of them only two numbers a row are kept, from which
/// the derivative computes the weights again (T. Dao, D. Fu, S. Ermon, A. Rudra and C. Ré, "FlashAttention", NeurIPS
/// 2022, §3.1 and appendix B.2). Keys that no row of a panel sees are not touched. A row's result does not depend on
/// which other rows are computed with it.
/// </remarks>
internal static unsafe class Attention
{
    private const long ParallelWork = 100_000; // multiply-adds from which a second thread pays
    // neighbours in one part, lest threads write the same lines of memory where heads lie side by side
    private const int PartsPerThread = 4;

    /// <summary>Writes the outputs and, if there is room for them, each row's shift and factor.</summary>
    internal static void Forward<T>(in AttentionProblem<T> problem)
        where T : unmanaged
    {
        ForwardWork<T> work = new() { Problem = problem };
        SimdWidth.Run<ForwardWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>Writes the gradients of queries, keys and values, from the output, its gradient, shifts and factors.</summary>
    internal static void Backward<T>(in AttentionProblem<T> problem)
        where T : unmanaged
    {
        BackwardWork<T> work = new() { Problem = problem };
        SimdWidth.Run<BackwardWork<T>, T>(SimdWidth.OfProducts, ref work);
    }

    /// <summary>The factors of dropout for every weight, [batch, heads, queries, keys].</summary>
    internal static void DropoutFactors<T>(in AttentionDropout dropout, int rows, int keys, Span<T> factors)
        where T : unmanaged
    {
        fixed (T* to = factors)
        {
            DropoutWork<T> work = new() { Dropout = dropout, Rows = rows, Keys = keys, Factors = to };
            SimdWidth.Run<DropoutWork<T>, T>(SimdWidth.OfProducts, ref work);
        }
    }

    private struct ForwardWork<T> : IVectorWork<T>
        where T : unmanaged
    {
        internal AttentionProblem<T> Problem;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public readonly void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T> => Attention.Run(in Problem, new AttentionForward<T, V>(in Problem));
    }

    private struct BackwardWork<T> : IVectorWork<T>
        where T : unmanaged
    {
        internal AttentionProblem<T> Problem;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public readonly void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T> => Attention.Run(in Problem, new AttentionBackward<T, V>(in Problem));
    }

    private struct DropoutWork<T> : IVectorWork<T>
        where T : unmanaged
    {
        internal AttentionDropout Dropout;
        internal int Rows, Keys;
        internal T* Factors;

        [MethodImpl(MethodImplOptions.NoInlining)] // one of three in its caller
        public readonly void Run<V, VHalf>()
            where V : unmanaged, ISimd<V, T>
            where VHalf : unmanaged, ISimd<VHalf, T>
        {
            T* row = Scratch.Attention<T>(AttentionDropout.RowWords<T>(Keys) * sizeof(uint) / sizeof(T));
            for (int i = 0; i < Rows; i++)
            {
                AttentionRows<T, V>.Kept(in Dropout, (ulong)i, Keys, row);
                new ReadOnlySpan<T>(row, Keys).CopyTo(new Span<T>(Factors + ((nint)i * Keys), Keys));
            }
        }
    }

    /// <summary>Runs the work of every head of keys, of all examples.</summary>
    private static void Run<T, TUnit>(in AttentionProblem<T> problem, TUnit unit)
        where T : unmanaged
        where TUnit : struct, IAttentionUnit
    {
        int units = problem.Batch * problem.KeyHeads;
        int threads = problem.Work < ParallelWork ? 1 : Threads.Count;
        Job<TUnit> job = new() { Unit = unit, Units = units, KeyHeads = problem.KeyHeads };
        job.Share = threads == 1 ? units : Math.Max(1, (units + (PartsPerThread * threads) - 1) / (PartsPerThread * threads));
        if (units > 0) Workers.Run(ref job, (units + job.Share - 1) / job.Share);
    }

    private struct Job<TUnit> : IJob
        where TUnit : struct, IAttentionUnit
    {
        internal TUnit Unit;
        internal int Units, KeyHeads, Share;

        public void Run(int part)
        {
            for (int i = part * Share; i < Math.Min((part + 1) * Share, Units); i++) Unit.Run(i / KeyHeads, i % KeyHeads);
        }
    }
}

/// <summary>The work of one head of keys of one example and all heads of queries that share it.</summary>
internal interface IAttentionUnit
{
    void Run(int batch, int keyHead);
}
