using Crucible.Layers;

namespace Crucible.Onnx.Export;

/// <summary>Layers for pictures, [B, channels, height, width].</summary>
internal static partial class LayerWriter
{
    private static OnnxValue Convolution(OnnxGraph graph, Conv2d layer, OnnxValue x)
    {
        Conv2dOptions options = layer.Options;
        int window = layer.Weight.Shape[2];
        return graph.Node(
            "Conv",
            4,
            [x, .. Weights(graph, layer)],
            ("kernel_shape", new[] { window, window }),
            ("strides", new[] { options.Stride, options.Stride }),
            ("pads", new[] { options.Padding, options.Padding, options.Padding, options.Padding }),
            ("dilations", new[] { options.Dilation, options.Dilation }),
            ("group", options.Groups));
    }

    private static OnnxValue Pool(OnnxGraph graph, Layer layer, OnnxValue x)
    {
        if (layer is GlobalAveragePool) return graph.ReduceMean(x, keepDims: false, 2, 3);
        if (x.Rank == 4) return Windows(graph, layer, x);
        // Whatever axes stand before height and width become a batch, and come back.
        OnnxValue before = graph.Node("Shape", 1, [x], ("start", 0), ("end", -2));
        OnnxValue pictures = graph.Node("Reshape", 4, [x, graph.Concat(0, graph.Integers(-1, 1), LastTwo(x))]);
        OnnxValue pooled = Windows(graph, layer, pictures);
        return graph.Node("Reshape", x.Rank, [pooled, graph.Concat(0, before, LastTwo(pooled))]);

        OnnxValue LastTwo(OnnxValue value) => graph.Node("Shape", 1, [value], ("start", -2));
    }

    private static OnnxValue Windows(OnnxGraph graph, Layer layer, OnnxValue x)
    {
        (int window, int stride, int padding) = layer is MaxPool2d max ? max.Windows : ((AveragePool2d)layer).Windows;
        (string Name, object Value)[] attributes =
        [
            ("kernel_shape", new[] { window, window }), ("strides", new[] { stride, stride }),
            ("pads", new[] { padding, padding, padding, padding }),
        ];
        return layer is MaxPool2d
            ? graph.Node("MaxPool", 4, [x], attributes)
            : graph.Node("AveragePool", 4, [x], [.. attributes, ("count_include_pad", 1)]);
    }

    /// <summary>As a convolution whose stride is its window.</summary>
    private static OnnxValue Patches(OnnxGraph graph, PatchEmbedding layer, OnnxValue x)
    {
        (int channels, int patch) = layer.Sizes;
        Linear map = Inner<Linear>(layer, "projection");
        int width = map.Weight.Shape[1];
        OnnxValue filters = graph.Weight(
            map.Weight, graph.NameOf(map.Weight) + ".filters", () => map.Weight.Transpose(0, 1).Reshape(width, channels, patch, patch));
        OnnxValue[] bias = map.Bias is null ? [] : [graph.Weight(map.Bias)];
        OnnxValue vectors = graph.Node(
            "Conv", 4, [x, filters, .. bias], ("kernel_shape", new[] { patch, patch }), ("strides", new[] { patch, patch }));
        return graph.Transpose(graph.Reshape(vectors, 0, width, -1), 0, 2, 1); // [B, T, width]
    }

    private static OnnxValue ClassToken(OnnxGraph graph, ClassToken layer, OnnxValue x)
    {
        OnnxValue shape = graph.Concat(0, graph.Size(x, 0), graph.Integers(1), graph.Size(x, 2));
        OnnxValue token = graph.Node("Expand", 3, [Weights(graph, layer)[0], shape]);
        return graph.Concat(1, token, x);
    }
}
