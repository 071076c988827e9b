using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Every combination of values once, in order, the first parameter changing fastest. The study ends when all were
/// visited.
/// </summary>
public sealed class GridSampler : Sampler
{
    private const double Most = 1e9;

    /// <summary>How many values of a continuous range are tried, its ends among them; at least 1.</summary>
    public int Levels { get; init; } = 5;

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        long[] sizes = [.. context.Space.Select(parameter => Size(parameter.Distribution))];
        double count = sizes.Aggregate(1.0, (product, size) => product * size);
        if (count > Most) throw StudyErrors.GridTooLarge(count);
        long rest = (long)context.Planned + context.Redraw;
        if (rest >= (long)count) return null;
        double[] units = new double[sizes.Length];
        for (int i = 0; i < units.Length; i++)
        {
            (rest, long level) = Math.DivRem(rest, sizes[i]);
            units[i] = Place(context.Space[i].Distribution, level);
        }

        return units;
    }

    /// <inheritdoc/>
    public override double SampleAlone(Distribution distribution, int position, Generator random) => Place(distribution, 0);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"grid (levels {Levels})");

    private long Size(Distribution distribution) =>
        distribution.Count ?? (Levels >= 1 ? Levels : throw StudyErrors.StudyOption(nameof(Levels), "at least 1", Levels));

    private double Place(Distribution distribution, long level)
    {
        // Whose values have unequal shares
        if (distribution is IntDistribution { Log: true } whole) return whole.ToUnit(whole.Low + (double)level);
        if (distribution.Count is { } count) return (level + 0.5) / count;
        return Levels == 1 ? 0.5 : level / (Levels - 1.0);
    }
}
