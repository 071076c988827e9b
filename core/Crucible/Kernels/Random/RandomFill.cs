using System.Runtime.CompilerServices;

namespace Crucible.Kernels;

/// <summary>
/// Fills arrays from a Philox stream. Element i depends only on seed, stream, first block and i, never on the vector
/// width or the number of threads: each run of <see cref="RunLength"/> elements has its own blocks.
/// </summary>
internal static unsafe class RandomFill
{
    /// <summary>Elements that are computed together on the stack.</summary>
    internal const int RunLength = 1024;

    private const int RunsPerPart = 16;

    /// <summary>
    /// Blocks used by <paramref name="count"/> elements: a float takes one word of 32 bits, a double two. The last run
    /// counts as whole.
    /// </summary>
    internal static ulong Blocks<T>(int count)
        where T : unmanaged => (ulong)Runs(count) * BlocksPerRun<T>();

    /// <summary>
    /// result[i] = low + u·(high − low) with u uniform in [0, 1), of 24 bits (float) or 53 bits (double); below high
    /// also after rounding.
    /// </summary>
    internal static void Uniform<T>(ulong seed, ulong stream, ulong firstBlock, double low, double high, Span<T> result)
        where T : unmanaged
    {
        double most = typeof(T) == typeof(double) ? Math.BitDecrement(high) : MathF.BitDecrement((float)high);
        Fill(seed, stream, firstBlock, new UniformTransform(low, high - low, Math.Max(most, low)), result);
    }

    /// <summary>
    /// result[i] = mean + deviation·z with z standard normal, by the transform of Box and Muller (1958): in each run
    /// element i and element i + half share a radius and an angle.
    /// </summary>
    internal static void Normal<T>(ulong seed, ulong stream, ulong firstBlock, double mean, double deviation, Span<T> result)
        where T : unmanaged => Fill(seed, stream, firstBlock, new NormalTransform(mean, deviation), result);

    /// <summary>result[i] = 0 with the given probability, else 1 / (1 − probability): the mask of inverted dropout.</summary>
    internal static void DropoutMask<T>(ulong seed, ulong stream, ulong firstBlock, double probability, Span<T> result)
        where T : unmanaged => Fill(seed, stream, firstBlock, new MaskTransform(probability), result);

    /// <summary>What is made of the uniform numbers of a run.</summary>
    private interface ITransform
    {
        /// <summary>Turns u and v, uniform in [0, 1), into one number each. They stand half a run apart.</summary>
        void Invoke<V>(ref V u, ref V v)
            where V : struct, ISimd<V>;
    }

    private static void Fill<TTransform, T>(ulong seed, ulong stream, ulong firstBlock, TTransform transform, Span<T> result)
        where TTransform : struct, ITransform
        where T : unmanaged
    {
        int parts = (Runs(result.Length) + RunsPerPart - 1) / RunsPerPart;
        fixed (T* pr = result) Vectorized.Run<Job<TTransform, T>, T>(new(seed, stream, firstBlock, transform, pr, result.Length), parts);
    }

    private static int Runs(int count) => (int)(((long)count + RunLength - 1) / RunLength);

    private static ulong BlocksPerRun<T>()
        where T : unmanaged => (ulong)(RunLength * sizeof(T) / sizeof(uint) / Philox.BlockLength);

    private readonly struct Job<TTransform, T>(ulong seed, ulong stream, ulong firstBlock, TTransform transform, T* result, int length)
        : IVectorJob<T>
        where TTransform : struct, ITransform
        where T : unmanaged
    {
        [SkipLocalsInit]
        [MethodImpl(Compiled.AtOnce)]
        public void Run<V>(int part)
            where V : unmanaged, ISimd<V, T>
        {
            const int Half = RunLength / 2;
            T* run = stackalloc T[RunLength];
            int end = (int)Math.Min((part + 1L) * RunsPerPart * RunLength, length);
            for (int start = part * RunsPerPart * RunLength; start < end; start += RunLength)
            {
                ulong block = firstBlock + ((ulong)(start / RunLength) * BlocksPerRun<T>());
                Philox.Fill<V>(seed, stream, block, (uint*)run, RunLength * sizeof(T) / sizeof(uint));
                for (int i = 0; i < Half; i += V.Count)
                {
                    V u = Unit(V.Load(run + i));
                    V v = Unit(V.Load(run + Half + i));
                    transform.Invoke(ref u, ref v);
                    V.Store(u, run + i);
                    V.Store(v, run + Half + i);
                }

                int count = Math.Min(RunLength, end - start);
                new ReadOnlySpan<T>(run, count).CopyTo(new Span<T>(result + start, count));
            }
        }
    }

    /// <summary>Random bits as numbers in [0, 1): multiples of 2⁻²⁴ or 2⁻⁵³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Unit<V>(V bits)
        where V : struct, ISimd<V> => V.IsDouble
            ? V.FromInteger(V.ShiftBitsRight(bits, 11)) * (1.0 / (1L << 53))
            : V.FromInteger(V.ShiftBitsRight(bits, 8)) * (1.0 / (1 << 24));

    private readonly struct UniformTransform(double low, double width, double most) : ITransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V u, ref V v)
            where V : struct, ISimd<V>
        {
            u = V.AtMost(V.MultiplyAdd(u, V.Of(width), V.Of(low)), most);
            v = V.AtMost(V.MultiplyAdd(v, V.Of(width), V.Of(low)), most);
        }
    }

    private readonly struct NormalTransform(double mean, double deviation) : ITransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V u, ref V v)
            where V : struct, ISimd<V>
        {
            V radius = V.Sqrt(VectorMath.Log(1.0 - u) * -2.0) * deviation;
            V cosine = VectorMath.CosOfTurns(v, out V sine);
            u = V.MultiplyAdd(radius, cosine, V.Of(mean));
            v = V.MultiplyAdd(radius, sine, V.Of(mean));
        }
    }

    private readonly struct MaskTransform(double probability) : ITransform
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V u, ref V v)
            where V : struct, ISimd<V>
        {
            V kept = V.Of(1 / (1 - probability));
            u = (u >= V.Of(probability)) & kept;
            v = (v >= V.Of(probability)) & kept;
        }
    }
}
