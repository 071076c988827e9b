using System.Globalization;
using Crucible.Layers;
using Crucible.Tensors;
using static System.FormattableString;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Normalization, attention and losses.</summary>
internal static class Networks
{
    private static readonly LossReduction[] Reductions = [LossReduction.Mean, LossReduction.Sum, LossReduction.None];

    public static IEnumerable<OperationCase> Cases =>
    [
        new("layerNorm", draw =>
        {
            int x = Channels(draw);
            int gain = draw.Leaf([draw[x].Shape[^1]], draw[x].Type), bias = draw.Leaf([draw[x].Shape[^1]], draw[x].Type);
            return new("layerNorm", [x, gain, bias], t => t[0].LayerNorm(t[1], t[2], 0.1),
                s => Affine(s[0].Along(-1, row => Rows.LayerNorm(row, 0.1)), s[1], s[2]), n => $"{n[0]}.LayerNorm({n[1]}, {n[2]}, 0.1)");
        }),
        new("layerNorm alone", draw => One("layerNorm alone", Channels(draw), x => x.LayerNorm(epsilon: 0.1),
            x => x.Along(-1, row => Rows.LayerNorm(row, 0.1)), ".LayerNorm(epsilon = 0.1)")),
        new("rmsNorm", draw =>
        {
            int x = Channels(draw);
            return Two("rmsNorm", x, draw.Leaf([draw[x].Shape[^1]], draw[x].Type), (a, gain) => a.RmsNorm(gain, 0.1),
                (a, gain) => SlowTensor.Zip(a.Along(-1, row => Rows.RmsNorm(row, 0.1)), gain, (p, q) => p * q), "{0}.RmsNorm({1}, 0.1)");
        }),
        new("swiGlu", draw => One("swiGlu", draw.Float(1, where: x => x.Shape[^1] % 2 == 0), x => x.SwiGlu(), x =>
        {
            int half = x.Shape[^1] / 2;
            return SlowTensor.Make(x.With(-1, half), x.Type, at =>
            {
                Jet gate = x[at];
                return gate * Jet.Sigmoid(gate) * x[[.. at[..^1], at[^1] + half]];
            });
        }, ".SwiGlu()")),
        new("rotatePairs", draw =>
        {
            int x = draw.Float(2, where: a => a.Shape[^1] % 2 == 0);
            int[] table = [draw[x].Shape[^2], draw[x].Shape[^1] / 2];
            // Tables are not differentiated, and so are no leaves of the program.
            double[] cosines = [.. Enumerable.Range(0, table[0] * table[1]).Select(i => 0.5 + (i % 5 / 8.0))];
            double[] sines = [.. cosines.Select((c, i) => (i % 3) - c)];
            Tensor Table(double[] values, Tensor like) => Tensor.From(values, table).To(like.DType);
            string Text(double[] values)
            {
                string items = string.Join("; ", values.Select(v => v.ToString("0.0###", CultureInfo.InvariantCulture)));
                return Invariant($"Tensor.Of([ {items} ], DType.{draw.Type}).Reshape({List(table)})");
            }

            return One("rotatePairs", x, a => a.RotatePairs(Table(cosines, a), Table(sines, a)), a => SlowTensor.Make(a.Shape, a.Type, at =>
            {
                int half = a.Shape[^1] / 2, pair = at[^1] % half, entry = (at[^2] * half) + pair;
                Jet first = a[[.. at[..^1], pair]], second = a[[.. at[..^1], pair + half]];
                return at[^1] < half
                    ? (first * cosines[entry]) - (second * sines[entry])
                    : (second * cosines[entry]) + (first * sines[entry]);
            }), cosines.Length == 0 ? ".RotatePairs(Tensor.Zeros([0; 0], DType.Float32), Tensor.Zeros([0; 0], DType.Float32))"
                : $".RotatePairs({Text(cosines)}, {Text(sines)})");
        }),
        new("attention", draw =>
        {
            (int heads, int group) = (draw.Choose(1, 2), draw.Choose(1, 2));
            (int size, int valueSize) = (draw.Choose(1, 2, 3), draw.Choose(1, 2));
            (int queries, int keys) = (draw.Choose(1, 2, 3, 5), draw.Choose(1, 2, 4));
            int q = draw.Leaf([1, heads * group, queries, size], draw.Type), k = draw.Leaf([1, heads, keys, size], draw.Type);
            int v = draw.Leaf([1, heads, keys, valueSize], draw.Type), bias = draw.Leaf([queries, keys], draw.Type);
            (bool isCausal, bool isMasked) = (draw.Chance(0.5), draw.Chance(0.5));
            AttentionOptions Options(Tensor mask) => new() { IsCausal = isCausal, Mask = isMasked ? mask : null };
            return new("attention", [q, k, v, bias], t => t[0].ScaledDotProductAttention(t[1], t[2], Options(t[3])),
                s => Attention(s, isCausal, isMasked, group), n => $"{n[0]}.ScaledDotProductAttention({n[1]}, {n[2]}, "
                    + $"AttentionOptions(IsCausal = {Bool(isCausal)}{(isMasked ? $", Mask = {n[3]}" : "")}))");
        }),
        ElementLoss("mean squared error", "MeanSquaredError", (p, t, r) => Loss.MeanSquaredError(p, t, r), (p, t) => (p - t) * (p - t)),
        ElementLoss("mean absolute error", "MeanAbsoluteError", (p, t, r) => Loss.MeanAbsoluteError(p, t, r), (p, t) => Rows.Abs(p - t)),
        ElementLoss("huber", "Huber", (p, t, r) => Loss.Huber(p, t, r), (p, t) =>
        {
            Jet d = Rows.Abs(p - t);
            return Jet.IsBelow(d, 1) ? d * d / 2 : d - 0.5;
        }),
        ElementLoss("binary cross-entropy with logits", "BinaryCrossEntropyWithLogits",
            (p, t, r) => Loss.BinaryCrossEntropyWithLogits(p, t, r), (p, t) => Jet.Log(1 + Jet.Exp(p)) - (t * p), low: -8, high: 8),
        ElementLoss("binary cross-entropy", "BinaryCrossEntropy", (p, t, r) => Loss.BinaryCrossEntropy(p, t, r),
            (p, t) => -((t * Jet.Log(p)) + ((1 - t) * Jet.Log(1 - p))), low: 0.05, high: 0.95),
        new("cross-entropy", draw =>
        {
            int x = Channels(draw);
            int classes = draw[x].Shape[^1];
            double smoothing = draw.Choose(0.0, 0.25);
            LossReduction reduction = draw.Choose(Reductions);
            int targets = draw.Leaf(draw[x].Shape[..^1], DType.Int32, 0, classes - 1);
            if (reduction == LossReduction.Mean && draw[targets].Count == 0) return null;
            return Two("cross-entropy", x, targets, (a, t) => a.CrossEntropy(t, reduction, smoothing), (a, t) => Reduced(
                SlowTensor.Make(t.Shape, a.Type, at =>
                {
                    Jet[] row = [.. Enumerable.Range(0, classes).Select(c => a[[.. at, c]])];
                    Jet[] losses = [.. row.Select(e => Rows.LogSumExp(row) - e)];
                    return ((1 - smoothing) * losses[(int)t[at].X.Value]) + (smoothing * Rows.Mean(losses));
                }), reduction), Invariant($"{{0}}.CrossEntropy({{1}}, LossReduction.{reduction}, {smoothing:0.00})"));
        }),
    ];

    private static int Channels(Draw draw) => draw.Float(1, where: x => x.Shape[^1] > 0);

    private static SlowTensor Affine(SlowTensor x, SlowTensor gain, SlowTensor bias) =>
        SlowTensor.Zip(SlowTensor.Zip(x, gain, (p, q) => p * q), bias, (p, q) => p + q);

    private static SlowTensor Attention(SlowTensor[] s, bool isCausal, bool isMasked, int group)
    {
        (SlowTensor q, SlowTensor k, SlowTensor v, SlowTensor bias) = (s[0], s[1], s[2], s[3]);
        (int queries, int keys, int size) = (q.Shape[2], k.Shape[2], q.Shape[3]);
        return SlowTensor.Make([.. q.Shape[..3], v.Shape[3]], q.Type, at =>
        {
            int head = at[1] / group, seen = isCausal ? Math.Max(0, at[2] + 1 + keys - queries) : keys;
            Jet[] scores = [.. Enumerable.Range(0, seen).Select(key => (Rows.Sum([.. Enumerable.Range(0, size)
                .Select(d => q[at[0], at[1], at[2], d] * k[at[0], head, key, d])]) / Math.Sqrt(size)) + (isMasked ? bias[at[2], key] : 0))];
            return Rows.Sum([.. Rows.Softmax(scores).Select((weight, key) => weight * v[at[0], head, key, at[3]])]);
        });
    }

    private static OperationCase ElementLoss(
        string name, string method, Func<Tensor, Tensor, LossReduction, Tensor> run, Func<Jet, Jet, Jet> define,
        double low = -20, double high = 20) => new(name, draw =>
        {
            int x = draw.Float(0, low, high);
            LossReduction reduction = draw.Choose(Reductions);
            if (reduction == LossReduction.Mean && draw[x].Count == 0) return null;
            int target = draw.Leaf(draw[x].Shape, draw[x].Type, 0, 1);
            return Two(name, x, target, (p, t) => run(p, t, reduction), (p, t) => Reduced(SlowTensor.Zip(p, t, define), reduction),
                $"Loss.{method}({{0}}, {{1}}, LossReduction.{reduction})");
        });

    private static SlowTensor Reduced(SlowTensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => new([], losses.Type, [Rows.Mean(losses.Items)]),
        LossReduction.Sum => new([], losses.Type, [Rows.Sum(losses.Items)]),
        _ => losses,
    };
}
