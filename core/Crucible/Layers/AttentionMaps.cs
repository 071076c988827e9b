using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Collects the weights of the attention layers of a pass: <c>model.Forward(x, Pass.Evaluation.With maps)</c>.</summary>
public sealed class AttentionMaps
{
    private readonly List<Tensor> weights = [];

    /// <summary>The weights [B, H, T, S] of every attention layer, in the order in which they were computed; each row sums to 1 before dropout, or to 0 where it sees nothing.</summary>
    public IReadOnlyList<Tensor> Weights => weights;

    internal void Add(Tensor map) => weights.Add(map.Detach());
}
