using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Fuzz;

/// <summary>Convolution and pooling.</summary>
internal static class Pictures
{
    public static IEnumerable<OperationCase> Cases =>
    [
        new("conv2d", draw =>
        {
            (int groups, int channels, int outputs) = (draw.Choose(1, 1, 2), draw.Choose(1, 2, 3), draw.Choose(1, 2, 17));
            (int stride, int padding, int dilation) = (draw.Choose(1, 1, 2), draw.Choose(0, 1, 2), draw.Choose(1, 1, 2));
            (int high, int wide) = (draw.Choose(1, 2, 3), draw.Choose(1, 2, 3));
            int[] shape = [draw.Choose(0, 1, 2), groups * channels, draw.Choose(3, 4), draw.Choose(3, 5)];
            if (dilation * (Math.Max(high, wide) - 1) >= 3 + (2 * padding)) return null;
            int x = draw.Leaf(shape, draw.Type), w = draw.Leaf([groups * outputs, channels, high, wide], draw.Type);
            int bias = draw.Leaf([groups * outputs], draw.Type);
            return new("conv2d", [x, w, bias], t => t[0].Conv2d(t[1], t[2], stride, padding, dilation, groups),
                s => Convolve(s[0], s[1], s[2], new(high, wide, stride, padding, dilation), groups),
                n => Invariant($"{n[0]}.Conv2d({n[1]}, {n[2]}, {stride}, {padding}, {dilation}, {groups})"));
        }),
        new("batchNorm", draw =>
        {
            int x = draw.Float(2, where: a => a.Count > 0);
            int gain = draw.Leaf([draw[x].Shape[1]], draw[x].Type), bias = draw.Leaf([draw[x].Shape[1]], draw[x].Type);
            return new("batchNorm", [x, gain, bias], t => t[0].BatchNorm(t[1], t[2], 0.1), s =>
            {
                SlowTensor channels = s[0].Permute([1, 0, .. Enumerable.Range(2, s[0].Rank - 2)]);
                int size = s[0].Count / s[0].Shape[1];
                SlowTensor rows = channels.Reshape([s[0].Shape[1], size]).Along(1, row => Rows.LayerNorm(row, 0.1));
                SlowTensor affine = SlowTensor.Make(rows.Shape, rows.Type, at => (rows[at] * s[1][at[0]]) + s[2][at[0]]);
                return affine.Reshape(channels.Shape).Permute([1, 0, .. Enumerable.Range(2, s[0].Rank - 2)]);
            }, n => $"{n[0]}.BatchNorm({n[1]}, {n[2]}, 0.1)");
        }),
        Pool("maxPool2d", "MaxPool2d", (x, w, s, p) => x.MaxPool2d(w, s, p), (seen, _) => Rows.Max(seen)),
        Pool("averagePool2d", "AveragePool2d", (x, w, s, p) => x.AveragePool2d(w, s, p), (seen, size) => Rows.Sum(seen) / size),
    ];

    private static OperationCase Pool(
        string name, string method, Func<Tensor, int, int, int, Tensor> run, Func<Jet[], int, Jet> define) => new(name, draw =>
        {
            int window = draw.Choose(1, 2, 3), stride = draw.Choose(1, 2, 3), padding = draw.Next((window / 2) + 1);
            bool Fits(SlowTensor a) => Math.Min(a.Shape[^1], a.Shape[^2]) is > 0 and int least && least + (2 * padding) >= window;
            int x = draw.Float(2, where: Fits);
            if (!Fits(draw[x])) return null;
            Places places = new(window, window, stride, padding, 1);
            return OperationCase.One(name, x, a => run(a, window, stride, padding), a => SlowTensor.Make(
                [.. a.Shape[..^2], places.Outputs(a.Shape[^2], window), places.Outputs(a.Shape[^1], window)], a.Type, at =>
                    define(
                        [.. places.Seen(a, at[^2], at[^1]).Select(place => a[[.. at[..^2], place.Row, place.Column]])], window * window)),
                Invariant($".{method}({window}, {stride}, {padding})"));
        });

    private static SlowTensor Convolve(SlowTensor x, SlowTensor w, SlowTensor bias, Places places, int groups)
    {
        (int outputs, int channels) = (w.Shape[0] / groups, w.Shape[1]);
        int[] shape =
            [x.Shape[0], w.Shape[0], places.Outputs(x.Shape[2], places.High), places.Outputs(x.Shape[3], places.Wide)];
        return SlowTensor.Make(shape, x.Type, at => bias[at[1]] + Rows.Sum(
            [.. from channel in Enumerable.Range(0, channels)
                from place in places.Seen(x, at[2], at[3])
                select x[at[0], (at[1] / outputs * channels) + channel, place.Row, place.Column]
                    * w[at[1], channel, place.Down, place.Across]]));
    }

    /// <summary>What windows see.</summary>
    private sealed record Places(int High, int Wide, int Stride, int Padding, int Dilation)
    {
        public int Outputs(int size, int window) => ((size + (2 * Padding) - (Dilation * (window - 1)) - 1) / Stride) + 1;

        /// <summary>The elements of the window of an output that lie on the picture, and their places in the window.</summary>
        public IEnumerable<(int Row, int Column, int Down, int Across)> Seen(SlowTensor x, int row, int column) =>
            from down in Enumerable.Range(0, High)
            from across in Enumerable.Range(0, Wide)
            let place = (Row: (row * Stride) + (down * Dilation) - Padding, Column: (column * Stride) + (across * Dilation) - Padding)
            where place.Row >= 0 && place.Row < x.Shape[^2] && place.Column >= 0 && place.Column < x.Shape[^1]
            select (place.Row, place.Column, down, across);
    }
}
