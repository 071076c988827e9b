using Crucible.Benchmarks.Sides;
using Crucible.Lab.Studies;

namespace Crucible.Benchmarks.Studies;

/// <summary>Fills a study at random and then leaves the choice to another sampler, whose time it takes.</summary>
/// <param name="inner">The sampler to measure.</param>
/// <param name="first">The first trial that it chooses.</param>
internal sealed class TimedSampler(Sampler inner, int first) : Sampler
{
    private readonly RandomSampler filling = new();

    /// <summary>How long each of its choices took, in seconds.</summary>
    internal List<double> Seconds { get; } = [];

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        if (context.Number < first) return filling.Sample(context);
        double start = Clock.Wall.Seconds();
        double[]? units = inner.Sample(context);
        Seconds.Add(Clock.Wall.Seconds() - start);
        return units;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{filling}, then {inner}";
}
