using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>
/// Adam with decoupled weight decay: p ← p·(1 - rate·decay), then Adam's step with the bare gradient, so that the decay is not divided by √v̂.
/// Loshchilov and Hutter 2019, algorithm 2, with the decay scaled by the rate as PyTorch does.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>Trains all given parameters alike.</summary>
    /// <param name="parameters">The parameters: <c>model.Parameters</c>.</param>
    /// <param name="options">Learning rate, betas, epsilon, decay.</param>
    /// <exception cref="OptionException">There are no parameters, one comes twice or cannot be trained, or an option is out of range.</exception>
    public AdamW(IEnumerable<Tensor> parameters, AdamOptions? options = null)
        : this([new ParameterGroup(parameters)], options)
    {
    }

    /// <summary>Trains groups of parameters with options of their own: <c>AdamW(ParameterGroup.DecayMatricesOnly model.Parameters)</c>.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="options">What holds where a group says nothing.</param>
    /// <exception cref="OptionException">As for a single list of parameters.</exception>
    public AdamW(IEnumerable<ParameterGroup> groups, AdamOptions? options = null)
        : base(groups, options ?? new(), 0.01, isDecoupled: true)
    {
    }
}
