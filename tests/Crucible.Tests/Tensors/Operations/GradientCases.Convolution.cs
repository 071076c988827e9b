using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Operations on pictures: convolution, pooling, normalization of batches.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> Convolutions =>
    [
        new("conv2d", t => t[0].Conv2d(t[1]), Values(1, 2, 2, 4, 5), Values(2, 3, 2, 2, 3)),
        new("conv2d with bias", t => t[0].Conv2d(t[1], t[2]), Values(1, 1, 2, 3, 3), Values(2, 2, 2, 2, 2), Values(3, 2)),
        new(
            "conv2d, stride and padding",
            t => t[0].Conv2d(t[1], t[2], stride: 2, padding: 1),
            Values(1, 2, 1, 5, 4),
            Values(2, 2, 1, 3, 3),
            Values(3, 2)),
        new("conv2d, dilation", t => t[0].Conv2d(t[1], padding: 1, dilation: 2), Values(1, 1, 2, 4, 4), Values(2, 2, 2, 2, 2)),
        new("conv2d, groups", t => t[0].Conv2d(t[1], t[2], groups: 2), Values(1, 2, 4, 3, 3), Values(2, 2, 2, 2, 2), Values(3, 2)),
        new("conv2d of single elements", t => t[0].Conv2d(t[1]), Values(1, 2, 2, 3, 2), Values(2, 3, 2, 1, 1)),
    ];

    internal static IEnumerable<GradientCase> Poolings =>
    [
        new("maxPool2d", t => t[0].MaxPool2d(2), Distinct(1, 2, 2, 4, 5)),
        new("maxPool2d, overlapping and padded", t => t[0].MaxPool2d(3, 2, 1), Distinct(1, 1, 5, 4)),
        new("averagePool2d", t => t[0].AveragePool2d(2), Values(1, 2, 2, 4, 5)),
        new("averagePool2d, overlapping and padded", t => t[0].AveragePool2d(3, 2, 1), Values(1, 1, 5, 4)),
    ];

    internal static IEnumerable<GradientCase> BatchNormalizations =>
    [
        new("batchNorm of rows", t => t[0].BatchNorm(t[1], t[2], 0.1), Values(1, 5, 3), Values(2, 3), Values(3, 3)),
        new("batchNorm of pictures", t => t[0].BatchNorm(t[1], t[2], 0.1), Values(1, 2, 3, 2, 2), Values(2, 3), Values(3, 3)),
    ];

    /// <summary>Fixed values, all of them at least 0.1 apart, in float64.</summary>
    private static Tensor Distinct(int seed, params int[] shape)
    {
        int[] order = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b))];
        new Random(seed).Shuffle(order);
        return Tensor.Of(order.Select(place => (place - (order.Length / 2.0)) / 8.0), DType.Float64).Reshape(shape);
    }
}
