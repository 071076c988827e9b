namespace Crucible.Optimizers;

/// <summary>Options of <see cref="Adam"/> and <see cref="AdamW"/>; the defaults are PyTorch's: <c>AdamOptions(LearningRate = 3e-4)</c>.</summary>
public sealed class AdamOptions
{
    /// <summary>How far a step goes, above 0: about what a parameter moves by while its gradient keeps its sign.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The part of the first moment (mean of gradients) that a step keeps, at least 0 and below 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>The part of the second moment (mean of squared gradients) that a step keeps, at least 0 and below 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment, above 0. Keras uses 1e-7.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>0 or more. <see cref="Adam"/> adds decay·p to the gradient; <see cref="AdamW"/> shrinks p by rate·decay. Null stands for 0 in Adam, 0.01 in AdamW.</summary>
    public double? WeightDecay { get; init; }
}
