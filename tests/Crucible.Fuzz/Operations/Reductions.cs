using Crucible.Tensors;
using static Crucible.Fuzz.OperationCase;

namespace Crucible.Fuzz;

/// <summary>Reductions, running sums, orders: over all elements, one axis or several.</summary>
internal static class Reductions
{
    public static IEnumerable<OperationCase> Cases =>
    [
        Reduce("Sum", Rows.Sum, a => a.Sum(), (a, axis, keep) => a.Sum(axis, keep), (a, axes, keep) => a.Sum(axes, keep)),
        Reduce("Mean", Rows.Mean, a => a.Mean(), (a, axis, keep) => a.Mean(axis, keep), (a, axes, keep) => a.Mean(axes, keep), least: 1),
        Reduce("Prod", Rows.Product, a => a.Prod(), (a, axis, keep) => a.Prod(axis, keep), (a, axes, keep) => a.Prod(axes, keep)),
        Reduce("Max", Rows.Max, a => a.Max(), (a, axis, keep) => a.Max(axis, keep), (a, axes, keep) => a.Max(axes, keep), least: 1),
        Reduce("Min", Rows.Min, a => a.Min(), (a, axis, keep) => a.Min(axis, keep), (a, axes, keep) => a.Min(axes, keep), least: 1),
        Reduce("LogSumExp", Rows.LogSumExp, a => a.LogSumExp(), (a, axis, keep) => a.LogSumExp(axis, keep),
            (a, axes, keep) => a.LogSumExp(axes, keep), least: 1),
        Reduce("Var", row => Rows.Variance(row, 1), a => a.Var(), (a, axis, keep) => a.Var(axis, keep),
            (a, axes, keep) => a.Var(axes, keep), least: 2),
        Reduce("Std", row => Jet.Sqrt(Rows.Variance(row, 1)), a => a.Std(), (a, axis, keep) => a.Std(axis, keep),
            (a, axes, keep) => a.Std(axes, keep), least: 2),
        new("norm", draw =>
        {
            int x = draw.Float(1);
            double order = draw.Choose(1.0, 2.0, 3.0, double.PositiveInfinity);
            (int axis, bool keep) = (draw.Axis(x), draw.Chance(0.5));
            if (draw[x].Shape[draw[x].Axis(axis)] == 0) return null;
            string text = double.IsInfinity(order) ? "infinity" : $"{order:0.0}";
            return One("norm", x, a => a.Norm(order, axis, keep), a => a.Reduce([axis], keep, row => Rows.Norm(row, order)),
                $".Norm({text}, {axis}, {Bool(keep)})");
        }),
        Truth("Any", (a, axis, keep) => a.Any(axis, keep), row => row.Any(e => e.X.Value != 0)),
        Truth("All", (a, axis, keep) => a.All(axis, keep), row => row.All(e => e.X.Value != 0)),
        Index("ArgMax", (a, axis, keep) => a.ArgMax(axis, keep), row => Rows.Order(row, descending: true)[0]),
        Index("ArgMin", (a, axis, keep) => a.ArgMin(axis, keep), row => Rows.Order(row, descending: false)[0]),
        new("cumSum", draw =>
        {
            int x = draw.Float(1);
            int axis = draw.Axis(x);
            return One("cumSum", x, a => a.CumSum(axis), a => a.Along(axis, Rows.CumSum), $".CumSum({axis})");
        }),
        new("sort", draw =>
        {
            int x = draw.Float(1);
            (int axis, bool down) = (draw.Axis(x), draw.Chance(0.5));
            return One("sort", x, a => a.Sort(axis, down).Item1,
                a => a.Along(axis, line => [.. Rows.Order(line, down).Select(i => line[i])]), $".Sort({axis}, {Bool(down)}) |> fst");
        }),
        new("argSort", draw =>
        {
            int x = draw.Any(1);
            (int axis, bool down) = (draw.Axis(x), draw.Chance(0.5));
            return One("argSort", x, a => a.ArgSort(axis, down),
                a => a.Along(axis, line => [.. Rows.Order(line, down).Select(i => (Jet)i)], DType.Int32),
                $".ArgSort({axis}, {Bool(down)})");
        }),
        new("topK", draw =>
        {
            int x = draw.Float(1);
            int axis = draw.Axis(x);
            int k = draw.Next(draw[x].Shape[draw[x].Axis(axis)] + 1);
            bool largest = draw.Chance(0.5);
            return One("topK", x, a => a.TopK(k, axis, largest).Item1, a => a.Along(
                axis, line => [.. Rows.Order(line, largest).Take(k).Select(i => line[i])], length: k),
                $".TopK({k}, {axis}, {Bool(largest)}) |> fst");
        }),
        Line("Softmax", Rows.Softmax, (a, axis) => a.Softmax(axis)),
        Line("LogSoftmax", row => [.. row.Select(e => e - Rows.LogSumExp(row))], (a, axis) => a.LogSoftmax(axis)),
    ];

    private static OperationCase Line(string name, Func<Jet[], Jet[]> define, Func<Tensor, int, Tensor> run) => new(name, draw =>
    {
        int x = draw.Float(1);
        int axis = draw.Axis(x);
        return One(name, x, a => run(a, axis), a => a.Along(axis, define), $".{name}({axis})");
    });

    private static OperationCase Reduce(
        string name,
        Func<Jet[], Jet> define,
        Func<Tensor, Tensor> all,
        Func<Tensor, int, bool, Tensor> one,
        Func<Tensor, int[], bool, Tensor> some,
        int least = 0) => new(name, draw =>
        {
            int x = draw.Float();
            int[] every = [.. Enumerable.Range(0, draw[x].Rank)];
            bool keep = draw.Chance(0.5);
            int form = draw[x].Rank == 0 ? 0 : draw.Next(3);
            int[] axes = form switch { 0 => every, 1 => [draw.Axis(x)], _ => draw.Axes(x) };
            int length = axes.Aggregate(1, (product, axis) => product * draw[x].Shape[draw[x].Axis(axis)]);
            if (length < least) return null;
            return form switch
            {
                0 => One(name, x, all, a => a.Reduce(axes, false, define), $".{name}()"),
                1 => One(name, x, a => one(a, axes[0], keep), a => a.Reduce(axes, keep, define), $".{name}({axes[0]}, {Bool(keep)})"),
                _ => One(name, x, a => some(a, axes, keep), a => a.Reduce(axes, keep, define),
                    $".{name}(({List(axes)}: int list), {Bool(keep)})"),
            };
        });

    private static OperationCase Truth(string name, Func<Tensor, int, bool, Tensor> run, Func<Jet[], bool> define) => new(name, draw =>
    {
        int x = draw.Leaf(draw.Shape(1), DType.Bool);
        (int axis, bool keep) = (draw.Axis(x), draw.Chance(0.5));
        return One(name, x, a => run(a, axis, keep), a => a.Reduce([axis], keep, row => define(row) ? 1 : 0),
            $".{name}({axis}, {Bool(keep)})");
    });

    private static OperationCase Index(string name, Func<Tensor, int, bool, Tensor> run, Func<Jet[], int> define) => new(name, draw =>
    {
        int x = draw.Float(1);
        (int axis, bool keep) = (draw.Axis(x), draw.Chance(0.5));
        if (draw[x].Shape[draw[x].Axis(axis)] == 0) return null;
        return One(name, x, a => run(a, axis, keep), a => a.Reduce([axis], keep, row => define(row), DType.Int32),
            $".{name}({axis}, {Bool(keep)})");
    });
}
