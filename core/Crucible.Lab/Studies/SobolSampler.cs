using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>Points of a scrambled Sobol sequence: as free of preferences as random ones, but without their gaps and clusters. Parameters beyond the 32nd are random.</summary>
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
            units[axis] = (SobolSequence.Scramble(SobolSequence.At((uint)context.Number - 1, axis), seed) + 0.5) * Unit; // trial 0 came before the space was known
        }

        return units;
    }

    /// <inheritdoc/>
    public override string ToString() => "sobol";
}
