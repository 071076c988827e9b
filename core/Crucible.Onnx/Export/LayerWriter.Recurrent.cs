using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Onnx.Export;

/// <summary>
/// Recurrent layers as ONNX's own operators, whose equations are the same: its gates stand in another order, its weights are
/// transposed, and a GRU's reset gate is applied behind the product when linear_before_reset is 1.
/// </summary>
internal static partial class LayerWriter
{
    /// <summary>The states [B, H] of a stack's cells, the lowest first; with two directions each layer's reversed one behind it.</summary>
    internal sealed record States(OnnxValue[] Hidden, OnnxValue[] Cells);

    /// <summary>The outputs [B, T, directions·H] of x [B, T, inputs], and the states behind each sequence's last step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layers.</param>
    /// <param name="x">The input.</param>
    /// <param name="lengths">int32 [B], the steps that each sequence has; null when all have T.</param>
    /// <param name="first">The states to begin from; null for zeros.</param>
    private static (OnnxValue Outputs, States Last) Recurrent(
        OnnxGraph graph, Recurrent layer, OnnxValue x, OnnxValue? lengths = null, States? first = null) =>
        graph.Inside(layer, () => Stack(graph, layer, x, lengths, first));

    private static (OnnxValue Outputs, States Last) Stack(
        OnnxGraph graph, Recurrent layer, OnnxValue x, OnnxValue? lengths, States? first)
    {
        RecurrentCell[] forward = InnerList<RecurrentCell>(layer, "layer"), backward = InnerList<RecurrentCell>(layer, "reverse");
        List<OnnxValue> hidden = [], cells = [];
        OnnxValue steps = graph.Transpose(x, 1, 0, 2); // [T, B, C], as the operators take it
        for (int i = 0; i < forward.Length; i++)
        {
            RecurrentCell[] directions = layer.IsBidirectional ? [forward[i], backward[i]] : [forward[i]];
            int from = hidden.Count;
            OnnxValue?[] inputs =
            [
                steps, Packed(graph, directions, "W", InputWeight), Packed(graph, directions, "R", StateWeight),
                Packed(graph, directions, "B", Biases), lengths, Initial(first?.Hidden), Initial(first?.Cells),
            ];
            bool hasCells = forward[i].HasCellState;
            OnnxValue[] made = graph.Nodes(
                OperatorOf(forward[i]), hasCells ? [4, 3, 3] : [4, 3], hasCells ? inputs : inputs[..^1],
                [
                    ("hidden_size", layer.Size), ("direction", layer.IsBidirectional ? "bidirectional" : "forward"),
                    .. forward[i] is GruCell ? [("linear_before_reset", (object)1)] : Array.Empty<(string, object)>(),
                ]);
            for (int direction = 0; direction < directions.Length; direction++)
            {
                hidden.Add(graph.Select(made[1], 0, direction));
                if (hasCells) cells.Add(graph.Select(made[2], 0, direction));
            }

            steps = graph.Reshape(graph.Transpose(made[0], 0, 2, 1, 3), 0, -1, directions.Length * layer.Size); // of [T, directions, B, H]

            OnnxValue? Initial(OnnxValue[]? states) => states is not { Length: > 0 }
                ? null
                : graph.Concat(0, [.. states[from..(from + directions.Length)].Select(state => graph.Unsqueeze(state, 0))]);
        }

        return (graph.Transpose(steps, 1, 0, 2), new([.. hidden], [.. cells]));
    }

    private static string OperatorOf(RecurrentCell cell) => cell switch
    {
        LstmCell => "LSTM",
        GruCell => "GRU",
        RnnCell => "RNN",
        _ => throw Errors.Option("onnx", "a recurrent cell", "of the library", cell.GetType().Name),
    };

    /// <summary>A weight of the cells of all directions, [directions, …].</summary>
    private static OnnxValue Packed(OnnxGraph graph, RecurrentCell[] cells, string name, Func<RecurrentCell, Tensor> part)
    {
        string weight = graph.NameOf(cells[0].Weight);
        return graph.Weight(
            cells[0].Weight, weight[..(weight.LastIndexOf('.') + 1)] + name, () => Tensor.Stack(cells.Select(part), 0));
    }

    private static Tensor InputWeight(RecurrentCell cell) => Gates(cell, cell.Weight.Transpose(0, 1));

    private static Tensor StateWeight(RecurrentCell cell) => Gates(cell, cell.RecurrentWeight.Transpose(0, 1));

    /// <summary>Those of the inputs, then those of the state.</summary>
    private static Tensor Biases(RecurrentCell cell)
    {
        Tensor ofState = Tensor.ZerosLike(cell.Bias);
        if (cell is GruCell gru) ofState = Tensor.Concat([ofState.Slice(0, 0, 2 * cell.Size), gru.CandidateBias], 0);
        return Tensor.Concat([Gates(cell, cell.Bias), Gates(cell, ofState)], 0);
    }

    /// <summary>Rows [gates·H …] in ONNX's order: i, o, f, c in place of i, f, g, o; z, r, h in place of r, z, n.</summary>
    private static Tensor Gates(RecurrentCell cell, Tensor rows)
    {
        int[] order = cell switch
        {
            LstmCell => [0, 3, 1, 2],
            GruCell => [1, 0, 2],
            _ => [0],
        };
        return Tensor.Concat(order.Select(gate => rows.Slice(0, gate * cell.Size, (gate + 1) * cell.Size)), 0);
    }

    /// <summary>What channels of the input, from one on, add to the gates: with the bias where they are the first.</summary>
    private static OnnxValue Mapped(OnnxGraph graph, RecurrentCell cell, OnnxValue x, int from = 0, int? count = null)
    {
        OnnxValue weight = graph.Weight(cell.Weight);
        if (count is { } channels) weight = graph.Slice(weight, 0, graph.Integers(from), graph.Integers(from + channels));
        OnnxValue product = graph.MatMul(x, weight);
        return from == 0 ? graph.Add(product, graph.Weight(cell.Bias)) : product;
    }

    /// <summary>One step of a cell in elementary operators, from what the input adds to the gates, [B, gates·H].</summary>
    private static (OnnxValue Hidden, OnnxValue? Cell) Cell(
        OnnxGraph graph, RecurrentCell cell, OnnxValue mapped, (OnnxValue Hidden, OnnxValue? Cell)? state)
    {
        OnnxValue hidden = state?.Hidden ?? graph.Zeros(mapped, cell.Size);
        OnnxValue product = graph.MatMul(hidden, graph.Weight(cell.RecurrentWeight));
        long[] sizes = [.. Enumerable.Repeat((long)cell.Size, cell.Weight.Shape[1] / cell.Size)];
        if (cell is not GruCell gru)
        {
            OnnxValue[] gates = graph.Split(graph.Add(mapped, product), -1, sizes);
            if (cell is not LstmCell) return (graph.Tanh(gates[0]), null);
            OnnxValue written = graph.Multiply(graph.Sigmoid(gates[0]), graph.Tanh(gates[2]));
            OnnxValue kept = graph.Multiply(graph.Sigmoid(gates[1]), state?.Cell ?? graph.Zeros(mapped, cell.Size));
            OnnxValue next = graph.Add(kept, written);
            return (graph.Multiply(graph.Sigmoid(gates[3]), graph.Tanh(next)), next);
        }

        OnnxValue[] ofInput = graph.Split(mapped, -1, sizes), ofState = graph.Split(product, -1, sizes);
        OnnxValue reset = graph.Sigmoid(graph.Add(ofInput[0], ofState[0])), update = graph.Sigmoid(graph.Add(ofInput[1], ofState[1]));
        OnnxValue inner = graph.Multiply(reset, graph.Add(ofState[2], graph.Weight(gru.CandidateBias)));
        OnnxValue candidate = graph.Tanh(graph.Add(ofInput[2], inner));
        OnnxValue fresh = graph.Multiply(graph.Elementwise("Sub", graph.Number(1.0), update), candidate);
        return (graph.Add(fresh, graph.Multiply(update, hidden)), null);
    }
}
