using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;

namespace Crucible.Onnx.Export;

/// <summary>Translators: the logits [B, T, V] behind the tokens of a translation [B, T], of a source [B, S].</summary>
internal static partial class LayerWriter
{
    private static readonly int[] OfSteps = [1, 1]; // the axes along which steps follow each other, of outputs and weights

    internal static OnnxValue Translator(OnnxGraph graph, Translator model, OnnxValue source, OnnxValue target)
    {
        bool isJoint = model.Options.Vocabulary.IsJoint;
        Embedding sourceToken = Inner<Embedding>(model, isJoint ? "token" : "sourceToken");
        Embedding targetToken = isJoint ? sourceToken : Inner<Embedding>(model, "targetToken");
        (OnnxValue Ids, OnnxValue Seen) padded = Padded(graph, source);
        OnnxValue vectors = graph.Layer(sourceToken, padded.Ids), written = graph.Layer(targetToken, Padded(graph, target).Ids);
        OnnxValue outputs = model is TransformerTranslator
            ? Transformer(graph, model, (vectors, padded.Seen), written)
            : RecurrentDecoder(graph, model, (vectors, padded.Seen), written);
        return Logits(graph, model, targetToken, outputs);
    }

    private static OnnxValue Transformer(
        OnnxGraph graph, Translator model, (OnnxValue Vectors, OnnxValue Seen) source, OnnxValue target)
    {
        OnnxValue mask = MaskOf(graph, source.Seen);
        OnnxValue memory = Encoder(graph, Inner<TransformerEncoder>(model, "encoder"), Positioned(source.Vectors), mask);
        return Decoder(graph, Inner<TransformerDecoder>(model, "decoder"), Positioned(target), memory, mask);

        OnnxValue Positioned(OnnxValue vectors) => graph.Layer(
            Inner<Layer>(model, "position"), graph.Multiply(vectors, graph.Number(Math.Sqrt(model.Options.Width))));
    }

    private static OnnxValue RecurrentDecoder(
        OnnxGraph graph, Translator model, (OnnxValue Vectors, OnnxValue Seen) source, OnnxValue target)
    {
        OnnxValue lengths = graph.ReduceSum(graph.Cast(source.Seen, DType.Int32), keepDims: false, 1);
        (OnnxValue states, States last) = Recurrent(graph, Inner<Recurrent>(model, "encoder"), source.Vectors, lengths);
        OnnxValue summary = graph.Concat(1, last.Hidden[^2], last.Hidden[^1]); // [B, 2W]
        Recurrent decoder = Inner<Recurrent>(model, "decoder");
        OnnxValue start = graph.Tanh(graph.Layer(Inner<Linear>(model, "start"), summary));
        OnnxValue[] hidden = graph.Split(start, 1, [.. Enumerable.Repeat((long)decoder.Size, decoder.Layers)]);
        bool hasCells = InnerList<RecurrentCell>(decoder, "layer")[0].HasCellState;
        States first = new(hidden, hasCells ? [.. hidden.Select(state => graph.Zeros(state, decoder.Size))] : []);
        OnnxValue outputs, contexts; // [B, T, W] and [B, T, 2W]
        if (Optional(model, "attention") is AdditiveAttention attention)
        {
            OnnxValue keys = graph.Layer(Inner<Linear>(attention, "key"), states);
            (outputs, OnnxValue weights) = Steps(graph, decoder, attention, (states, keys, source.Seen), target, first);
            contexts = graph.MatMul(weights, states);
        }
        else
        {
            OnnxValue shape = graph.Concat(0, graph.Node("Shape", 1, [target], ("end", 2)), graph.Size(summary, 1));
            contexts = graph.Node("Expand", 3, [graph.Unsqueeze(summary, 1), shape]);
            (outputs, _) = Recurrent(graph, decoder, graph.Concat(2, target, contexts), first: first);
        }

        return graph.Tanh(graph.Layer(Inner<Linear>(model, "readout"), graph.Concat(2, outputs, target, contexts)));
    }

    /// <summary>
    /// The decoder's outputs [B, T, W] and the weights [B, T, S] with which each step looks at the encoder's states, which depend
    /// on the step before: a loop, whose body is a graph of its own.
    /// </summary>
    private static (OnnxValue Outputs, OnnxValue Weights) Steps(
        OnnxGraph graph, Recurrent decoder, AdditiveAttention attention, (OnnxValue States, OnnxValue Keys, OnnxValue Seen) source,
        OnnxValue target, States first)
    {
        RecurrentCell[] cells = InnerList<RecurrentCell>(decoder, "layer");
        int size = decoder.Size;
        // What a context adds to the gates is the weighted mean of what the states would add: one product for all steps.
        OnnxValue mappedStates = Mapped(graph, cells[0], source.States, size, 2 * size), mapped = Mapped(graph, cells[0], target, 0, size);
        OnnxGraph body = graph.Inner();
        int type = (int)TensorBytes.TypeOf(graph.DType);
        (OnnxValue Hidden, OnnxValue? Cell)[] states = [.. cells.Select(cell =>
            (body.Input("hidden", type, "batch", size), cell.HasCellState ? body.Input("cell", type, "batch", size) : null))];
        OnnxValue gates = body.Input("gates", type, "batch", cells[0].Weight.Shape[1]);
        OnnxValue weights = AdditiveWeights(body, attention, body.Unsqueeze(states[^1].Hidden, 1), source.Keys, source.Seen); // [B, 1, S]
        OnnxValue ofStep = body.Add(gates, body.Squeeze(body.MatMul(weights, mappedStates), 1));
        for (int i = 0; i < cells.Length; i++)
            states[i] = Cell(body, cells[i], i == 0 ? ofStep : Mapped(body, cells[i], states[i - 1].Hidden), states[i]);
        OnnxValue[] next = [.. states.SelectMany(state => state.Cell is null ? [state.Hidden] : new[] { state.Hidden, state.Cell })];
        foreach (OnnxValue state in next) body.Output(state, "next", type, "batch", size);
        body.Output(states[^1].Hidden, "output", type, "batch", size);
        body.Output(body.Squeeze(weights, 1), "weights", type, "batch", "source");
        IEnumerable<OnnxValue> initial = first.Cells.Length == 0
            ? first.Hidden
            : first.Hidden.Zip(first.Cells, (hidden, cell) => new[] { hidden, cell }).SelectMany(pair => pair);
        OnnxValue[] made = graph.Nodes(
            "Scan", [.. next.Select(_ => 2), 3, 3], [.. initial, mapped],
            ("num_scan_inputs", 1), ("body", body.Proto), ("scan_input_axes", OfSteps[..1]), ("scan_output_axes", OfSteps));
        return (made[^2], made[^1]);
    }
}
