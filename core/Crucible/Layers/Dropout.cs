using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// In training, each element becomes 0 with the given probability, else x / (1 - p), so that its expectation stays x;
/// in evaluation nothing happens. Srivastava et al. 2014, in the inverted form.
/// </summary>
public sealed class Dropout : Layer
{
    private readonly double probability;

    /// <summary>A dropout.</summary>
    /// <param name="probability">p, at least 0 and below 1.</param>
    /// <exception cref="OptionException">The probability is out of range.</exception>
    public Dropout(double probability) => this.probability = probability is >= 0.0 and < 1.0
        ? probability
        : throw Errors.Option("dropout", nameof(probability), "at least 0 and below 1", probability);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Dropout({probability})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => pass.IsTraining ? x.Dropout(probability, pass.Generator) : x;
}
