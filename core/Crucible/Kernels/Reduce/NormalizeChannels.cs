using System.Numerics;
using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Batch normalization (Ioffe and Szegedy, 2015) of the channels of [examples, channels, length]: with x̂ = (x − mean)·s
/// and s = 1 / √(variance + ε) over examples and length, y = γ·x̂ + β. Each channel is a part, whose sums over a plane
/// are added as doubles.
/// </summary>
internal static unsafe class NormalizeChannels
{
    /// <summary>Saves mean, (biased) variance and s of each channel.</summary>
    internal static void Forward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, int examples, int length, double epsilon, Span<T> y, Span<T> mean,
        Span<T> variance, Span<T> scale)
        where T : unmanaged, INumberBase<T>
    {
        int channels = gamma.Length;
        CheckSizes(channels, beta.Length, mean.Length, variance.Length, scale.Length);
        Check.Length("batchNorm", x.Length, (long)examples * channels * length);
        Check.Length("batchNorm", y.Length, x.Length);
        fixed (T* px = x, pg = gamma, pb = beta, py = y, pm = mean, pv = variance, ps = scale)
            Vectorized.Run<ForwardJob<T>, T>(new(px, pg, pb, examples, channels, length, epsilon, py, pm, pv, ps), channels);
    }

    /// <summary>dγ = Σ dy·x̂, dβ = Σ dy, and with n values of a channel dx = γ·s·(dy − dβ / n − x̂·dγ / n).</summary>
    internal static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> dy, int examples,
        int length, Span<T> dx, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged, INumberBase<T>
    {
        int channels = gamma.Length;
        CheckSizes(channels, mean.Length, scale.Length, dGamma.Length, dBeta.Length);
        Check.Length("batchNorm", x.Length, (long)examples * channels * length);
        Check.Length("batchNorm", dy.Length, x.Length);
        Check.Length("batchNorm", dx.Length, x.Length);
        fixed (T* px = x, pg = gamma, pm = mean, ps = scale, pdy = dy, pdx = dx, pdg = dGamma, pdb = dBeta)
            Vectorized.Run<BackwardJob<T>, T>(new(px, pg, pm, ps, pdy, examples, channels, length, pdx, pdg, pdb), channels);
    }

    private static void CheckSizes(int channels, params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths) Check.Length("batchNorm", length, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<V, T>(V x, T* target, int count)
        where V : unmanaged, ISimd<V, T>
        where T : unmanaged
    {
        if (count < V.Count) V.StorePart(x, target, count);
        else V.Store(x, target);
    }

    private readonly struct ForwardJob<T>(
        T* x, T* gamma, T* beta, int examples, int channels, int length, double epsilon, T* y, T* means, T* variances, T* scales)
        : IVectorJob<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Run<V>(int channel)
            where V : unmanaged, ISimd<V, T>
        {
            double count = (double)examples * length;
            double mean = Sum<V>(channel, V.Of(0), V.Of(1), isSquared: false) / count;
            double variance = Sum<V>(channel, V.Of(mean), V.Of(1), isSquared: true) / count;
            double scale = 1 / Math.Sqrt(variance + epsilon);
            if (scale == 0)
            {
                // The squares overflow, but not those of smaller numbers.
                double multiple = Normalize.LargeMultiple(V.IsDouble);
                double small = Sum<V>(channel, V.Of(mean), V.Of(multiple), isSquared: true) / count;
                scale = multiple / Math.Sqrt(small + (multiple * multiple * epsilon));
            }

            means[channel] = T.CreateTruncating(mean);
            variances[channel] = T.CreateTruncating(variance);
            scales[channel] = T.CreateTruncating(scale);
            for (int example = 0; example < examples; example++)
            {
                nint at = (((nint)example * channels) + channel) * length;
                Affine(x + at, V.Of(mean), V.Of(scale), V.Broadcast(gamma[channel]), V.Broadcast(beta[channel]), y + at);
            }
        }

        /// <summary>Σ multiple·(x − centre), or of its squares.</summary>
        private double Sum<V>(int channel, V centre, V multiple, bool isSquared)
            where V : unmanaged, ISimd<V, T>
        {
            double sum = 0;
            for (int example = 0; example < examples; example++)
            {
                T* plane = x + ((((nint)example * channels) + channel) * length);
                sum += double.CreateTruncating(isSquared ? Squares(plane, centre, multiple) : Plain<V>(plane));
            }

            return sum;
        }

        [MethodImpl(Compiled.AtOnce)]
        private T Plain<V>(T* plane)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0), b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                a += V.Load(plane + i);
                b += V.Load(plane + i + V.Count);
            }

            for (; i < length; i += V.Count) a += V.LoadPart(plane + i, Math.Min(V.Count, length - i));
            return V.Fold<SumReduction>(a + b);
        }

        [MethodImpl(Compiled.AtOnce)]
        private T Squares<V>(T* plane, V centre, V multiple)
            where V : unmanaged, ISimd<V, T>
        {
            V a = V.Of(0), b = a;
            int i = 0;
            for (; i <= length - (2 * V.Count); i += 2 * V.Count)
            {
                V first = (V.Load(plane + i) - centre) * multiple, second = (V.Load(plane + i + V.Count) - centre) * multiple;
                a += first * first;
                b += second * second;
            }

            for (; i < length; i += V.Count)
            {
                V rest = (V.LoadPart(plane + i, Math.Min(V.Count, length - i), centre) - centre) * multiple;
                a += rest * rest;
            }

            return V.Fold<SumReduction>(a + b);
        }

        [MethodImpl(Compiled.AtOnce)]
        private void Affine<V>(T* from, V mean, V scale, V gain, V bias, T* to)
            where V : unmanaged, ISimd<V, T>
        {
            int i = 0;
            for (; i <= length - V.Count; i += V.Count) V.Store((gain * ((V.Load(from + i) - mean) * scale)) + bias, to + i);
            if (i < length) V.StorePart((gain * ((V.LoadPart(from + i, length - i) - mean) * scale)) + bias, to + i, length - i);
        }
    }

    private readonly struct BackwardJob<T>(
        T* x, T* gamma, T* means, T* scales, T* dy, int examples, int channels, int length, T* dx, T* dGamma, T* dBeta) : IVectorJob<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Run<V>(int channel)
            where V : unmanaged, ISimd<V, T>
        {
            double sum = 0, along = 0, count = (double)examples * length;
            V mean = V.Broadcast(means[channel]), scale = V.Broadcast(scales[channel]);
            for (int example = 0; example < examples; example++)
            {
                nint at = (((nint)example * channels) + channel) * length;
                (T one, T other) = Sums(x + at, dy + at, mean, scale);
                sum += double.CreateTruncating(one);
                along += double.CreateTruncating(other);
            }

            dBeta[channel] = T.CreateTruncating(sum);
            dGamma[channel] = T.CreateTruncating(along);
            V factor = V.Broadcast(gamma[channel]) * scale;
            for (int example = 0; example < examples; example++)
            {
                nint at = (((nint)example * channels) + channel) * length;
                Derive(x + at, dy + at, mean, scale, factor, V.Of(sum / count), V.Of(along / count), dx + at);
            }
        }

        [MethodImpl(Compiled.AtOnce)]
        private (T Sum, T Along) Sums<V>(T* from, T* gradient, V mean, V scale)
            where V : unmanaged, ISimd<V, T>
        {
            V sum = V.Of(0), along = sum;
            for (int i = 0; i < length; i += V.Count)
            {
                int rest = Math.Min(V.Count, length - i);
                V g = rest < V.Count ? V.LoadPart(gradient + i, rest) : V.Load(gradient + i);
                V value = rest < V.Count ? V.LoadPart(from + i, rest, mean) : V.Load(from + i);
                sum += g;
                along += g * ((value - mean) * scale);
            }

            return (V.Fold<SumReduction>(sum), V.Fold<SumReduction>(along));
        }

        [MethodImpl(Compiled.AtOnce)]
        private void Derive<V>(T* from, T* gradient, V mean, V scale, V factor, V meanGradient, V meanAlong, T* to)
            where V : unmanaged, ISimd<V, T>
        {
            for (int i = 0; i < length; i += V.Count)
            {
                int rest = Math.Min(V.Count, length - i);
                V g = rest < V.Count ? V.LoadPart(gradient + i, rest) : V.Load(gradient + i);
                V value = rest < V.Count ? V.LoadPart(from + i, rest, mean) : V.Load(from + i);
                Store(factor * (g - meanGradient - (((value - mean) * scale) * meanAlong)), to + i, rest);
            }
        }
    }
}
