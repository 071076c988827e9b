namespace Crucible.Kernels;

/// <summary>Many products of the same sizes.</summary>
internal static unsafe partial class MatMul
{
    private const long LargeWork = 8_000_000; // multiply-adds of a product from which its own parts keep the threads busy
    private const long PartWork = 50_000; // multiply-adds of a part of the batch, so that handing it out costs little
    // neighbours in one part, lest threads write the same lines of memory where heads lie side by side
    private const int PartsPerThread = 4;

    /// <summary>
    /// As <c>Multiply</c>, for <paramref name="batch"/> products whose operands lie a fixed distance apart; a distance
    /// of 0 shares A or B.
    /// </summary>
    /// <remarks>The products may be computed at the same time, so no two may lie in the same elements of C.</remarks>
    internal static void MultiplyBatch<T>(
        int batch, int m, int n, int k, T* a, int lda, bool transposeA, T* b, int ldb, bool transposeB,
        T* c, int ldc, long aBatchStride, long bBatchStride, long cBatchStride, bool accumulate = false, T* bias = null) where T : unmanaged
    {
        // Products that share B and follow one another in A and C are one product with more rows.
        bool oneProduct = batch > 1 && bBatchStride == 0 && !transposeA && aBatchStride == (long)m * lda && cBatchStride == (long)m * ldc
            && (long)batch * m <= int.MaxValue;
        if (oneProduct)
        {
            m *= batch;
            batch = 1;
        }
        MatMulProblem<T> problem = new(m, n, k, a, lda, transposeA, b, ldb, transposeB, c, ldc, accumulate, bias);
        BatchJob<T> job = new()
        {
            Width = SimdWidth.OfProducts,
            First = problem,
            AStride = (nint)aBatchStride,
            BStride = (nint)bBatchStride,
            CStride = (nint)cBatchStride,
            Count = batch,
        };
        long work = Math.Max(1, problem.Work);
        int threads = work * batch < ParallelWork ? 1 : Threads.Count;
        if (threads == 1 || batch == 1 || work >= LargeWork)
        {
            for (int i = 0; i < batch; i++) job.Multiply(i, work < ParallelWork ? 1 : threads);
        }
        else
        {
            int least = (int)Math.Clamp(PartWork / work, 1, (batch + threads - 1) / threads);
            job.Share = Math.Max(least, (batch + PartsPerThread * threads - 1) / (PartsPerThread * threads));
            Workers.Run(ref job, (batch + job.Share - 1) / job.Share);
        }
    }

    private struct BatchJob<T> : IJob where T : unmanaged
    {
        internal int Width;
        internal MatMulProblem<T> First;
        internal nint AStride, BStride, CStride;
        internal int Count, Share;

        public readonly void Run(int part)
        {
            for (int i = part * Share; i < Math.Min((part + 1) * Share, Count); i++) Multiply(i, 1);
        }

        internal readonly void Multiply(int index, int threads)
        {
            MatMulProblem<T> problem = First with
            {
                A = First.A + index * AStride,
                B = First.B + index * BStride,
                C = First.C + index * CStride
            };
            Product<T> product = new(ref problem, threads);
            SimdWidth.Run<Product<T>, T>(Width, ref product);
        }
    }
}
