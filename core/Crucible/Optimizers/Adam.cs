using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>
/// m ← β₁·m + (1 - β₁)·g, v ← β₂·v + (1 - β₂)·g², p ← p - rate·m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ); weight decay adds decay·p to g.
/// Kingma and Ba 2015, algorithm 1.
/// </summary>
public sealed class Adam : AdamBase
{
    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, betas, epsilon, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is out of range.</exception>
    public Adam(IEnumerable<Tensor> parameters, AdamOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>Trains groups of parameters with options of their own.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public Adam(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options ?? new(), 0.0)
    {
    }

    /// <inheritdoc/>
    protected override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) =>
        Move(index, parameter, gradient, learningRate, weightDecay, shrink: 1.0);
}
