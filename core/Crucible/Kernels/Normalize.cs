using System.Buffers;
using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Layer normalization (Ba, Kiros and Hinton, 2016) and root-mean-square normalization (Zhang and Sennrich, 2019) of the rows of [rows, length].
/// With x̂ = (x − mean)·s and s = 1 / √(variance + ε), y = γ·x̂ + β; the root-mean-square form has mean 0 and no β.
/// </summary>
internal static unsafe class Normalize
{
    /// <summary>Rows whose contributions to dγ and dβ are added one after the other; the sums of such blocks are then added as columns.</summary>
    private const int RowsPerBlock = 64;

    /// <summary>y = γ·(x − mean)·s + β. Saves mean and s of each row. Empty γ is 1, empty β is 0. May be in place.</summary>
    internal static void LayerForward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, int rows, int length, double epsilon, Span<T> y, Span<T> mean, Span<T> scale)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, gamma.Length, beta.Length, mean.Length, scale.Length);
        fixed (T* px = x, pg = gamma, pb = beta, py = y, pm = mean, ps = scale)
            Vectorized.Rows<ForwardRow<T>, T>(new(px, pg, pb, length, epsilon, py, pm, ps), rows, length);
    }

    /// <summary>y = γ·x·s with s = 1 / √(mean x² + ε). Saves s of each row. Empty γ is 1. May be in place.</summary>
    internal static void RootMeanSquareForward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, int rows, int length, double epsilon, Span<T> y, Span<T> scale)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, y.Length, gamma.Length, 0, rows, scale.Length);
        fixed (T* px = x, pg = gamma, py = y, ps = scale)
            Vectorized.Rows<ForwardRow<T>, T>(new(px, pg, null, length, epsilon, py, null, ps), rows, length);
    }

    /// <summary>dx = s·(g − mean(g) − x̂·mean(g·x̂)) with g = γ·dy; dγ = Σ dy·x̂; dβ = Σ dy over rows. Empty dγ and dβ are not computed (both or none).</summary>
    internal static void LayerBackward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, dy.Length, gamma.Length, dBeta.Length, mean.Length, scale.Length);
        fixed (T* pm = mean) Backward(x, gamma, pm, scale, dy, rows, length, dx, dGamma, dBeta);
    }

    /// <summary>dx = s·(g − x̂·mean(g·x̂)) with g = γ·dy; dγ = Σ dy·x̂ over rows. Empty dγ is not computed.</summary>
    internal static void RootMeanSquareBackward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx, Span<T> dGamma)
        where T : unmanaged
    {
        CheckSizes(rows, length, x.Length, dy.Length, gamma.Length, 0, rows, scale.Length);
        Backward(x, gamma, null, scale, dy, rows, length, dx, dGamma, default);
    }

    private static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, T* mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int rows, int length, Span<T> dx, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged
    {
        Check.Length("normalize", dx.Length, x.Length);
        if (!dGamma.IsEmpty) Check.Length("normalize", dGamma.Length, length);
        int blocks = (rows + RowsPerBlock - 1) / RowsPerBlock;
        int size = dGamma.IsEmpty ? 0 : blocks * length;
        T[] partial = ArrayPool<T>.Shared.Rent(size * 2);
        fixed (T* px = x, pg = gamma, ps = scale, pdy = dy, pdx = dx, pp = partial)
        {
            T* partialGamma = size == 0 ? null : pp;
            T* partialBeta = dBeta.IsEmpty || size == 0 ? null : pp + size;
            Vectorized.Run<BackwardJob<T>, T>(new(px, pg, mean, ps, pdy, pdx, rows, length, partialGamma, partialBeta), blocks);
        }

        if (size > 0) Reduce.Sum(partial.AsSpan(0, size), 1, blocks, length, dGamma);
        if (!dBeta.IsEmpty) Reduce.Sum(partial.AsSpan(size, size), 1, blocks, length, dBeta);
        ArrayPool<T>.Shared.Return(partial);
    }

    private static void CheckSizes(int rows, int length, int x, int y, int gamma, int beta, int mean, int scale)
    {
        Check.Length("normalize", x, (long)rows * length);
        Check.Length("normalize", y, (long)rows * length);
        if (gamma != 0) Check.Length("normalize", gamma, length);
        if (beta != 0) Check.Length("normalize", beta, length);
        Check.Length("normalize", mean, rows);
        Check.Length("normalize", scale, rows);
    }

    /// <summary>The lanes from i on, fewer at the end of the row; <paramref name="absent"/> if there is no array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Load<V, T>(T* source, int i, int count, V absent)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged => source == null ? absent : count < V.Count ? V.LoadPart(source + i, count, V.Of(0)) : V.Load(source + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V, T>(V x, T* target, int i, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        if (count < V.Count) V.StorePart(x, target + i, count);
        else V.Store(x, target + i);
    }

    private readonly struct ForwardRow<T>(T* x, T* gamma, T* beta, int length, double epsilon, T* y, T* means, T* scales) : IRowKernel<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Row<V>(int row)
            where V : unmanaged, ISimd<V, T>
        {
            T* source = x + ((nint)row * length);
            T* target = y + ((nint)row * length);
            V mean = means == null ? V.Of(0) : Mean<V>(source);
            V variance = MeanSquare(source, mean);
            V scale = 1.0 / V.Sqrt(variance + epsilon);
            if (means != null) means[row] = V.First(mean);
            scales[row] = V.First(scale);
            V one = V.Of(1);
            V zero = V.Of(0);
            for (int i = 0; i < length; i += V.Count)
            {
                int count = length - i;
                V normal = (Load<V, T>(source, i, count, zero) - mean) * scale;
                Store(V.MultiplyAdd(normal, Load(gamma, i, count, one), Load(beta, i, count, zero)), target, i, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V Mean<V>(T* source)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0);
            V b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                a += V.Load(source + i);
                b += V.Load(source + i + V.Count);
            }

            for (; i < length; i += V.Count) b += Load<V, T>(source, i, length - i, b);
            return V.Broadcast(V.Fold<SumReduction>(a + b)) / (double)length;
        }

        /// <summary>The mean of (x − mean)²: a second pass over a row in the cache, because Σx² − (Σx)² cancels.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private V MeanSquare<V>(T* source, V mean)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0);
            V b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                V first = V.Load(source + i) - mean;
                V second = V.Load(source + i + V.Count) - mean;
                a = V.MultiplyAdd(first, first, a);
                b = V.MultiplyAdd(second, second, b);
            }

            for (; i < length; i += V.Count)
            {
                V rest = (length - i < V.Count ? V.LoadPart(source + i, length - i, mean) : V.Load(source + i)) - mean;
                b = V.MultiplyAdd(rest, rest, b);
            }

            return V.Broadcast(V.Fold<SumReduction>(a + b)) / (double)length;
        }
    }

    private readonly struct BackwardJob<T>(
        T* x, T* gamma, T* means, T* scales, T* dy, T* dx, int rows, int length, T* partialGamma, T* partialBeta) : IVectorJob<T>
        where T : unmanaged
    {
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            T* blockGamma = partialGamma == null ? null : partialGamma + ((nint)part * length);
            T* blockBeta = partialBeta == null ? null : partialBeta + ((nint)part * length);
            if (blockGamma != null) new Span<T>(blockGamma, length).Clear();
            if (blockBeta != null) new Span<T>(blockBeta, length).Clear();
            int end = Math.Min((part + 1) * RowsPerBlock, rows);
            for (int row = part * RowsPerBlock; row < end; row++) Row<V>(row, blockGamma, blockBeta);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<V>(int row, T* blockGamma, T* blockBeta)
            where V : unmanaged, ISimd<V, T>
        {
            nint at = (nint)row * length;
            V zero = V.Of(0);
            V one = V.Of(1);
            V mean = means == null ? zero : V.Broadcast(means[row]);
            V scale = V.Broadcast(scales[row]);
            V sum = zero;
            V dot = zero;
            for (int i = 0; i < length; i += V.Count)
            {
                int count = length - i;
                V upstream = Load<V, T>(dy + at, i, count, zero);
                V product = upstream * ((Load<V, T>(x + at, i, count, zero) - mean) * scale);
                V weight = Load(gamma, i, count, one);
                sum = V.MultiplyAdd(upstream, weight, sum);
                dot = V.MultiplyAdd(product, weight, dot);
                if (blockGamma != null) Store(Load<V, T>(blockGamma, i, count, zero) + product, blockGamma, i, count);
                if (blockBeta != null) Store(Load<V, T>(blockBeta, i, count, zero) + upstream, blockBeta, i, count);
            }

            V meanSum = means == null ? zero : V.Broadcast(V.Fold<SumReduction>(sum)) / (double)length;
            V meanDot = V.Broadcast(V.Fold<SumReduction>(dot)) / (double)length;
            for (int i = 0; i < length; i += V.Count)
            {
                int count = length - i;
                V weighted = Load<V, T>(dy + at, i, count, zero) * Load(gamma, i, count, one);
                V normal = (Load<V, T>(x + at, i, count, zero) - mean) * scale;
                Store((weighted - meanSum - (normal * meanDot)) * scale, dx + at, i, count);
            }
        }
    }
}
