namespace Crucible.Optimizers;

/// <summary>Options of <see cref="ReduceOnPlateau"/>; the defaults are PyTorch's.</summary>
public sealed class PlateauOptions
{
    /// <summary>What a reduction multiplies the rate by, above 0 and below 1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>How many observations without improvement are borne before the rate falls, 0 or more.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The part of the best loss by which a loss must lie below it to count as better, at least 0 and below 1.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>How many observations after a reduction are not judged, 0 or more.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate never falls below this, 0 or more.</summary>
    public double MinimumRate { get; init; }
}
