using Crucible.Layers;
using Crucible.Models;
using Crucible.Onnx.Schema;

namespace Crucible.Onnx.Export;

/// <summary>
/// What each layer is in ONNX: the same formula, for batches and lengths of any size. Inner layers are found by the names under
/// which files keep their parameters.
/// </summary>
internal static partial class LayerWriter
{
    /// <summary>The output of a layer.</summary>
    public static OnnxValue Write(OnnxGraph graph, Layer layer, OnnxValue x) => layer switch
    {
        IOnnxLayer own => own.Write(graph, x),
        Sequential sequence => sequence.Layers.Aggregate(x, (value, inner) => graph.Layer(inner, value)),
        Dropout => x,
        Activation activation => Activation(graph, activation, x) ?? throw Unknown(graph, layer),
        Linear linear => Linear(graph, linear, x),
        Flatten => graph.Node("Flatten", 2, [x]),
        Embedding embedding => graph.Node("Gather", x.Rank + 1, [graph.Weight(embedding.Weight), x]),
        BatchNorm or LayerNorm or RmsNorm => Norm(graph, layer, x),
        Conv2d convolution => Convolution(graph, convolution, x),
        MaxPool2d or AveragePool2d or GlobalAveragePool => Pool(graph, layer, x),
        PatchEmbedding patches => Patches(graph, patches, x),
        ClassToken token => ClassToken(graph, token, x),
        LearnedPositions or SinusoidalPositions or RotaryPositions => Positions(graph, layer, x),
        FeedForward part => FeedForward(graph, part, x),
        SelfAttention attention => SelfAttention(graph, attention, x, null),
        CrossAttention attention => CrossAttention(graph, attention, x, x, null),
        StateAttention attention => StateAttention(graph, attention, x),
        TransformerBlock block => Block(graph, block, x, null),
        DecoderBlock block => Block(graph, block, x, x, null),
        TransformerEncoder stack => Encoder(graph, stack, x, null),
        TransformerDecoder stack => Decoder(graph, stack, x, x, null),
        RecurrentCell cell => Cell(graph, cell, Mapped(graph, cell, x), null).Hidden,
        Recurrent layers => Recurrent(graph, layers, x).Outputs,
        Gpt model => Gpt(graph, model, x),
        RecurrentLanguageModel model => RecurrentLanguageModel(graph, model, x, null).Logits,
        MaskedLanguageModel model => Masked(graph, model, x),
        SequenceClassifier model => Classifier(graph, model, x),
        VisionTransformer model => Vision(graph, model, x),
        Translator model => Translator(graph, model, x, x),
        _ => throw Unknown(graph, layer),
    };

    private static CheckpointException Unknown(OnnxGraph graph, Layer layer) => OnnxErrors.Model(
        $"{graph.Describe(layer)} has no form in ONNX; use layers of the library in its place, or let it be an IOnnxLayer");

    private static T Inner<T>(Layer layer, string name)
        where T : Layer => (T)layer.Children.First(child => child.Name == name).Layer;

    private static Layer? Optional(Layer layer, string name) => layer.Children.FirstOrDefault(child => child.Name == name).Layer;

    private static T[] InnerList<T>(Layer layer, string name)
        where T : Layer => [.. layer.Children.Where(child => child.Name.StartsWith(name + "[", StringComparison.Ordinal))
            .Select(child => (T)child.Layer)];

    /// <summary>The layer's own parameters and buffers in the order in which it registers them.</summary>
    private static OnnxValue[] Weights(OnnxGraph graph, Layer layer) =>
        [.. layer.OwnParameters.Concat(layer.OwnBuffers).Select(graph.Weight)];

    private static OnnxValue Linear(OnnxGraph graph, Linear layer, OnnxValue x)
    {
        OnnxValue product = graph.MatMul(x, graph.Weight(layer.Weight));
        return layer.Bias is null ? product : graph.Add(product, graph.Weight(layer.Bias));
    }

    private static OnnxValue? Activation(OnnxGraph graph, Activation layer, OnnxValue x) => layer switch
    {
        Relu => graph.Elementwise("Relu", x),
        Sigmoid => graph.Sigmoid(x),
        Tanh => graph.Tanh(x),
        Softplus => graph.Elementwise("Softplus", x),
        Silu _ => Silu(graph, x),
        Gelu gelu => Gelu(graph, x, gelu.IsApproximate),
        Elu elu => graph.Node("Elu", x.Rank, [x], ("alpha", elu.Alpha)),
        LeakyRelu leaky => graph.Node("LeakyRelu", x.Rank, [x], ("alpha", leaky.Slope)),
        ParametricRelu parametric => graph.Elementwise("PRelu", x, graph.Weight(parametric.Slope)),
        Softmax softmax => graph.Softmax(x, softmax.Axis),
        _ => null,
    };

    private static OnnxValue Silu(OnnxGraph graph, OnnxValue x) => graph.Multiply(x, graph.Sigmoid(x));

    private static OnnxValue Gelu(OnnxGraph graph, OnnxValue x, bool isApproximate) =>
        graph.Node("Gelu", x.Rank, [x], ("approximate", isApproximate ? "tanh" : "none"));

    private static OnnxValue FeedForward(OnnxGraph graph, FeedForward layer, OnnxValue x)
    {
        OnnxValue hidden = graph.Layer(Inner<Linear>(layer, "up"), x);
        Linear down = Inner<Linear>(layer, "down");
        return graph.Layer(down, layer.Kind switch
        {
            FeedForwardKind.Relu => graph.Elementwise("Relu", hidden),
            FeedForwardKind.Gelu => Gelu(graph, hidden, isApproximate: false),
            FeedForwardKind.GeluTanh => Gelu(graph, hidden, isApproximate: true),
            FeedForwardKind.SwiGlu => SwiGlu(graph, hidden, down.Weight.Shape[0]),
            _ => throw Naming.NoMember("feedForward", layer.Kind),
        });
    }

    private static OnnxValue SwiGlu(OnnxGraph graph, OnnxValue x, int channels)
    {
        OnnxValue[] halves = graph.Split(x, -1, channels, channels);
        return graph.Multiply(Silu(graph, halves[0]), halves[1]);
    }

    private static OnnxValue Norm(OnnxGraph graph, Layer layer, OnnxValue x)
    {
        OnnxValue[] weights = Weights(graph, layer);
        switch (layer)
        {
            case BatchNorm batch:
                return graph.Node("BatchNormalization", x.Rank, [x, .. weights], ("epsilon", batch.Epsilon));
            case LayerNorm norm:
                return graph.Node("LayerNormalization", x.Rank, [x, .. weights], ("epsilon", norm.Epsilon));
            default:
                OnnxValue square = graph.ReduceMean(graph.Multiply(x, x), keepDims: true, -1);
                OnnxValue root = graph.Elementwise("Sqrt", graph.Add(square, graph.Number(((RmsNorm)layer).Epsilon)));
                return graph.Multiply(graph.Elementwise("Div", x, root), weights[0]);
        }
    }
}
