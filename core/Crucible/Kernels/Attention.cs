using System.Runtime.Intrinsics;

namespace Crucible.Kernels;

/// <summary>
/// Scaled dot-product attention: for each head, O = softmax(scale·Q·Kᵀ + bias)·V, rows of Q, K, V and O being read and written where they lie.
/// </summary>
/// <remarks>
/// A block of rows of scores at a time exists, in working memory; of them only two numbers a row are kept, from which the derivative
/// computes the weights again (T. Dao, D. Fu, S. Ermon, A. Rudra and C. Ré, "FlashAttention", NeurIPS 2022, §3.1 and appendix B.2).
/// Keys that no row of a panel sees are not touched. A row's result does not depend on which other rows are computed with it.
/// </remarks>
internal static unsafe class Attention
{
    private const long ParallelWork = 100_000; // multiply-adds from which a second thread pays
    private const int PartsPerThread = 4; // neighbours in one part, lest threads write the same lines of memory where heads lie side by side

    /// <summary>Writes the outputs and, if there is room for them, each row's shift and factor.</summary>
    internal static void Forward<T>(in AttentionProblem<T> problem)
        where T : unmanaged => Forward(MatMul.Widest, in problem);

    /// <summary>As the other overload, with vectors of the given width, of which the processor must be capable.</summary>
    internal static void Forward<T>(VectorWidth width, in AttentionProblem<T> problem)
        where T : unmanaged
    {
        switch (width)
        {
            case VectorWidth.Bits512: Run(in problem, new AttentionForward<T, Vector512<T>, Lanes512<T>, Simd512<T>>(in problem)); break;
            case VectorWidth.Bits256: Run(in problem, new AttentionForward<T, Vector256<T>, Lanes256<T>, Simd256<T>>(in problem)); break;
            default: Run(in problem, new AttentionForward<T, Vector128<T>, Lanes128<T>, Simd128<T>>(in problem)); break;
        }
    }

    /// <summary>Writes the gradients of queries, keys and values, from the output, its gradient, shifts and factors.</summary>
    internal static void Backward<T>(in AttentionProblem<T> problem)
        where T : unmanaged => Backward(MatMul.Widest, in problem);

    /// <summary>As the other overload, with vectors of the given width, of which the processor must be capable.</summary>
    internal static void Backward<T>(VectorWidth width, in AttentionProblem<T> problem)
        where T : unmanaged
    {
        switch (width)
        {
            case VectorWidth.Bits512: Run(in problem, new AttentionBackward<T, Vector512<T>, Lanes512<T>, Simd512<T>>(in problem)); break;
            case VectorWidth.Bits256: Run(in problem, new AttentionBackward<T, Vector256<T>, Lanes256<T>, Simd256<T>>(in problem)); break;
            default: Run(in problem, new AttentionBackward<T, Vector128<T>, Lanes128<T>, Simd128<T>>(in problem)); break;
        }
    }

    /// <summary>The factors of dropout for every weight, [batch, heads, queries, keys].</summary>
    internal static void DropoutFactors<T>(in AttentionDropout dropout, int rows, int keys, Span<T> factors)
        where T : unmanaged
    {
        int room = AttentionDropout.RowWords<T>(keys) * sizeof(uint) / sizeof(T);
        T* row = Scratch.Attention<T>(room);
        for (int i = 0; i < rows; i++)
        {
            AttentionRows<T, Simd128<T>>.Kept(in dropout, (ulong)i, keys, row);
            new Span<T>(row, keys).CopyTo(factors[(i * keys)..]);
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
