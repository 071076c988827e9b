using Crucible.Tensors;

namespace Crucible.Optimizers;

/// <summary>Parameters that share options: <c>ParameterGroup(vectors, WeightDecay = 0.0)</c>.</summary>
/// <param name="parameters">The parameters.</param>
public sealed class ParameterGroup(IEnumerable<Tensor> parameters)
{
    /// <summary>The parameters.</summary>
    public IReadOnlyList<Tensor> Parameters { get; } = [.. parameters];

    /// <summary>The weight decay of the group, 0 or more; null for the optimizer's own.</summary>
    public double? WeightDecay { get; init; }

    /// <summary>What the optimizer's learning rate is multiplied by in the group, 0 or more.</summary>
    public double LearningRateScale { get; init; } = 1.0;

    /// <summary>
    /// Two groups: matrices and everything with more axes decay as the optimizer says; vectors and scalars (biases, gains of normalizations) do not
    /// decay at all. Pulling a gain or a bias towards 0 shrinks the function's scale and offset instead of its complexity.
    /// </summary>
    /// <param name="parameters">All parameters of a model.</param>
    /// <returns>The group that decays, then the one that does not; an empty one is left out.</returns>
    public static IReadOnlyList<ParameterGroup> DecayMatricesOnly(IEnumerable<Tensor> parameters)
    {
        var decays = parameters.ToLookup(parameter => parameter.Rank >= 2);
        ParameterGroup[] groups = [new(decays[true]), new(decays[false]) { WeightDecay = 0.0 }];
        return [.. groups.Where(group => group.Parameters.Count > 0)];
    }
}
