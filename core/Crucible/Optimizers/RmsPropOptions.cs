namespace Crucible.Optimizers;

/// <summary>Options of <see cref="RmsProp"/>; the defaults are PyTorch's.</summary>
public sealed class RmsPropOptions
{
    /// <summary>How far a step goes, above 0.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The part of the mean of squared gradients that a step keeps, at least 0 and below 1. Keras uses 0.9.</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>Added to the root of the mean, above 0. Keras uses 1e-7.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The part of the velocity that a step keeps, at least 0 and below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>The part of the parameter added to its gradient (an L2 penalty), 0 or more.</summary>
    public double WeightDecay { get; init; }
}
