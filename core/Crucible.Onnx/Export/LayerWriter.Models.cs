using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;

namespace Crucible.Onnx.Export;

/// <summary>Models of pictures and of language.</summary>
internal static partial class LayerWriter
{
    private static OnnxValue Vision(OnnxGraph graph, VisionTransformer model, OnnxValue x)
    {
        string[] parts = ["patches", "classToken", "position", "encoder"];
        OnnxValue tokens = parts.Aggregate(x, (value, part) => graph.Layer(Inner<Layer>(model, part), value));
        return graph.Layer(Inner<Linear>(model, "head"), graph.Select(tokens, 1, 0));
    }

    private static OnnxValue Gpt(OnnxGraph graph, Gpt model, OnnxValue tokens)
    {
        OnnxValue x = Vectors(graph, model, tokens);
        foreach (TransformerBlock block in InnerList<TransformerBlock>(model, "block")) x = graph.Layer(block, x);
        return Logits(graph, model, Inner<Embedding>(model, "token"), Normed(graph, model, x));
    }

    /// <summary>The tokens' vectors, with what tells positions apart.</summary>
    private static OnnxValue Vectors(OnnxGraph graph, Layer model, OnnxValue tokens)
    {
        OnnxValue x = graph.Layer(Inner<Embedding>(model, "token"), tokens);
        return Optional(model, "position") is { } position ? graph.Layer(position, x) : x;
    }

    /// <summary>By an output map of the model's own, or by the tokens' vectors.</summary>
    private static OnnxValue Logits(OnnxGraph graph, Layer model, Embedding tied, OnnxValue x) => Optional(model, "head") is { } head
        ? graph.Layer(head, x)
        : graph.MatMul(x, graph.Transpose(graph.Weight(tied.Weight), 1, 0));

    /// <summary>The logits [B, T, V] of tokens [B, T], and the states behind them.</summary>
    internal static (OnnxValue Logits, States Last) RecurrentLanguageModel(
        OnnxGraph graph, RecurrentLanguageModel model, OnnxValue tokens, States? first)
    {
        OnnxValue vectors = graph.Layer(Inner<Embedding>(model, "token"), tokens);
        (OnnxValue outputs, States last) = Recurrent(graph, Inner<Recurrent>(model, "layers"), vectors, first: first);
        return (graph.Layer(Inner<Linear>(model, "head"), outputs), last);
    }

    private static OnnxValue Masked(OnnxGraph graph, MaskedLanguageModel model, OnnxValue tokens) =>
        Logits(graph, model, Inner<Embedding>(model, "token"), Features(graph, model, Padded(graph, tokens)));

    private static OnnxValue Classifier(OnnxGraph graph, SequenceClassifier model, OnnxValue tokens)
    {
        (OnnxValue Ids, OnnxValue Seen) padded = Padded(graph, tokens);
        OnnxValue vectors = Features(graph, Inner<MaskedLanguageModel>(model, "encoder"), padded);
        OnnxValue counts = graph.Cast(padded.Seen, graph.DType);
        OnnxValue shares = graph.Elementwise("Div", counts, graph.ReduceSum(counts, keepDims: true, 1)); // [B, T]
        OnnxValue mean = graph.Squeeze(graph.MatMul(graph.Unsqueeze(shares, 1), vectors), 1);
        return graph.Layer(Inner<Linear>(model, "head"), mean);
    }

    private static OnnxValue Features(OnnxGraph graph, MaskedLanguageModel model, (OnnxValue Ids, OnnxValue Seen) tokens) =>
        graph.Inside(model, () => Encoder(
            graph, Inner<TransformerEncoder>(model, "encoder"), Vectors(graph, model, tokens.Ids), MaskOf(graph, tokens.Seen)));

    /// <summary>The ids [B, T], with 0 in place of padding, and where there is none, bool [B, T].</summary>
    private static (OnnxValue Ids, OnnxValue Seen) Padded(OnnxGraph graph, OnnxValue tokens)
    {
        OnnxValue zero = graph.Constant(Tensor.Scalar(0.0, DType.Int32));
        return (graph.Elementwise("Max", tokens, zero), graph.Elementwise("GreaterOrEqual", tokens, zero));
    }

    /// <summary>[B, S] as attention takes it: [B, 1, 1, S].</summary>
    private static OnnxValue MaskOf(OnnxGraph graph, OnnxValue seen) => graph.Unsqueeze(graph.Unsqueeze(seen, 1), 1);
}
