using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Onnx.Import;

/// <summary>Recurrent layers and loops.</summary>
internal static partial class Operators
{
    // Where the library's gates stand among ONNX's: i, f, g, o among i, o, f, c; r, z, n among z, r, h.
    private static readonly Dictionary<string, (int[] Gates, string[] Activations)> Cells = new(StringComparer.Ordinal)
    {
        ["LSTM"] = ([0, 2, 3, 1], ["Sigmoid", "Tanh", "Tanh"]),
        ["GRU"] = ([1, 0, 2], ["Sigmoid", "Tanh"]),
        ["RNN"] = ([0], ["Tanh"]),
    };

    /// <summary>Y [T, directions, B, H], and the last states [directions, B, H].</summary>
    private static Tensor[] Recurrent(NodeCall call)
    {
        string kind = call.Node.OpType, direction = call.Text("direction", "forward");
        (int[] gates, string[] activations) = Cells[kind];
        (Tensor x, Tensor weight, Tensor ofState) = (call.Input(0), call.Input(1), call.Input(2));
        call.Require(direction is "forward" or "reverse" or "bidirectional", "direction");
        call.Require(call.Integer("layout", 0) == 0, "layout");
        call.Require(!call.HasAttribute("clip") && call.Integer("input_forget", 0) == 0 && !call.Has(7), "variant");
        call.Require(kind != "GRU" || call.Integer("linear_before_reset", 0) == 1, "linear_before_reset of 0");
        IEnumerable<string> given = call.Node.Attribute.FirstOrDefault(attribute => attribute.Name == "activations")
            ?.Strings.Select(name => name.ToStringUtf8()) ?? [];
        call.Require(given.Select((name, i) => name == activations[i % activations.Length]).All(isUsual => isUsual), "activations");
        if (x.Rank != 3 || weight.Rank != 3 || ofState.Rank != 3)
            throw call.Wrong(Invariant($"X, W and R must have three axes, but are {x.Shape}, {weight.Shape} and {ofState.Shape}"));
        int directions = direction == "bidirectional" ? 2 : 1, size = ofState.Shape[2];
        Tensor sequences = x.Transpose(0, 1); // [B, T, C]
        List<Tensor> outputs = [], hidden = [], cells = [];
        for (int i = 0; i < directions; i++)
        {
            Tensor w = Reordered(weight.Select(0, i)).Transpose(0, 1), r = Reordered(ofState.Select(0, i)).Transpose(0, 1);
            Tensor[] bias = call.Optional(3) is { } both
                ? [.. both.Select(0, i).Split([gates.Length * size, gates.Length * size]).Select(Reordered)]
                : [Tensor.Zeros([gates.Length * size], x.DType), Tensor.Zeros([gates.Length * size], x.DType)];
            Tensor? first = call.Optional(5)?.Select(0, i), cell = call.Optional(6)?.Select(0, i);
            RecurrenceOptions options = new()
            {
                IsReversed = i == 1 || direction == "reverse",
                Lengths = call.Optional(4)?.ToArray<int>(),
            };
            switch (kind)
            {
                case "LSTM":
                    (Tensor y, Tensor last, Tensor lastCell) = sequences.Lstm(w, r, bias[0] + bias[1], first, cell, options);
                    outputs.Add(y);
                    hidden.Add(last);
                    cells.Add(lastCell);
                    break;
                case "GRU":
                    int inner = 2 * size; // the candidate's bias of the state stands inside the reset
                    Tensor outer = Tensor.Concat([bias[0].Slice(0, 0, inner) + bias[1].Slice(0, 0, inner), bias[0].Slice(0, inner)]);
                    (y, last) = sequences.Gru(w, r, outer, bias[1].Slice(0, inner), first, options);
                    outputs.Add(y);
                    hidden.Add(last);
                    break;
                default:
                    (y, last) = sequences.Rnn(w, r, bias[0] + bias[1], first, options);
                    outputs.Add(y);
                    hidden.Add(last);
                    break;
            }
        }

        Tensor all = Tensor.Stack(outputs.Select(y => y.Transpose(0, 1)), 1); // [T, directions, B, H]
        return kind == "LSTM" ? [all, Tensor.Stack(hidden), Tensor.Stack(cells)] : [all, Tensor.Stack(hidden)];

        Tensor Reordered(Tensor rows) => Tensor.Concat(gates.Select(gate => rows.Slice(0, gate * size, (gate + 1) * size)));
    }

    /// <summary>A graph that is run for each place along an axis, and hands a state on.</summary>
    private static Tensor[] Scan(NodeCall call)
    {
        int scanned = call.Integer("num_scan_inputs", 0), states = call.InputCount - scanned;
        if (scanned < 1 || states < 0) throw call.Wrong(Invariant($"it scans {scanned} of {call.InputCount} inputs"));
        call.Require((call.Integers("scan_input_directions") ?? []).All(way => way == 0), "direction");
        call.Require((call.Integers("scan_output_directions") ?? []).All(way => way == 0), "direction");
        Tensor[] inputs = [.. call.Inputs], state = inputs[..states];
        int made = call.Node.Output.Count - states;
        int[] inputAxes = Axes("scan_input_axes", scanned), outputAxes = Axes("scan_output_axes", made);
        int steps = inputs[states].Shape[inputs[states].Shape.Axis(inputAxes[0], "scan")];
        if (steps == 0) throw call.Wrong("it scans over nothing");
        List<Tensor[]> rows = [];
        for (int i = 0; i < steps; i++)
        {
            Tensor[] outputs = call.Run("body", [.. state, .. inputs[states..].Select((tensor, k) => tensor.Select(inputAxes[k], i))]);
            if (outputs.Length != states + made)
                throw call.Wrong(Invariant($"its graph has {outputs.Length} outputs, not {states + made}"));
            state = outputs[..states];
            rows.Add(outputs[states..]);
        }

        return [.. state, .. Enumerable.Range(0, made).Select(k => Tensor.Stack(rows.Select(row => row[k]), outputAxes[k]))];

        int[] Axes(string name, int count) => call.Integers(name) is { } axes && axes.Length == count ? axes : new int[Math.Max(0, count)];
    }
}
