namespace Crucible.Tensors;

/// <summary>
/// The stream of NumPy's legacy <c>numpy.random.seed</c>, number for number, because documented results depend on it:
/// MT19937 of Matsumoto and Nishimura (1998) with init_genrand, random_sample, randn, shuffle and permutation. New code
/// uses <see cref="Generator"/>.
/// </summary>
public sealed class MersenneTwister
{
    private const int Length = 624;
    private const int Middle = 397;
    private readonly uint[] words = new uint[Length];
    private int next = Length;
    private double? spareNormal;

    /// <summary>The generator that <c>numpy.random.RandomState(seed)</c> makes.</summary>
    /// <param name="seed">The seed.</param>
    public MersenneTwister(uint seed)
    {
        words[0] = seed;
        for (uint i = 1; i < Length; i++) words[i] = (1812433253u * (words[i - 1] ^ (words[i - 1] >> 30))) + i;
    }

    /// <summary>32 random bits.</summary>
    /// <returns>A number from 0 to 2³² − 1.</returns>
    public uint NextUInt32()
    {
        if (next == Length) Refill();
        uint word = words[next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits: <c>random_sample()</c>.</summary>
    /// <returns>A multiple of 2⁻⁵³.</returns>
    public double NextDouble()
    {
        uint high = NextUInt32() >> 5;
        uint low = NextUInt32() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    /// <summary>
    /// A standard normal number by the polar method of Marsaglia and Bray (1964): <c>randn()</c>. Every second call
    /// returns the pair's other number.
    /// </summary>
    /// <returns>The number.</returns>
    public double NextNormal()
    {
        if (spareNormal is double spare)
        {
            spareNormal = null;
            return spare;
        }

        double x;
        double y;
        double square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square >= 1 || square == 0);
        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        spareNormal = factor * x;
        return factor * y;
    }

    /// <summary>
    /// A uniform integer from 0 to <paramref name="largest"/>: draws as many bits as the largest has until they do not
    /// exceed it.
    /// </summary>
    /// <param name="largest">The largest possible result.</param>
    /// <returns>The integer.</returns>
    public uint NextUpTo(uint largest)
    {
        if (largest == 0) return 0;
        uint mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(largest);
        uint value;
        do value = NextUInt32() & mask;
        while (value > largest);
        return value;
    }

    /// <summary>Puts the values into random order: <c>shuffle(values)</c>.</summary>
    /// <param name="values">The values.</param>
    public void Shuffle(Span<int> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int other = (int)NextUpTo((uint)last);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    /// <summary>The numbers 0 … <paramref name="count"/> − 1 in random order: <c>permutation(count)</c>.</summary>
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

    private void Refill()
    {
        for (int i = 0; i < Length; i++)
        {
            uint pair = (words[i] & 0x80000000) | (words[(i + 1) % Length] & 0x7FFFFFFF);
            words[i] = words[(i + Middle) % Length] ^ (pair >> 1) ^ ((pair & 1) == 0 ? 0 : 0x9908B0DF);
        }

        next = 0;
    }
}
