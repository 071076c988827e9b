using System.Diagnostics.CodeAnalysis;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Says whether a forward pass trains or evaluates, and carries the randomness that training needs. It is handed from
/// layer to layer, so that no layer holds a mode that someone could forget to switch.
/// </summary>
public readonly struct Pass
{
    /// <summary>The pass that predicts: dropout does nothing, results depend on the input alone.</summary>
    public static Pass Evaluation => default;

    /// <summary>Where dropout draws from; null when evaluating.</summary>
    public Generator? Generator { get; private init; }

    /// <summary>Whether the pass trains.</summary>
    [MemberNotNullWhen(true, nameof(Generator))]
    public bool IsTraining => Generator is not null;

    /// <summary>Told what every layer computed, inner layers before outer ones, when someone asked for it.</summary>
    internal Action<Layer, Tensor>? Observer { get; private init; }

    /// <summary>The keys and values of positions that were computed before, so that only new ones are; null to compute all.</summary>
    public KeyValueCache? Cache { get; private init; }

    /// <summary>Where attention layers note their weights; null when nobody asks for them.</summary>
    public AttentionMaps? Maps { get; private init; }

    /// <summary>How exactly layers multiply matrices, and their gradients are computed.</summary>
    public Precision Precision { get; private init; }

    /// <summary>
    /// Whether the blocks of transformers keep no more than their inputs until backward, which computes them again: less
    /// memory, about a third more time, the same bits.
    /// </summary>
    public bool GradientCheckpointing { get; private init; }

    /// <summary>The number of positions before the input's first: those in the cache.</summary>
    internal int FirstPosition => Cache?.Length ?? 0;

    /// <summary>A pass that trains.</summary>
    /// <param name="generator">Where dropout draws from; its state moves on.</param>
    /// <returns>The pass.</returns>
    public static Pass Training(Generator generator) => new() { Generator = generator };

    /// <summary>An evaluation that shows every layer's output.</summary>
    internal static Pass Observing(Action<Layer, Tensor> observer) => new() { Observer = observer };

    /// <summary>This pass over new positions, behind those in a cache, which takes the new ones up.</summary>
    /// <param name="cache">The cache; use it for one model and one batch.</param>
    /// <returns>The pass.</returns>
    public Pass With(KeyValueCache cache) => this with { Cache = cache };

    /// <summary>This pass with another precision: <c>(Pass.Training generator).With Precision.Mixed</c>.</summary>
    /// <param name="precision">How exactly layers multiply.</param>
    /// <returns>The pass.</returns>
    public Pass With(Precision precision) => this with { Precision = precision };

    /// <summary>
    /// This pass, and the blocks of transformers keep no more than their inputs until backward, which computes them again
    /// with the same dropout (Chen et al. 2016). Losses and gradients have the same bits, but nothing is saved where
    /// gradients are differentiated again, which gives the same up to rounding, and where <see cref="Maps"/> or a
    /// <see cref="Cache"/> is filled.
    /// </summary>
    /// <returns>The pass.</returns>
    public Pass WithGradientCheckpointing() => this with { GradientCheckpointing = true };

    /// <summary>This pass with another source of randomness, if it has one.</summary>
    internal Pass DrawingFrom(Generator? generator) => this with { Generator = generator };

    /// <summary>
    /// This pass, and every attention layer notes its weights: they are then computed in full, which costs time and
    /// memory.
    /// </summary>
    /// <param name="maps">Takes the weights.</param>
    /// <returns>The pass.</returns>
    public Pass With(AttentionMaps maps) => this with { Maps = maps };
}

/// <summary>Collects the weights of the attention layers of a pass: <c>model.Forward(x, Pass.Evaluation.With maps)</c>.</summary>
public sealed class AttentionMaps
{
    private readonly List<Tensor> weights = [];

    /// <summary>
    /// The weights [B, H, T, S] of every attention layer, in the order in which they were computed; each row sums to 1
    /// before dropout, or to 0 where it sees nothing.
    /// </summary>
    public IReadOnlyList<Tensor> Weights => weights;

    /// <summary>
    /// How much of each token of the input is in each token behind the last layer, [B, T, T]: the product of all layers'
    /// weights, averaged over heads, each with half of it passing by on the residual stream: Π (W + 1) / 2. Rows sum to
    /// 1. For attention of a sequence to itself. Abnar and Zuidema 2020, §3.
    /// </summary>
    /// <returns>The shares.</returns>
    /// <exception cref="ShapeException">No weights were noted, or a layer looked at another sequence than the one before it.</exception>
    public Tensor RollOut()
    {
        if (weights.Count == 0) throw Errors.Shape("rollOut: there must be at least one map of attention, but there are none");
        Tensor? product = null;
        foreach (Tensor map in weights)
        {
            if (map.Shape[2] != map.Shape[3] || !map.Shape.With(1, 1).Equals(weights[0].Shape.With(1, 1)))
                throw Errors.Shape(Invariant($"rollOut: all maps must be [examples, heads, tokens, tokens] of one sequence,")
                    + Invariant($" but one is {map.Shape}"));
            Tensor shares = (map.Mean(1) + Tensor.Eye(map.Shape[2], dtype: map.DType)) * 0.5;
            product = product is null ? shares : shares.MatMul(product);
        }

        return product!;
    }

    internal void Add(Tensor map) => weights.Add(map.Detach());
}
