using Crucible.Tensors;
using static System.FormattableString;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Operations that move elements: views, slices, gathers.</summary>
internal static class Movements
{
    public static IEnumerable<OperationCase> Cases =>
    [
        new("reshape", draw =>
        {
            int x = draw.Any();
            int count = draw[x].Count;
            int divisor = Enumerable.Range(1, Math.Max(1, count)).Where(one => count % one == 0).OrderBy(_ => draw.Next(100)).First();
            int[] shape = count == 0 ? [2, 0] : [divisor, count / divisor];
            int[] given = draw.Chance(0.3) && count > 0 ? [divisor, -1] : shape;
            return One("reshape", x, a => a.Reshape(given), a => a.Reshape(shape), $".Reshape({List(given)})");
        }),
        new("squeeze", draw =>
        {
            int x = draw.Any();
            return One("squeeze", x, a => a.Squeeze(), a => a.Reshape([.. a.Shape.Where(size => size != 1)]), ".Squeeze()");
        }),
        new("unsqueeze", draw =>
        {
            int x = draw.Any(where: a => a.Rank < 4);
            int axis = draw.Next(draw[x].Rank + 1);
            return One("unsqueeze", x, a => a.Unsqueeze(axis), a => a.Reshape([.. a.Shape[..axis], 1, .. a.Shape[axis..]]),
                $".Unsqueeze({axis})");
        }),
        new("permute", draw =>
        {
            int x = draw.Any();
            int[] order = draw.Order(draw[x].Rank);
            return One("permute", x, a => a.Permute(order), a => a.Permute(order), $".Permute({List(order)} |> List.toArray)");
        }),
        new("transpose", draw =>
        {
            int x = draw.Any(2);
            int rank = draw[x].Rank;
            int[] order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2];
            return One("transpose", x, a => a.T, a => a.Permute(order), ".T");
        }),
        new("expand", draw =>
        {
            int x = draw.Any(where: a => a.Rank < 4 && a.Count <= 16);
            int[] shape = [.. draw[x].Shape.Select(size => size == 1 ? draw.Choose(1, 2, 3) : size)];
            if (draw.Chance(0.4)) shape = [draw.Choose(0, 1, 2), .. shape];
            return One("expand", x, a => a.Expand(shape), a => SlowTensor.Make(shape, a.Type, a.Broadcast),
                $".Expand({List(shape)} |> List.toArray)");
        }),
        new("slice", draw =>
        {
            int x = draw.Any(1, a => a.Count > 0);
            int axis = draw.Axis(x);
            int size = draw[x].Shape[draw[x].Axis(axis)];
            (int start, int step) = (draw.Next(size + 1), draw.Choose(1, 1, 2, 3));
            int stop = draw.Between(start, size);
            int count = (stop - start + step - 1) / step;
            int given = start > 0 && start < size && draw.Chance(0.3) ? start - size : start;
            return One("slice", x, a => a.Slice(axis, given, stop, step), a => SlowTensor.Make(
                a.With(axis, count), a.Type, at => a[SlowTensor.Replace(at, a.Axis(axis), start + (at[a.Axis(axis)] * step))]),
                $".Slice({axis}, {given}, {stop}, {step})");
        }),
        new("select", draw =>
        {
            int x = draw.Any(1, a => a.Count > 0);
            int axis = draw.Axis(x);
            int index = draw.Next(draw[x].Shape[draw[x].Axis(axis)]);
            return One("select", x, a => a.Select(axis, index), a =>
            {
                int own = a.Axis(axis);
                return SlowTensor.Make([.. a.Shape.Where((_, i) => i != own)], a.Type, at => a[[.. at[..own], index, .. at[own..]]]);
            }, $".Select({axis}, {index})");
        }),
        new("pad", draw =>
        {
            int x = draw.Float(1);
            (int axis, int before, int after) = (draw.Axis(x), draw.Next(3), draw.Next(3));
            return One("pad", x, a => a.Pad(axis, before, after, 0.5), a => SlowTensor.Make(
                a.With(axis, a.Shape[a.Axis(axis)] + before + after), a.Type, at =>
                {
                    int i = at[a.Axis(axis)] - before;
                    return i < 0 || i >= a.Shape[a.Axis(axis)] ? 0.5 : a[SlowTensor.Replace(at, a.Axis(axis), i)];
                }), $".Pad({axis}, {before}, {after}, 0.5)");
        }),
        new("concat", draw =>
        {
            int x = draw.Float(1);
            int axis = draw.Axis(x);
            int other = draw.Leaf(draw[x].With(axis, draw.Choose(0, 1, 2)), draw[x].Type);
            int[] parts = draw.Chance(0.3) ? [x, other, x] : [other, x];
            return new("concat", parts, t => Tensor.Concat(t, axis), s => Concat(s, axis),
                n => $"Tensor.Concat([{string.Join("; ", n)}], {axis})");
        }),
        new("stack", draw =>
        {
            int x = draw.Float(0, where: a => a.Rank < 4);
            int axis = draw.Next(draw[x].Rank + 1);
            int[] parts = [x, draw.Leaf(draw[x].Shape, draw[x].Type)];
            return new("stack", parts, t => Tensor.Stack(t, axis),
                s => Concat([.. s.Select(a => a.Reshape([.. a.Shape[..axis], 1, .. a.Shape[axis..]]))], axis),
                n => $"Tensor.Stack([{string.Join("; ", n)}], {axis})");
        }),
        new("flip", draw =>
        {
            int x = draw.Any(1);
            int[] axes = draw.Axes(x) is { Length: > 0 } some ? some : [0];
            return One("flip", x, a => a.Flip(axes), a => SlowTensor.Make(
                a.Shape, a.Type, at => a[[.. at.Select((i, axis) => axes.Contains(axis) ? a.Shape[axis] - 1 - i : i)]]),
                $".Flip({List(axes)} |> List.toArray)");
        }),
        new("roll", draw =>
        {
            int x = draw.Any(1);
            (int shift, int axis) = (draw.Between(-9, 9), draw.Axis(x));
            return One("roll", x, a => a.Roll(shift, axis), a => a.Along(axis, line =>
                [.. line.Select((_, i) => line[((i - shift) % line.Length + line.Length) % line.Length])]), $".Roll({shift}, {axis})");
        }),
        new("tile", draw =>
        {
            int x = draw.Any(1, a => a.Count <= 12 && a.Rank < 4);
            int[] repeats = [.. draw[x].Shape.Select(_ => draw.Choose(1, 1, 2))];
            if (draw.Chance(0.3)) repeats = [2, .. repeats];
            return One("tile", x, a => a.Tile(repeats), a =>
            {
                int ahead = repeats.Length - a.Rank;
                return SlowTensor.Make([.. repeats.Select((count, axis) => count * (axis < ahead ? 1 : a.Shape[axis - ahead]))], a.Type,
                    at => a[[.. at[ahead..].Select((i, axis) => i % a.Shape[axis])]]);
            }, $".Tile({List(repeats)} |> List.toArray)");
        }),
        new("repeatInterleave", draw =>
        {
            int x = draw.Any(1, a => a.Count <= 20);
            (int repeats, int axis) = (draw.Choose(0, 1, 2, 3), draw.Axis(x));
            return One("repeatInterleave", x, a => a.RepeatInterleave(repeats, axis), a => a.Along(
                axis, line => [.. line.SelectMany(e => Enumerable.Repeat(e, repeats))], length: repeats * a.Shape[a.Axis(axis)]),
                $".RepeatInterleave({repeats}, {axis})");
        }),
        Triangle("Tril", (a, k) => a.Tril(k), (row, column, k) => column - row <= k),
        Triangle("Triu", (a, k) => a.Triu(k), (row, column, k) => column - row >= k),
        new("diagonal", draw =>
        {
            int x = draw.Any(2);
            int k = draw.Between(-2, 2);
            return One("diagonal", x, a => a.Diagonal(k), a =>
            {
                (int row, int column) = (Math.Max(0, -k), Math.Max(0, k));
                int count = Math.Max(0, Math.Min(a.Shape[^2] - row, a.Shape[^1] - column));
                return SlowTensor.Make([.. a.Shape[..^2], count], a.Type, at => a[[.. at[..^1], row + at[^1], column + at[^1]]]);
            }, $".Diagonal({k})");
        }),
        new("trace", draw => One("trace", draw.Float(2), a => a.Trace(), a =>
            SlowTensor.Make(a.Shape[..^2], a.Type, at => Rows.Sum([.. Enumerable.Range(0, Math.Min(a.Shape[^2], a.Shape[^1]))
                .Select(i => a[[.. at, i, i]])])), ".Trace()")),
        new("indexSelect", draw =>
        {
            int x = draw.Any(1, a => a.Count > 0 && a.Rank < 4);
            int axis = draw.Axis(x);
            int indices = draw.Leaf(draw.Shape(0, 2 - (draw[x].Rank / 3)), DType.Int32, 0, draw[x].Shape[draw[x].Axis(axis)] - 1);
            return Two("indexSelect", x, indices, (a, i) => a.IndexSelect(axis, i), (a, i) => IndexSelect(a, i, a.Axis(axis)),
                Invariant($"{{0}}.IndexSelect({axis}, {{1}})"));
        }),
        new("indexAdd", draw =>
        {
            int x = draw.Float(1, where: a => a.Count > 0);
            int axis = draw.Axis(x), own = draw[x].Axis(axis), count = draw.Choose(0, 1, 3);
            int indices = draw.Leaf([count], DType.Int32, 0, draw[x].Shape[own] - 1);
            int source = draw.Leaf(draw[x].With(axis, count), draw[x].Type);
            return new("indexAdd", [x, indices, source], t => t[0].IndexAdd(axis, t[1], t[2]),
                s => SlowTensor.Make(s[0].Shape, s[0].Type, at => s[0][at] + Rows.Sum([.. Enumerable.Range(0, count)
                    .Where(i => (int)s[1].Items[i].X.Value == at[own]).Select(i => s[2][SlowTensor.Replace(at, own, i)])])),
                n => $"{n[0]}.IndexAdd({axis}, {n[1]}, {n[2]})");
        }),
        new("gather", draw =>
        {
            int x = draw.Any(1, a => a.Count > 0);
            int axis = draw.Axis(x), own = draw[x].Axis(axis);
            int index = draw.Leaf(draw[x].With(axis, draw.Choose(0, 1, 2, 4)), DType.Int32, 0, draw[x].Shape[own] - 1);
            return Two("gather", x, index, (a, i) => a.Gather(axis, i), (a, i) => SlowTensor.Make(
                i.Shape, a.Type, at => a[SlowTensor.Replace(at, own, (int)i[at].X.Value)]), Invariant($"{{0}}.Gather({axis}, {{1}})"));
        }),
        new("scatterAdd", draw =>
        {
            int x = draw.Float(1, where: a => a.Count > 0);
            int axis = draw.Axis(x), own = draw[x].Axis(axis), count = draw.Choose(0, 1, 2, 4);
            int index = draw.Leaf(draw[x].With(axis, count), DType.Int32, 0, draw[x].Shape[own] - 1);
            int source = draw.Leaf(draw[x].With(axis, count), draw[x].Type);
            return new("scatterAdd", [x, index, source], t => t[0].ScatterAdd(axis, t[1], t[2]),
                s => SlowTensor.Make(s[0].Shape, s[0].Type, at => s[0][at] + Rows.Sum([.. Enumerable.Range(0, count)
                    .Select(i => SlowTensor.Replace(at, own, i)).Where(i => (int)s[1][i].X.Value == at[own]).Select(i => s[2][i])])),
                n => $"{n[0]}.ScatterAdd({axis}, {n[1]}, {n[2]})");
        }),
        new("maskedSelect", draw =>
        {
            int x = draw.Float();
            return Two("maskedSelect", x, draw.Leaf(draw[x].Shape, DType.Bool), (a, mask) => a.MaskedSelect(mask), (a, mask) =>
            {
                Jet[] chosen = [.. a.Items.Where((_, i) => mask.Items[i].X.Value != 0)];
                return new([chosen.Length], a.Type, chosen);
            }, "{0}.MaskedSelect({1})");
        }),
        new("oneHot", draw => One("oneHot", draw.Leaf(draw.Shape(0, 2), DType.Int32, 0, 3), a => Tensor.OneHot(a, 4, draw.Type),
            a => SlowTensor.Make([.. a.Shape, 4], draw.Type, at => (int)a[at[..^1]].X.Value == at[^1] ? 1 : 0), "")
            with { Text = n => Invariant($"Tensor.OneHot({n[0]}, 4, DType.{draw.Type})") }),
    ];

    private static OperationCase Triangle(string name, Func<Tensor, int, Tensor> run, Func<int, int, int, bool> isKept) =>
        new(name, draw =>
        {
            int x = draw.Any(2);
            int k = draw.Between(-2, 2);
            return One(name, x, a => run(a, k), a => SlowTensor.Make(a.Shape, a.Type, at => isKept(at[^2], at[^1], k) ? a[at] : 0),
                $".{name}({k})");
        });

    private static SlowTensor Concat(SlowTensor[] parts, int axis)
    {
        int own = parts[0].Axis(axis);
        return SlowTensor.Make(parts[0].With(axis, parts.Sum(part => part.Shape[own])), parts[0].Type, at =>
        {
            int i = at[own], part = 0;
            while (i >= parts[part].Shape[own]) i -= parts[part++].Shape[own];
            return parts[part][SlowTensor.Replace(at, own, i)];
        });
    }

    private static SlowTensor IndexSelect(SlowTensor a, SlowTensor indices, int axis) => SlowTensor.Make(
        [.. a.Shape[..axis], .. indices.Shape, .. a.Shape[(axis + 1)..]],
        a.Type,
        at => a[[.. at[..axis], (int)indices[at[axis..(axis + indices.Rank)]].X.Value, .. at[(axis + indices.Rank)..]]]);
}
