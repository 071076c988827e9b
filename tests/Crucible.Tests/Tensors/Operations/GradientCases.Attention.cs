using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Attention and positions.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Attentions =>
    [
        new(
            "attention",
            t => t[0].ScaledDotProductAttention(t[1], t[2]),
            Values(1, 2, 2, 3, 4),
            Values(2, 2, 2, 3, 4),
            Values(3, 2, 2, 3, 4)),
        new(
            "attention causal",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { IsCausal = true }),
            Values(1, 1, 2, 4, 3),
            Values(2, 1, 2, 4, 3),
            Values(3, 1, 2, 4, 2)),
        new(
            "attention causal with more keys",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { IsCausal = true, Scale = 0.7 }),
            Values(1, 2, 3),
            Values(2, 5, 3),
            Values(3, 5, 2)),
        new(
            "attention causal with fewer keys",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { IsCausal = true }),
            Values(1, 4, 3),
            Values(2, 2, 3),
            Values(3, 2, 2)),
        new(
            "attention of grouped queries",
            t => t[0].ScaledDotProductAttention(t[1], t[2]),
            Values(1, 2, 4, 2, 3),
            Values(2, 2, 2, 3, 3),
            Values(3, 2, 2, 3, 2)),
        new(
            "attention masked",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { Mask = AttentionMask }),
            Values(1, 2, 3, 4),
            Values(2, 2, 3, 4),
            Values(3, 2, 3, 4)),
        new(
            "attention with a constant bias",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { Mask = Constant(() => Values(4, 1, 3, 3)) }),
            Values(1, 2, 3, 4),
            Values(2, 2, 3, 4),
            Values(3, 2, 3, 4)),
        new(
            "attention with a bias",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { Mask = t[3], IsCausal = true }),
            Values(1, 2, 3, 4),
            Values(2, 2, 3, 4),
            Values(3, 2, 3, 4),
            Values(4, 1, 3, 3)),
        new(
            "attention with dropout",
            t => t[0].ScaledDotProductAttention(t[1], t[2], new() { Dropout = 0.4, Generator = new(1) }),
            Values(1, 2, 3, 4),
            Values(2, 2, 3, 4),
            Values(3, 2, 3, 4)),
        new("attention of a tensor to itself", t => t[0].ScaledDotProductAttention(t[0], t[0]), Values(1, 3, 4)),
        new(
            "attention weights",
            t => t[0].ScaledDotProductAttentionWithWeights(t[1], t[1], new() { IsCausal = true }).Item2,
            Values(1, 2, 3, 4),
            Values(2, 2, 3, 4)),
    ];

    internal static IEnumerable<GradientCase> AroundAttention =>
    [
        new(
            "rotatePairs",
            t => t[0].RotatePairs(Constant(() => Uniform(8, -1, 1, 3, 2)), Constant(() => Uniform(9, -1, 1, 3, 2))),
            Values(1, 2, 3, 4)),
        new("swiGlu", t => t[0].SwiGlu(), Values(1, 3, 6)),
    ];

    /// <summary>Hides the first key from all, and every key from the last query.</summary>
    private static Tensor AttentionMask =>
        Constant(() => Tensor.Init([3, 3], index => index[1] > 0 && index[0] < 2 ? 1.0 : 0.0, DType.Bool));
}
