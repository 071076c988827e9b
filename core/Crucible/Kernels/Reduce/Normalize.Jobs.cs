using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// The rows of normalization. Each loop has its body in a method that is inlined twice: for whole vectors, and for the
/// rest with fewer lanes.
/// </summary>
internal static unsafe partial class Normalize
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<V, T>(T* source, int i, int count, V padding)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => count < V.Count ? V.LoadPart(source + i, count, padding) : V.Load(source + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<V, T, TOperand>(TOperand source, int i, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
        where TOperand : struct, IOperand<T> => count < V.Count ? source.Part<V>(i, count) : source.At<V>(i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V, T>(V x, T* target, int i, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        if (count < V.Count) V.StorePart(x, target + i, count);
        else V.Store(x, target + i);
    }

    private readonly struct ForwardRow<T, TGamma, TBeta>(T* x, TGamma gamma, TBeta beta, int length, double epsilon, T* y, T* means,
        T* scales) : IRowKernel<T>
        where T : unmanaged
        where TGamma : struct, IOperand<T>
        where TBeta : struct, IOperand<T>
    {
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            nint at = (nint)row * length;
            Row<V>(x + at, gamma, beta, length, epsilon, y + at, means == null ? null : means + row, scales + row);
        }

        [MethodImpl(Compiled.AtOnce)]
        private static void Row<V>(T* x, TGamma gamma, TBeta beta, int length, double epsilon, T* y, T* ownMean, T* ownScale)
            where V : unmanaged, ISimd<V, T>
        {
            V mean = V.Of(0);
            if (ownMean != null)
            {
                mean = Mean<V>(x, length);
                *ownMean = V.First(mean);
            }

            V scale = 1.0 / V.Sqrt(MeanSquare(x, mean, length) + epsilon);
            if (V.Bits(V.Equal(scale, V.Of(0))) != 0) scale = ScaleOfLarge(x, mean, length);
            *ownScale = V.First(scale);
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) Affine(x, gamma, beta, mean, scale, y, i, V.Count);
            if (i < length) Affine(x, gamma, beta, mean, scale, y, i, length - i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Mean<V>(T* x, int length)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0);
            V b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                a += V.Load(x + i);
                b += V.Load(x + i + V.Count);
            }

            for (; i < length; i += V.Count) b += Load(x, i, length - i, V.Of(0));
            return V.Broadcast(V.Fold<SumReduction>(a + b)) / (double)length;
        }

        /// <summary>The mean of (x − mean)²: a second pass over a row in the cache, because Σx² − (Σx)² cancels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V MeanSquare<V>(T* x, V mean, int length)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0);
            V b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                V first = V.Load(x + i) - mean;
                V second = V.Load(x + i + V.Count) - mean;
                a = V.MultiplyAdd(first, first, a);
                b = V.MultiplyAdd(second, second, b);
            }

            for (; i < length; i += V.Count)
            {
                V rest = Load(x, i, length - i, mean) - mean;
                b = V.MultiplyAdd(rest, rest, b);
            }

            return V.Broadcast(V.Fold<SumReduction>(a + b)) / (double)length;
        }

        /// <summary>The scale of a row whose squares overflow: that of a small multiple of it, beside which ε is nothing.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static V ScaleOfLarge<V>(T* x, V mean, int length)
            where V : unmanaged, ISimd<V, T>
        {
            double multiple = LargeMultiple(V.IsDouble);
            V sum = V.Of(0);
            for (int i = 0; i < length; i += V.Count)
            {
                V small = (Load(x, i, length - i, mean) - mean) * multiple;
                sum = V.MultiplyAdd(small, small, sum);
            }

            return multiple / V.Sqrt(V.Broadcast(V.Fold<SumReduction>(sum)) / (double)length);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Affine<V>(T* x, TGamma gamma, TBeta beta, V mean, V scale, T* y, int i, int count)
            where V : unmanaged, ISimd<V, T>
        {
            V normal = (Load(x, i, count, mean) - mean) * scale;
            Store(V.MultiplyAdd(normal, Load<V, T, TGamma>(gamma, i, count), Load<V, T, TBeta>(beta, i, count)), y, i, count);
        }
    }

    /// <summary>A block of rows, with its share of dγ and dβ.</summary>
    private readonly struct BackwardJob<T, TGamma>(
        T* x, TGamma gamma, T* means, T* scales, T* dy, T* dx, bool adds, int rows, int length, T* partialGamma, T* partialBeta)
        : IVectorJob<T>
        where T : unmanaged
        where TGamma : struct, IOperand<T>
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            T* blockGamma = partialGamma + ((nint)part * length);
            T* blockBeta = partialBeta + ((nint)part * length);
            new Span<T>(blockGamma, length).Clear();
            new Span<T>(blockBeta, length).Clear();
            int end = Math.Min((part + 1) * RowsPerBlock, rows);
            for (int row = part * RowsPerBlock; row < end; row++)
            {
                nint at = (nint)row * length;
                T* mean = means == null ? null : means + row;
                Row<V>(x + at, dy + at, gamma, length, mean, scales + row, blockGamma, blockBeta, dx + at, adds);
            }
        }

        [MethodImpl(Compiled.AtOnce)]
        private static void Row<V>(
            T* x, T* dy, TGamma gamma, int length, T* ownMean, T* ownScale, T* blockGamma, T* blockBeta, T* dx, bool adds)
            where V : unmanaged, ISimd<V, T>
        {
            V mean = ownMean == null ? V.Of(0) : V.Broadcast(*ownMean);
            V scale = V.Broadcast(*ownScale);
            V sum = V.Of(0);
            V dot = V.Of(0);
            int i = 0;
            for (; i <= length - V.Count; i += V.Count)
                Accumulate(x, dy, gamma, mean, scale, blockGamma, blockBeta, i, V.Count, ref sum, ref dot);
            if (i < length) Accumulate(x, dy, gamma, mean, scale, blockGamma, blockBeta, i, length - i, ref sum, ref dot);
            V meanSum = ownMean == null ? V.Of(0) : V.Broadcast(V.Fold<SumReduction>(sum)) / (double)length;
            V slope = V.Broadcast(V.Fold<SumReduction>(dot)) / (double)length * scale;
            for (i = 0; i <= length - V.Count; i += V.Count) Gradient(x, dy, gamma, mean, scale, meanSum, slope, dx, adds, i, V.Count);
            if (i < length) Gradient(x, dy, gamma, mean, scale, meanSum, slope, dx, adds, i, length - i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Accumulate<V>(
            T* x, T* dy, TGamma gamma, V mean, V scale, T* blockGamma, T* blockBeta, int i, int count, ref V sum, ref V dot)
            where V : unmanaged, ISimd<V, T>
        {
            V upstream = Load(dy, i, count, V.Of(0));
            V product = upstream * ((Load(x, i, count, mean) - mean) * scale);
            V weight = Load<V, T, TGamma>(gamma, i, count);
            sum = V.MultiplyAdd(upstream, weight, sum);
            dot = V.MultiplyAdd(product, weight, dot);
            Store(Load(blockGamma, i, count, product) + product, blockGamma, i, count);
            Store(Load(blockBeta, i, count, upstream) + upstream, blockBeta, i, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Gradient<V>(T* x, T* dy, TGamma gamma, V mean, V scale, V meanSum, V slope, T* dx, bool adds, int i, int count)
            where V : unmanaged, ISimd<V, T>
        {
            V weighted = Load(dy, i, count, meanSum) * Load<V, T, TGamma>(gamma, i, count);
            V gradient = (weighted - meanSum - ((Load(x, i, count, mean) - mean) * slope)) * scale;
            Store(adds ? Load(dx, i, count, gradient) + gradient : gradient, dx, i, count);
        }
    }
}
