using Crucible.Tensors;

namespace Crucible.Tests.Tensors;

/// <summary>Recurrent layers over whole sequences: outputs and last states side by side.</summary>
public static partial class GradientCases
{
    internal static IEnumerable<GradientCase> RecurrentLayers =>
    [
        new("rnn", t => Joined(t[0].Rnn(t[1], t[2], t[3])), Values(1, 2, 3, 2), Values(2, 2, 3), Half(3, 3, 3), Values(4, 3)),
        new(
            "rnn of different lengths, reversed, from a state",
            t => Joined(t[0].Rnn(t[1], t[2], t[3], t[4], new() { Lengths = [2, 0, 4, 1], IsReversed = true })),
            Values(1, 4, 4, 2),
            Values(2, 2, 3),
            Half(3, 3, 3),
            Values(4, 3),
            Values(5, 4, 3)),
        new("lstm", t => Joined(t[0].Lstm(t[1], t[2], t[3])), Values(1, 2, 3, 2), Values(2, 2, 8), Half(3, 2, 8), Values(4, 8)),
        new(
            "lstm of different lengths, from a state",
            t => Joined(t[0].Lstm(t[1], t[2], t[3], t[4], t[5], new() { Lengths = [1, 3, 0, 3] })),
            Values(1, 4, 4, 2),
            Values(2, 2, 8),
            Half(3, 2, 8),
            Values(4, 8),
            Values(5, 4, 2),
            Values(6, 4, 2)),
        new(
            "lstm of different lengths, reversed",
            t => Joined(t[0].Lstm(t[1], t[2], t[3], null, t[4], new() { Lengths = [1, 3], IsReversed = true })),
            Values(1, 2, 3, 3),
            Values(2, 3, 4),
            Half(3, 1, 4),
            Values(4, 4),
            Values(5, 2, 1)),
        new(
            "gru",
            t => Joined(t[0].Gru(t[1], t[2], t[3], t[4])),
            Values(1, 2, 3, 2),
            Values(2, 2, 6),
            Half(3, 2, 6),
            Values(4, 6),
            Values(5, 2)),
        new(
            "gru of different lengths, reversed, from a state",
            t => Joined(t[0].Gru(t[1], t[2], t[3], t[4], t[5], new() { Lengths = [2, 4, 0], IsReversed = true })),
            Values(1, 3, 4, 2),
            Values(2, 2, 9),
            Half(3, 3, 9),
            Values(4, 9),
            Values(5, 3),
            Values(6, 3, 3)),
    ];

    /// <summary>Weights with which states do not settle at ±1.</summary>
    private static Tensor Half(int seed, params int[] shape) => Uniform(seed, -0.5, 0.5, shape);

    private static Tensor Joined(Tuple<Tensor, Tensor> result) => Tensor.Concat([result.Item1, result.Item2.Unsqueeze(1)], 1);

    private static Tensor Joined(Tuple<Tensor, Tensor, Tensor> result) =>
        Tensor.Concat([result.Item1, result.Item2.Unsqueeze(1), result.Item3.Unsqueeze(1)], 1);
}
