using System.Text.Json.Serialization;
using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// A source of random numbers whose whole state is three numbers. It is counter-based: Philox4x32-10 of Salmon, Moraes,
/// Dror and Shaw (SC 2011), so arrays are filled by many threads with the same bits as by one. Not for cryptography;
/// not safe for use by several threads at once: give each its own by <see cref="Split"/>.
/// </summary>
public sealed unsafe class Generator
{
    private readonly uint[] block = new uint[Philox.BlockLength];
    private ulong blockNumber = ulong.MaxValue;
    private ulong position;

    /// <summary>A generator at the start of stream 0 of a seed.</summary>
    /// <param name="seed">Any number; different seeds give unrelated numbers.</param>
    public Generator(ulong seed)
        : this(new GeneratorState(seed, 0, 0))
    {
    }

    /// <summary>A generator at the start of stream 0 of a seed: the same as of that seed as a ulong.</summary>
    /// <param name="seed">0 or more; different seeds give unrelated numbers.</param>
    /// <exception cref="OptionException">The seed is negative.</exception>
    public Generator(int seed)
        : this(seed >= 0 ? (ulong)seed : throw Errors.Option("generator", "seed", "0 or more", seed))
    {
    }

    /// <summary>A generator that continues from a saved state.</summary>
    /// <param name="state">A state of <see cref="State"/>.</param>
    public Generator(GeneratorState state)
    {
        Seed = state.Seed;
        Stream = state.Stream;
        position = state.Position;
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; private set; }

    /// <summary>The stream of the seed.</summary>
    public ulong Stream { get; private set; }

    /// <summary>
    /// What to save so that <see cref="Generator(GeneratorState)"/>, or setting it here, continues exactly from this
    /// point.
    /// </summary>
    public GeneratorState State
    {
        get => new(Seed, Stream, position);
        set
        {
            (Seed, Stream, position) = value;
            blockNumber = ulong.MaxValue;
        }
    }

    /// <summary>
    /// A generator independent of this one and of every other split, as for worker or layer number
    /// <paramref name="stream"/>. This generator does not advance, so the same number gives the same split.
    /// </summary>
    /// <param name="stream">Which split.</param>
    /// <returns>A generator at the start of its stream.</returns>
    public Generator Split(ulong stream)
    {
        // The new stream's number is itself drawn from the cipher, under another key, so that splits of splits do not
        // meet.
        uint* words = stackalloc uint[Philox.BlockLength];
        Philox.Block(~Seed, Stream, stream, words);
        return new Generator(new GeneratorState(Seed, *(ulong*)words | 1UL << 63, 0));
    }

    /// <summary>32 random bits.</summary>
    /// <returns>A number from 0 to 2³² − 1.</returns>
    public uint NextUInt32()
    {
        ulong number = position / Philox.BlockLength;
        if (number != blockNumber)
        {
            fixed (uint* words = block) Philox.Block(Seed, Stream, number, words);
            blockNumber = number;
        }

        return block[position++ % Philox.BlockLength];
    }

    /// <summary>64 random bits.</summary>
    /// <returns>A number from 0 to 2⁶⁴ − 1.</returns>
    public ulong NextUInt64() => NextUInt32() | ((ulong)NextUInt32() << 32);

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    /// <returns>A multiple of 2⁻⁵³.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>
    /// A uniform integer from 0 to <paramref name="count"/> − 1, without bias (Lemire, "Fast random integer generation
    /// in an interval", 2019).
    /// </summary>
    /// <param name="count">Number of possible results, at least 1.</param>
    /// <returns>The integer.</returns>
    /// <exception cref="OptionException"><paramref name="count"/> is below 1.</exception>
    public int NextInt(int count)
    {
        if (count < 1) throw Errors.Option("nextInt", nameof(count), "at least 1", count);
        uint range = (uint)count;
        ulong product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold) product = (ulong)NextUInt32() * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>Fills with uniform numbers in [<paramref name="low"/>, <paramref name="high"/>), on a grid of 2⁻²⁴ of the range.</summary>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="low">Smallest possible number.</param>
    /// <param name="high">Above every number.</param>
    /// <exception cref="OptionException"><paramref name="low"/> is above <paramref name="high"/>, or one is not finite.</exception>
    public void Uniform(Span<float> values, double low = 0, double high = 1) => Fill(values, low, high);

    /// <summary>Fills with uniform numbers in [<paramref name="low"/>, <paramref name="high"/>), on a grid of 2⁻⁵³ of the range.</summary>
    /// <inheritdoc cref="Uniform(Span{float}, double, double)"/>
    public void Uniform(Span<double> values, double low = 0, double high = 1) => Fill(values, low, high);

    /// <summary>
    /// Fills with normal numbers by the transform of Box and Muller (1958); a float lies within 5.8 deviations of the
    /// mean, a double within 8.6.
    /// </summary>
    /// <param name="values">Receives the numbers.</param>
    /// <param name="mean">Their mean.</param>
    /// <param name="deviation">Their standard deviation, at least 0.</param>
    /// <exception cref="OptionException"><paramref name="deviation"/> is negative, or an argument is not finite.</exception>
    public void Normal(Span<float> values, double mean = 0, double deviation = 1) => FillNormal(values, mean, deviation);

    /// <inheritdoc cref="Normal(Span{float}, double, double)"/>
    public void Normal(Span<double> values, double mean = 0, double deviation = 1) => FillNormal(values, mean, deviation);

    /// <summary>The numbers 0 … <paramref name="count"/> − 1 in random order, each order equally likely.</summary>
    /// <param name="count">How many, at least 0.</param>
    /// <returns>The permutation.</returns>
    /// <exception cref="OptionException"><paramref name="count"/> is negative.</exception>
    public int[] Permutation(int count)
    {
        if (count < 0) throw Errors.Option("permutation", nameof(count), "at least 0", count);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        Shuffle(order);
        return order;
    }

    /// <summary>Puts the values into random order, each order equally likely (Fisher and Yates, as Durstenfeld, 1964).</summary>
    /// <param name="values">The values.</param>
    public void Shuffle(Span<int> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    /// <summary>Fills with 0 (with the given probability) and 1 / (1 − probability): what inverted dropout multiplies by.</summary>
    internal void DropoutMask<T>(Span<T> values, double probability)
        where T : unmanaged => RandomFill.DropoutMask(Seed, Stream, TakeBlocks<T>(values.Length), probability, values);

    /// <summary>Moves on to a whole block and past so many blocks; returns the first of them.</summary>
    internal ulong TakeBlocks(ulong count)
    {
        ulong first = (position + Philox.BlockLength - 1) / Philox.BlockLength;
        position = (first + count) * Philox.BlockLength;
        return first;
    }

    private void Fill<T>(Span<T> values, double low, double high)
        where T : unmanaged
    {
        if (!double.IsFinite(low)) throw Errors.Option("uniform", nameof(low), "finite", low);
        if (!(high >= low) || !double.IsFinite(high))
            throw Errors.Option("uniform", nameof(high), Invariant($"finite and at least low = {low}"), high);
        RandomFill.Uniform(Seed, Stream, TakeBlocks<T>(values.Length), low, high, values);
    }

    private void FillNormal<T>(Span<T> values, double mean, double deviation)
        where T : unmanaged
    {
        if (!double.IsFinite(mean)) throw Errors.Option("normal", nameof(mean), "finite", mean);
        if (!(deviation >= 0) || !double.IsFinite(deviation))
            throw Errors.Option("normal", nameof(deviation), "finite and at least 0", deviation);
        RandomFill.Normal(Seed, Stream, TakeBlocks<T>(values.Length), mean, deviation, values);
    }

    /// <summary>Moves on to a whole block and past the blocks of an array; returns the first of them.</summary>
    private ulong TakeBlocks<T>(int count)
        where T : unmanaged => TakeBlocks(RandomFill.Blocks<T>(count));
}

/// <summary>The whole state of a <see cref="Generator"/>: a generator made from it continues exactly where the other one was.</summary>
/// <param name="Seed">The seed, the key of the Philox cipher.</param>
/// <param name="Stream">The number of the stream; streams of one seed are independent.</param>
/// <param name="Position">How many words of 32 bits have been used.</param>
[method: JsonConstructor] // so that reading JSON needs all three
public readonly record struct GeneratorState(ulong Seed, ulong Stream, ulong Position);
