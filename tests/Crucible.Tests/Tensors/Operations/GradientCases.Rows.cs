using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Functions of whole rows: softmax, normalizations, losses.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Softmaxes =>
    [
        new("softmax", t => t[0].Softmax(), Values(1, 2, 3, 4)),
        new("softmax along the first axis", t => t[0].Softmax(0), Values(1, 3, 2, 2)),
        new("logSoftmax", t => t[0].LogSoftmax(), Values(1, 2, 3, 4)),
        new("logSoftmax along a middle axis", t => t[0].LogSoftmax(1), Values(1, 2, 3, 2)),
    ];

    internal static IEnumerable<GradientCase> Normalizations =>
    [
        new("layerNorm", t => t[0].LayerNorm(), Values(1, 2, 2, 5)),
        new("layerNorm with gain", t => t[0].LayerNorm(t[1]), Values(1, 3, 5), Values(2, 5)),
        new("layerNorm with gain and bias", t => t[0].LayerNorm(t[1], t[2], 0.1), Values(1, 3, 5), Values(2, 5), Values(3, 5)),
        new("layerNorm with bias", t => t[0].LayerNorm(null, t[1]), Values(1, 3, 5), Values(2, 5)),
        new("rmsNorm", t => t[0].RmsNorm(), Values(1, 2, 2, 5)),
        new("rmsNorm with gain", t => t[0].RmsNorm(t[1], 0.1), Values(1, 3, 5), Values(2, 5)),
    ];

    internal static IEnumerable<GradientCase> ElementLosses =>
    [
        new("meanSquaredError", t => t[0].MeanSquaredError(t[1]), Values(1, 2, 3), Values(2, 2, 3)),
        new("meanSquaredError sum", t => t[0].MeanSquaredError(t[1], LossReduction.Sum), Values(1, 2, 3), Values(2, 2, 3)),
        new("meanSquaredError none", t => t[0].MeanSquaredError(t[1], LossReduction.None), Values(1, 2, 3), Values(2, 2, 3)),
        new("binaryCrossEntropyWithLogits", t => t[0].BinaryCrossEntropyWithLogits(t[1]), Values(1, 2, 3), Uniform(2, 0.1, 0.9, 2, 3)),
        new(
            "binaryCrossEntropyWithLogits sum",
            t => t[0].BinaryCrossEntropyWithLogits(t[1], LossReduction.Sum),
            Values(1, 2, 3),
            Uniform(2, 0.1, 0.9, 2, 3)),
        new(
            "binaryCrossEntropyWithLogits none",
            t => t[0].BinaryCrossEntropyWithLogits(t[1], LossReduction.None),
            Values(1, 2, 3),
            Uniform(2, 0.1, 0.9, 2, 3)),
    ];

    internal static IEnumerable<GradientCase> ComposedLosses =>
    [
        new("meanAbsoluteError", t => Loss.MeanAbsoluteError(t[0], t[1]), Values(1, 2, 3), Values(2, 2, 3)),
        new("huber", t => Loss.Huber(t[0], t[1]), Values(1, 2, 3), Values(2, 2, 3)),
        new("huber none", t => Loss.Huber(t[0], t[1], LossReduction.None, 0.7), Values(1, 2, 3), Values(2, 2, 3)),
        new("binaryCrossEntropy", t => Loss.BinaryCrossEntropy(t[0], t[1]), Uniform(1, 0.1, 0.9, 2, 3), Uniform(2, 0.1, 0.9, 2, 3)),
    ];

    internal static IEnumerable<GradientCase> ClassLosses =>
        from reduction in Enum.GetValues<LossReduction>()
        from smoothing in new[] { 0.0, 0.2 }
        from weights in new[] { null, Tensor.Of(new[] { 0.5, 1.5, 2.0 }, DType.Float64) }
        select new GradientCase(
            $"crossEntropy {reduction}, smoothing {(smoothing > 0 ? "on" : "off")}, {(weights is null ? "no weights" : "weights")}",
            t => t[0].CrossEntropy(Tensor.Of(new[] { 2, 7, 0, 1 }), reduction, smoothing, ignoredIndex: 7, weights),
            Values(1, 4, 3));

    internal static IEnumerable<GradientCase> ClassLossesOfSequences =>
    [
        new(
            "crossEntropy of a stack",
            t => t[0].CrossEntropy(Tensor.Of(new[,] { { 2, 0 }, { 1, 1 } }), LossReduction.None),
            Values(1, 2, 2, 3)),
    ];
}
