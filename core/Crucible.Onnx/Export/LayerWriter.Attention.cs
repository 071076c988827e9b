using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Onnx.Export;

/// <summary>Attention, what tells positions apart, and the blocks that are made of both.</summary>
internal static partial class LayerWriter
{
    private static OnnxValue Positions(OnnxGraph graph, Layer layer, OnnxValue x)
    {
        if (layer is RotaryPositions rotary) return Turn(graph, rotary, x);
        OnnxValue table = layer is SinusoidalPositions waves ? graph.Constant(waves.Table) : Weights(graph, layer)[0];
        return graph.Add(x, Rows(graph, table, x));
    }

    /// <summary>The rows of a table for the positions of x [… T, C], behind those that were seen before.</summary>
    private static OnnxValue Rows(OnnxGraph graph, OnnxValue table, OnnxValue x)
    {
        OnnxValue first = graph.Past?.Length ?? graph.Integers(0);
        return graph.Slice(table, 0, first, graph.Add(first, graph.Size(x, -2)));
    }

    /// <summary>Turns the pairs of channels (xᵢ, xᵢ₊ₕ), h = D/2, of x [… T, D].</summary>
    private static OnnxValue Turn(OnnxGraph graph, RotaryPositions layer, OnnxValue x)
    {
        OnnxValue cosines = Rows(graph, graph.Constant(layer.All.Cosines), x), sines = Rows(graph, graph.Constant(layer.All.Sines), x);
        OnnxValue[] halves = graph.Split(x, -1, layer.Size / 2, layer.Size / 2);
        return graph.Concat(
            -1,
            graph.Elementwise("Sub", graph.Multiply(halves[0], cosines), graph.Multiply(halves[1], sines)),
            graph.Add(graph.Multiply(halves[1], cosines), graph.Multiply(halves[0], sines)));
    }

    private static OnnxValue SelfAttention(OnnxGraph graph, SelfAttention layer, OnnxValue x, OnnxValue? mask) => graph.Inside(layer, () =>
    {
        int channels = layer.KeyHeads * layer.HeadSize;
        OnnxValue[] mapped = graph.Split(graph.Layer(Inner<Linear>(layer, "queryKeyValue"), x), 2, layer.Width, channels, channels);
        (OnnxValue queries, OnnxValue keys, OnnxValue values) = (
            Heads(graph, mapped[0], layer.Heads, layer), Heads(graph, mapped[1], layer.KeyHeads, layer),
            Heads(graph, mapped[2], layer.KeyHeads, layer));
        if (layer.Rotary is { } rotary) (queries, keys) = (Turn(graph, rotary, queries), Turn(graph, rotary, keys));
        if (graph.Past is { } past) (keys, values) = past.Append(graph, keys, values);
        return Attend(graph, layer, (queries, keys, values), layer.IsCausal, mask);
    });

    private static OnnxValue CrossAttention(OnnxGraph graph, CrossAttention layer, OnnxValue x, OnnxValue memory, OnnxValue? mask) =>
        graph.Inside(layer, () =>
        {
            int channels = layer.KeyHeads * layer.HeadSize;
            OnnxValue queries = Heads(graph, graph.Layer(Inner<Linear>(layer, "query"), x), layer.Heads, layer);
            OnnxValue[] mapped = graph.Split(graph.Layer(Inner<Linear>(layer, "keyValue"), memory), 2, channels, channels);
            (OnnxValue keys, OnnxValue values) =
                (Heads(graph, mapped[0], layer.KeyHeads, layer), Heads(graph, mapped[1], layer.KeyHeads, layer));
            return Attend(graph, layer, (queries, keys, values), isCausal: false, mask);
        });

    /// <summary>[B, T, heads·D] as [B, heads, T, D].</summary>
    private static OnnxValue Heads(OnnxGraph graph, OnnxValue x, int heads, MultiHeadAttention layer) =>
        graph.Transpose(graph.Reshape(x, 0, -1, heads, layer.HeadSize), 0, 2, 1, 3);

    /// <summary>The output [B, T, C] for queries [B, H, T, D], and keys and values [B, K, S, D] that neighbouring heads share.</summary>
    private static OnnxValue Attend(
        OnnxGraph graph, MultiHeadAttention layer, (OnnxValue Queries, OnnxValue Keys, OnnxValue Values) inputs, bool isCausal,
        OnnxValue? mask)
    {
        (OnnxValue queries, OnnxValue keys, OnnxValue values) = inputs;
        OnnxValue? seen = isCausal ? Causal(graph, queries, keys) : null;
        if (mask is not null) seen = seen is null ? mask : graph.Elementwise("And", seen, mask);
        int shared = layer.Heads / layer.KeyHeads;
        if (shared > 1) // [B, K, H/K, T, D] beside [B, K, 1, S, D]
        {
            queries = graph.Reshape(queries, 0, layer.KeyHeads, shared, -1, layer.HeadSize);
            (keys, values) = (graph.Unsqueeze(keys, 2), graph.Unsqueeze(values, 2));
            if (seen is { Rank: 4 }) seen = graph.Unsqueeze(seen, 2);
        }

        int[] swapped = shared > 1 ? [0, 1, 2, 4, 3] : [0, 1, 3, 2];
        OnnxValue scaled = graph.Multiply(queries, graph.Number(1.0 / Math.Sqrt(layer.HeadSize)));
        OnnxValue scores = graph.MatMul(scaled, graph.Transpose(keys, swapped));
        OnnxValue averages = graph.MatMul(graph.Softmax(seen is null ? scores : Hide(graph, scores, seen)), values);
        if (shared > 1) averages = graph.Reshape(averages, 0, layer.Heads, -1, layer.HeadSize);
        OnnxValue sideBySide = graph.Reshape(graph.Transpose(averages, 0, 2, 1, 3), 0, -1, layer.Width);
        return graph.Layer(Inner<Linear>(layer, "output"), sideBySide);
    }

    /// <summary>bool [T, S]: whether a position sees another, the last of S being the last of T.</summary>
    private static OnnxValue Causal(OnnxGraph graph, OnnxValue queries, OnnxValue keys)
    {
        OnnxValue end = graph.Size(keys, 2);
        OnnxValue rows = graph.Unsqueeze(graph.Range(graph.Elementwise("Sub", end, graph.Size(queries, 2)), end), 1);
        return graph.Elementwise("LessOrEqual", graph.Range(graph.Integers(0), end), rows);
    }

    /// <summary>Scores that softmax makes 0 of where nothing is seen; finite, so that no row becomes NaN.</summary>
    private static OnnxValue Hide(OnnxGraph graph, OnnxValue scores, OnnxValue seen) => graph.Elementwise(
        "Where", seen, scores, graph.Number(graph.DType == DType.Float32 ? float.MinValue / 2 : double.MinValue / 2));

    private static OnnxValue StateAttention(OnnxGraph graph, StateAttention layer, OnnxValue x)
    {
        OnnxValue keys = graph.Layer(Inner<Linear>(layer, "key"), x);
        OnnxValue weights = layer is AdditiveAttention additive
            ? AdditiveWeights(graph, additive, x, keys, null)
            : graph.Softmax(graph.MatMul(x, graph.Transpose(keys, 0, 2, 1)));
        return graph.MatMul(weights, x);
    }

    /// <summary>The weights [B, T, S] of queries [B, T, Q] for keys [B, S, A]; the mask is bool [B, S].</summary>
    private static OnnxValue AdditiveWeights(OnnxGraph graph, AdditiveAttention layer, OnnxValue queries, OnnxValue keys, OnnxValue? mask)
    {
        OnnxValue mapped = graph.Layer(Inner<Linear>(layer, "query"), queries);
        OnnxValue compared = graph.Tanh(graph.Add(graph.Unsqueeze(mapped, 2), graph.Unsqueeze(keys, 1))); // [B, T, S, A]
        OnnxValue scores = graph.Squeeze(graph.Layer(Inner<Linear>(layer, "score"), compared), 3);
        return graph.Softmax(mask is null ? scores : Hide(graph, scores, graph.Unsqueeze(mask, 1)));
    }

    private static OnnxValue Encoder(OnnxGraph graph, TransformerEncoder layer, OnnxValue x, OnnxValue? mask) =>
        graph.Inside(layer, () => Normed(graph, layer, InnerList<TransformerBlock>(layer, "block")
            .Aggregate(x, (value, block) => Block(graph, block, value, mask))));

    private static OnnxValue Decoder(OnnxGraph graph, TransformerDecoder layer, OnnxValue x, OnnxValue memory, OnnxValue? memoryMask) =>
        graph.Inside(layer, () => Normed(graph, layer, InnerList<DecoderBlock>(layer, "block")
            .Aggregate(x, (value, block) => Block(graph, block, value, memory, memoryMask))));

    /// <summary>Behind the last normalization of a stack, where it has one.</summary>
    private static OnnxValue Normed(OnnxGraph graph, Layer stack, OnnxValue x) =>
        Optional(stack, "norm") is { } norm ? graph.Layer(norm, x) : x;

    private static OnnxValue Block(OnnxGraph graph, TransformerBlock block, OnnxValue x, OnnxValue? mask) => graph.Inside(block, () =>
    {
        SelfAttention attention = Inner<SelfAttention>(block, "attention");
        OnnxValue y = Add(graph, block, "attentionNorm", x, value => SelfAttention(graph, attention, value, mask));
        return Add(graph, block, "feedForwardNorm", y, value => graph.Layer(Inner<FeedForward>(block, "feedForward"), value));
    });

    private static OnnxValue Block(OnnxGraph graph, DecoderBlock block, OnnxValue x, OnnxValue memory, OnnxValue? memoryMask) =>
        graph.Inside(block, () =>
        {
            CrossAttention attention = Inner<CrossAttention>(block, "memoryAttention");
            OnnxValue y = Add(
                graph, block, "attentionNorm", x, value => SelfAttention(graph, Inner<SelfAttention>(block, "attention"), value, null));
            y = Add(graph, block, "memoryNorm", y, value => CrossAttention(graph, attention, value, memory, memoryMask));
            return Add(graph, block, "feedForwardNorm", y, value => graph.Layer(Inner<FeedForward>(block, "feedForward"), value));
        });

    private static OnnxValue Add(OnnxGraph graph, ResidualBlock block, string norm, OnnxValue x, Func<OnnxValue, OnnxValue> part)
    {
        Layer normalize = Inner<Layer>(block, norm);
        return block.Placement switch
        {
            NormPlacement.Pre => graph.Add(x, part(graph.Layer(normalize, x))),
            NormPlacement.Post => graph.Layer(normalize, graph.Add(x, part(x))),
            _ => throw Naming.NoMember("transformer", block.Placement),
        };
    }
}

/// <summary>Keys and values [B, heads, positions, size] of the positions before the input's, which go in and out of the graph.</summary>
internal sealed class AttentionPast
{
    private readonly (OnnxValue Keys, OnnxValue Values)[] before;
    private readonly List<(OnnxValue Keys, OnnxValue Values)> after = [];

    /// <summary>The keys and values of each layer that attends, in order.</summary>
    public AttentionPast((OnnxValue Keys, OnnxValue Values)[] before, OnnxValue length) => (this.before, Length) = (before, length);

    /// <summary>The number of positions, [1].</summary>
    public OnnxValue Length { get; }

    /// <summary>Those with the new ones behind, which is what the next call takes.</summary>
    public IReadOnlyList<(OnnxValue Keys, OnnxValue Values)> After => after;

    public (OnnxValue Keys, OnnxValue Values) Append(OnnxGraph graph, OnnxValue keys, OnnxValue values)
    {
        (OnnxValue keysBefore, OnnxValue valuesBefore) = before[after.Count];
        after.Add((graph.Concat(2, keysBefore, keys), graph.Concat(2, valuesBefore, values)));
        return after[^1];
    }
}
