using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Fills arrays from a Philox stream. Element i depends only on seed, stream, first block and i, never on the vector width or the number of threads:
/// each run of <see cref="RunLength"/> elements has its own blocks.
/// </summary>
internal static unsafe class RandomFill
{
    /// <summary>Elements that are computed together on the stack.</summary>
    internal const int RunLength = 1024;

    private const int RunsPerPart = 8;

    /// <summary>Blocks used by <paramref name="count"/> elements: a float takes one word of 32 bits, a double two. The last run counts as whole.</summary>
    internal static ulong Blocks<T>(int count)
        where T : unmanaged => (ulong)Runs(count) * BlocksPerRun<T>();

    /// <summary>result[i] = low + u·(high − low) with u uniform in [0, 1), of 24 bits (float) or 53 bits (double); below high also after rounding.</summary>
    internal static void Uniform<T>(ulong seed, ulong stream, ulong firstBlock, double low, double high, Span<T> result)
        where T : unmanaged
    {
        double most = typeof(T) == typeof(double) ? Math.BitDecrement(high) : MathF.BitDecrement((float)high);
        fixed (T* pr = result)
            Vectorized.Run<UniformJob<T>, T>(new(seed, stream, firstBlock, low, high - low, Math.Max(most, low), pr, result.Length), Parts(result.Length));
    }

    /// <summary>result[i] = mean + deviation·z with z standard normal, by the transform of Box and Muller (1958): in each run element i and element i + half share a radius and an angle.</summary>
    internal static void Normal<T>(ulong seed, ulong stream, ulong firstBlock, double mean, double deviation, Span<T> result)
        where T : unmanaged
    {
        fixed (T* pr = result) Vectorized.Run<NormalJob<T>, T>(new(seed, stream, firstBlock, mean, deviation, pr, result.Length), Parts(result.Length));
    }

    /// <summary>result[i] = 0 with the given probability, else 1 / (1 − probability): the mask of inverted dropout.</summary>
    internal static void DropoutMask<T>(ulong seed, ulong stream, ulong firstBlock, double probability, Span<T> result)
        where T : unmanaged
    {
        fixed (T* pr = result) Vectorized.Run<MaskJob<T>, T>(new(seed, stream, firstBlock, probability, pr, result.Length), Parts(result.Length));
    }

    private static int Runs(int count) => (int)(((long)count + RunLength - 1) / RunLength);

    private static int Parts(int count) => (Runs(count) + RunsPerPart - 1) / RunsPerPart;

    private static ulong BlocksPerRun<T>()
        where T : unmanaged => (ulong)(RunLength * sizeof(T) / sizeof(uint) / Philox.BlockLength);

    /// <summary>Uniform numbers of one run: [0, 1) on a grid of 2⁻²⁴ or 2⁻⁵³.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unit<T>(ulong seed, ulong stream, ulong block, T* target, int count)
        where T : unmanaged
    {
        int perElement = sizeof(T) / sizeof(uint);
        uint* words = stackalloc uint[RunLength * 2];
        Philox.Fill(seed, stream, block, words, count * perElement);
        if (typeof(T) == typeof(float))
        {
            float* floats = (float*)target;
            for (int i = 0; i < count; i++) floats[i] = (int)(words[i] >> 8) * (1f / (1 << 24));
        }
        else
        {
            double* doubles = (double*)target;
            for (int i = 0; i < count; i++) doubles[i] = (long)(((ulong*)words)[i] >> 11) * (1.0 / (1L << 53));
        }
    }

    private readonly struct UniformJob<T>(ulong seed, ulong stream, ulong firstBlock, double low, double width, double most, T* result, int length) : IVectorJob<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int end = (int)Math.Min((part + 1L) * RunsPerPart * RunLength, length);
            for (int start = part * RunsPerPart * RunLength; start < end; start += RunLength)
            {
                int count = Math.Min(RunLength, end - start);
                T* run = result + start;
                Unit(seed, stream, firstBlock + ((ulong)(start / RunLength) * BlocksPerRun<T>()), run, count);
                for (int i = 0; i < count; i += V.Count)
                {
                    int left = Math.Min(V.Count, count - i);
                    V u = left < V.Count ? V.LoadPart(run + i, left, V.Of(0)) : V.Load(run + i);
                    V x = V.AtMost(V.MultiplyAdd(u, V.Of(width), V.Of(low)), most);
                    if (left < V.Count) V.StorePart(x, run + i, left);
                    else V.Store(x, run + i);
                }
            }
        }
    }

    private readonly struct NormalJob<T>(ulong seed, ulong stream, ulong firstBlock, double mean, double deviation, T* result, int length) : IVectorJob<T>
        where T : unmanaged
    {
        private const int Half = RunLength / 2;

        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            int end = (int)Math.Min((part + 1L) * RunsPerPart * RunLength, length);
            for (int start = part * RunsPerPart * RunLength; start < end; start += RunLength)
                Pairs<V>(firstBlock + ((ulong)(start / RunLength) * BlocksPerRun<T>()), result + start, Math.Min(RunLength, end - start));
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Pairs<V>(ulong block, T* target, int count)
            where V : unmanaged, ISimd<V, T>
        {
            T* unit = stackalloc T[RunLength];
            Unit(seed, stream, block, unit, RunLength);
            for (int i = 0; i < Math.Min(Half, count); i += V.Count)
            {
                V radius = V.Sqrt(VectorMath.Log(1.0 - V.Load(unit + i)) * -2.0) * deviation;
                V cosine = VectorMath.CosOfTurns(V.Load(unit + Half + i), out V sine);
                V.Store(V.MultiplyAdd(radius, cosine, V.Of(mean)), unit + i);
                V.Store(V.MultiplyAdd(radius, sine, V.Of(mean)), unit + Half + i);
            }

            new ReadOnlySpan<T>(unit, count).CopyTo(new Span<T>(target, count));
        }
    }

    private readonly struct MaskJob<T>(ulong seed, ulong stream, ulong firstBlock, double probability, T* result, int length) : IVectorJob<T>
        where T : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            V threshold = V.Of(probability);
            V kept = V.Of(1 / (1 - probability));
            int end = (int)Math.Min((part + 1L) * RunsPerPart * RunLength, length);
            for (int start = part * RunsPerPart * RunLength; start < end; start += RunLength)
            {
                int count = Math.Min(RunLength, end - start);
                T* run = result + start;
                Unit(seed, stream, firstBlock + ((ulong)(start / RunLength) * BlocksPerRun<T>()), run, count);
                for (int i = 0; i < count; i += V.Count)
                {
                    int left = Math.Min(V.Count, count - i);
                    V u = left < V.Count ? V.LoadPart(run + i, left, V.Of(0)) : V.Load(run + i);
                    V x = (u >= threshold) & kept;
                    if (left < V.Count) V.StorePart(x, run + i, left);
                    else V.Store(x, run + i);
                }
            }
        }
    }
}
