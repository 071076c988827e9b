using System.Numerics;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// Points of a scrambled Sobol sequence: as free of preferences as random ones, but without their gaps and clusters.
/// Parameters beyond the 32nd are random.
/// </summary>
public sealed class SobolSampler : Sampler
{
    private const double Unit = 1.0 / 4294967296;

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        double[] units = RandomSampler.Uniform(context);
        if (context.Redraw > 0) return units;
        for (int axis = 0; axis < Math.Min(units.Length, SobolSequence.Axes); axis++)
        {
            uint seed = new Generator(context.Seed).Split(ulong.MaxValue).Split((ulong)axis).NextUInt32();
            // Trial 0 came before the space was known
            units[axis] = (SobolSequence.Scramble(SobolSequence.At((uint)context.Number - 1, axis), seed) + 0.5) * Unit;
        }

        return units;
    }

    /// <inheritdoc/>
    public override string ToString() => "sobol";
}

/// <summary>
/// Points that fill the unit cube evenly (Sobol, 1967) with the direction numbers of Joe and Kuo, "Constructing Sobol
/// sequences with better two-dimensional projections" (2008).
/// </summary>
internal static class SobolSequence
{
    private const int Bits = 32;

    // For each axis from the second on: the inner coefficients of its primitive polynomial as bits, then the first
    // direction numbers, as many as the polynomial's degree.
    private static readonly uint[][] Table =
    [
        [0, 1], [1, 1, 3], [1, 1, 3, 1], [2, 1, 1, 1], [1, 1, 1, 3, 3], [4, 1, 3, 5, 13], [2, 1, 1, 5, 5, 17], [4, 1, 1, 5, 5, 5],
        [7, 1, 1, 7, 11, 19],
        [11, 1, 1, 5, 1, 1], [13, 1, 1, 1, 3, 11], [14, 1, 3, 5, 5, 31], [1, 1, 3, 3, 9, 7, 49], [13, 1, 1, 1, 15, 21, 21],
        [16, 1, 3, 1, 13, 27, 49],
        [19, 1, 1, 1, 15, 7, 5], [22, 1, 3, 1, 15, 13, 25], [25, 1, 1, 5, 5, 19, 61], [1, 1, 3, 7, 11, 23, 15, 103],
        [4, 1, 3, 7, 13, 13, 15, 69],
        [7, 1, 1, 3, 13, 7, 35, 63], [8, 1, 3, 5, 9, 1, 25, 53], [14, 1, 3, 1, 13, 9, 35, 107], [19, 1, 3, 1, 5, 27, 61, 31],
        [21, 1, 1, 5, 11, 19, 41, 61],
        [28, 1, 3, 5, 3, 3, 13, 69], [31, 1, 1, 7, 13, 1, 19, 1], [32, 1, 3, 7, 5, 13, 19, 59], [37, 1, 1, 3, 9, 25, 29, 41],
        [41, 1, 3, 5, 13, 23, 1, 55],
        [42, 1, 3, 7, 3, 13, 59, 17],
    ];

    private static readonly uint[][] Directions = [.. Enumerable.Range(0, Table.Length + 1).Select(DirectionsOf)];

    /// <summary>How many axes there are.</summary>
    internal static int Axes => Directions.Length;

    /// <summary>A coordinate as a fraction of 2³².</summary>
    internal static uint At(uint index, int axis)
    {
        uint point = 0;
        for (int bit = 0; index != 0; bit++, index >>= 1)
        {
            if ((index & 1) != 0) point ^= Directions[axis][bit];
        }

        return point;
    }

    /// <summary>
    /// Scrambles a coordinate so that each bit is flipped or not depending on all bits above it (Owen, 1995), by the
    /// hash of Laine and Karras (2011) with the constants of Vegdahl,
    /// "Building a better LK hash" (2021): points stay as even as they were, and any one point is uniformly
    /// distributed.
    /// </summary>
    internal static uint Scramble(uint point, uint seed)
    {
        uint x = Reverse(point);
        x ^= x * 0x3d20adea;
        x += seed;
        x *= (seed >> 16) | 1;
        x ^= x * 0x05526c56;
        x ^= x * 0x53a22864;
        return Reverse(x);
    }

    private static uint[] DirectionsOf(int axis)
    {
        uint[] directions = new uint[Bits];
        if (axis == 0)
        {
            for (int bit = 0; bit < Bits; bit++) directions[bit] = 1u << (Bits - 1 - bit);
            return directions;
        }

        uint[] row = Table[axis - 1];
        int degree = row.Length - 1;
        for (int bit = 0; bit < Bits; bit++)
        {
            if (bit < degree)
            {
                directions[bit] = row[bit + 1] << (Bits - 1 - bit);
                continue;
            }

            uint direction = directions[bit - degree] ^ (directions[bit - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((row[0] >> (degree - 1 - k)) & 1) != 0) direction ^= directions[bit - k];
            }

            directions[bit] = direction;
        }

        return directions;
    }

    private static uint Reverse(uint x)
    {
        x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
        x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
        x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
        x = ((x >> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
        return BitOperations.RotateLeft(x, 16);
    }
}
