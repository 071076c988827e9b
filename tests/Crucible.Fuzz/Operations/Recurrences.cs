using Crucible.Tensors;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Recurrent layers over sequences of different lengths: outputs and last states side by side.</summary>
internal static class Recurrences
{
    public static IEnumerable<OperationCase> Cases =>
    [
        new("rnn", draw => Layer(draw, "Rnn", 1, (t, options) => Joined(t[0].Rnn(t[1], t[2], t[3], t[4], options)),
            (gates, products, state, _) => [Jet.Tanh(gates[0] + products[0])])),
        new("lstm", draw => Layer(draw, "Lstm", 4, (t, options) => Joined(t[0].Lstm(t[1], t[2], t[3], t[4], t[5], options)),
            (gates, products, state, _) =>
            {
                Jet cell = (Jet.Sigmoid(gates[1] + products[1]) * state[1])
                    + (Jet.Sigmoid(gates[0] + products[0]) * Jet.Tanh(gates[2] + products[2]));
                return [Jet.Sigmoid(gates[3] + products[3]) * Jet.Tanh(cell), cell];
            })),
        new("gru", draw => Layer(draw, "Gru", 3, (t, options) => Joined(t[0].Gru(t[1], t[2], t[3], t[5], t[4], options)),
            (gates, products, state, bias) =>
            {
                Jet update = Jet.Sigmoid(gates[1] + products[1]);
                Jet candidate = Jet.Tanh(gates[2] + (Jet.Sigmoid(gates[0] + products[0]) * (products[2] + bias)));
                return [((1 - update) * candidate) + (update * state[0])];
            })),
    ];

    /// <summary>One unit of one step: from x·W + b, h·R, the unit's states and its candidate's bias to its next states.</summary>
    private delegate Jet[] Unit(Jet[] gates, Jet[] products, Jet[] state, Jet bias);

    private static Call Layer(Draw draw, string method, int gates, Func<Tensor[], RecurrenceOptions, Tensor> run, Unit define)
    {
        (int batch, int steps) = (draw.Choose(1, 2, 3), draw.Choose(1, 2, 4));
        (int channels, int size) = (draw.Choose(1, 2), draw.Choose(1, 3));
        bool isLstm = method == "Lstm", isGru = method == "Gru", isReversed = draw.Chance(0.5);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => draw.Choose(0, 1, steps, steps))];
        List<int> inputs =
        [
            draw.Leaf([batch, steps, channels], draw.Type), draw.Leaf([channels, gates * size], draw.Type),
            draw.Leaf([size, gates * size], draw.Type), draw.Leaf([gates * size], draw.Type), draw.Leaf([batch, size], draw.Type),
        ];
        if (isLstm) inputs.Add(draw.Leaf([batch, size], draw.Type));
        if (isGru) inputs.Add(draw.Leaf([size], draw.Type));
        RecurrenceOptions options = new() { Lengths = lengths, IsReversed = isReversed };
        string Text(string[] n)
        {
            string states = isLstm ? $"{n[4]}, {n[5]}" : isGru ? $"{n[5]}, {n[4]}" : n[4];
            string call = $"{n[0]}.{method}({n[1]}, {n[2]}, {n[3]}, {states}, "
                + $"RecurrenceOptions(Lengths = {List(lengths)}, IsReversed = {Bool(isReversed)}))";
            return isLstm
                ? $"({call} |> fun (y, h, c) -> Tensor.Concat([y; h.Unsqueeze 1; c.Unsqueeze 1], 1))"
                : $"({call} |> fun (y, h) -> Tensor.Concat([y; h.Unsqueeze 1], 1))";
        }

        return new(method.ToLowerInvariant(), [.. inputs], t => run(t, options),
            s => Define(s, gates, isLstm ? 2 : 1, lengths, isReversed, define), Text);
    }

    private static SlowTensor Define(SlowTensor[] s, int gates, int states, int[] lengths, bool isReversed, Unit unit)
    {
        (int batch, int steps, int channels, int size) = (s[0].Shape[0], s[0].Shape[1], s[0].Shape[2], s[2].Shape[0]);
        Jet[,,] all = new Jet[batch, steps + states, size];
        for (int b = 0; b < batch; b++)
        {
            Jet[][] state = [.. Enumerable.Range(0, states).Select(k => Enumerable.Range(0, size).Select(u => s[4 + k][b, u]).ToArray())];
            for (int step = 0; step < lengths[b]; step++)
            {
                int at = isReversed ? lengths[b] - 1 - step : step;
                Jet[] before = state[0];
                Jet[][] units = [.. Enumerable.Range(0, size).Select(u => unit(
                    [.. Enumerable.Range(0, gates).Select(g => Rows.Sum([.. Enumerable.Range(0, channels)
                        .Select(c => s[0][b, at, c] * s[1][c, (g * size) + u])]) + s[3][(g * size) + u])],
                    [.. Enumerable.Range(0, gates).Select(g => Rows.Sum([.. Enumerable.Range(0, size)
                        .Select(j => before[j] * s[2][j, (g * size) + u])]))],
                    [.. state.Select(values => values[u])],
                    gates == 3 ? s[5][u] : 0))];
                state = [.. Enumerable.Range(0, states).Select(k => units.Select(values => values[k]).ToArray())];
                for (int u = 0; u < size; u++) all[b, at, u] = state[0][u];
            }

            for (int k = 0; k < states; k++)
                for (int u = 0; u < size; u++) all[b, steps + k, u] = state[k][u];
        }

        return SlowTensor.Make([batch, steps + states, size], s[0].Type, at => all[at[0], at[1], at[2]]);
    }

    private static Tensor Joined(Tuple<Tensor, Tensor> result) => Tensor.Concat([result.Item1, result.Item2.Unsqueeze(1)], 1);

    private static Tensor Joined(Tuple<Tensor, Tensor, Tensor> result) =>
        Tensor.Concat([result.Item1, result.Item2.Unsqueeze(1), result.Item3.Unsqueeze(1)], 1);
}
