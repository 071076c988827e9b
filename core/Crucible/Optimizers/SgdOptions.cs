namespace Crucible.Optimizers;

/// <summary>Options of <see cref="Sgd"/>: <c>SgdOptions(LearningRate = 0.1, Momentum = 0.9)</c>.</summary>
public sealed class SgdOptions
{
    /// <summary>How far a step goes, above 0.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The part of the velocity that a step keeps, at least 0 and below 1; 0 for plain gradient descent.</summary>
    public double Momentum { get; init; }

    /// <summary>Looks ahead along the velocity (Sutskever et al. 2013); needs momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The part of the parameter added to its gradient (an L2 penalty), 0 or more.</summary>
    public double WeightDecay { get; init; }
}
