namespace Crucible.Tensors;

/// <summary>What all reductions share: the split around an axis, reducing any axes at once, and the way back.</summary>
internal static class Reduction
{
    /// <summary>The number of elements before the axis, along it, and after it.</summary>
    public static (int Outer, int Length, int Inner) Split(Shape shape, int axis) =>
        (shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));

    /// <summary>Reduces several axes; if they are not adjacent, they are moved to the end first.</summary>
    public static Tensor Over(Tensor x, IEnumerable<int> axes, bool keepDims, string operation, Func<Tensor, AxisRun, bool, Tensor> reduce)
    {
        int[] named = [.. axes];
        if (x.Rank == 0 && named is [0 or -1]) return reduce(x, AxisRun.All(x), keepDims);
        int[] reduced = x.Shape.Axes(named, operation);
        if (reduced.Length == 0) return reduce(x, new AxisRun(x.Shape, 0, 0), keepDims);
        if (reduced[^1] - reduced[0] == reduced.Length - 1) return reduce(x, new AxisRun(x.Shape, reduced[0], reduced[^1] + 1), keepDims);

        int[] kept = [.. Enumerable.Range(0, x.Rank).Except(reduced)];
        Tensor moved = x.Permute([.. kept, .. reduced]);
        Tensor result = reduce(moved, new AxisRun(moved.Shape, kept.Length, x.Rank), false);
        return keepDims ? result.ReshapeTo(reduced.Aggregate(x.Shape, (shape, axis) => shape.With(axis, 1))) : result;
    }

    /// <summary>The transpose of a sum: every element of a reduced tensor times a factor, repeated along the run.</summary>
    public static Tensor Spread(Tensor reduced, AxisRun run, double factor = 1.0)
    {
        if (reduced.IsRecorded)
            return (factor == 1.0 ? reduced : reduced * factor).ReshapeTo(run.Reduced(keepDims: true)).Expand(run.Shape);
        Tensor result = Tensor.Allocate(run.Shape, reduced.DType);
        if (result.DType == DType.Float32) Repeat(reduced.Data<float>(), (float)factor, run, result.Data<float>());
        else Repeat(reduced.Data<double>(), factor, run, result.Data<double>());
        return result;
    }

    private static void Repeat<T>(ReadOnlySpan<T> reduced, T factor, AxisRun run, Span<T> result)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        if (run.Outer == 1 && run.Inner == 1)
        {
            Kernels.Bulk.Fill(result, reduced[0] * factor);
            return;
        }

        if (run.Inner == 1)
        {
            for (int o = 0; o < run.Outer; o++) result.Slice(o * run.Length, run.Length).Fill(reduced[o] * factor);
            return;
        }

        if (result.Length == 0) return;
        for (int o = 0; o < run.Outer; o++)
        {
            Span<T> first = result.Slice(o * run.Length * run.Inner, run.Inner);
            for (int i = 0; i < run.Inner; i++) first[i] = reduced[(o * run.Inner) + i] * factor;
            for (int l = 1; l < run.Length; l++) first.CopyTo(result.Slice(((o * run.Length) + l) * run.Inner, run.Inner));
        }
    }
}

/// <summary>
/// Neighbouring axes that are reduced at once: one axis, several side by side, all of them, or none (which reduces
/// every element by itself).
/// </summary>
internal readonly struct AxisRun
{
    private readonly int from;
    private readonly int to;

    public AxisRun(Shape shape, int from, int to)
    {
        Shape = shape;
        this.from = from;
        this.to = to;
        Outer = shape.Product(0, from);
        Length = shape.Product(from, to);
        Inner = shape.Product(to, shape.Rank);
    }

    /// <summary>The shape that is reduced.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements before the run, along it, and after it.</summary>
    public int Outer { get; }

    public int Length { get; }

    public int Inner { get; }

    public static AxisRun All(Tensor x) => new(x.Shape, 0, x.Rank);

    /// <summary>One axis. A scalar is run through as a vector of one element is, along axis 0 or -1, as in PyTorch.</summary>
    public static AxisRun One(Tensor x, int axis, string operation)
    {
        if (x.Rank == 0 && axis is 0 or -1) return All(x);
        axis = x.Shape.Axis(axis, operation);
        return new(x.Shape, axis, axis + 1);
    }

    /// <summary>The shape with size 1 along the run, or without it.</summary>
    public Shape Reduced(bool keepDims)
    {
        Span<int> sizes = stackalloc int[Shape.Rank];
        Shape.Sizes.CopyTo(sizes);
        if (keepDims)
        {
            sizes[from..to].Fill(1);
            return Shape.From(sizes);
        }

        sizes[to..].CopyTo(sizes[from..]);
        return Shape.From(sizes[..^(to - from)]);
    }

    /// <summary>The elements from the first on that reduce to one of the results; they are <see cref="Inner"/> apart.</summary>
    public ReadOnlySpan<T> Lane<T>(ReadOnlySpan<T> elements, int result) =>
        Length == 0 ? [] : elements[((result / Inner * Length * Inner) + (result % Inner))..];

    /// <summary>Refuses a run without elements, over which there is no largest or smallest.</summary>
    public void RequireElements(string operation)
    {
        if (Length == 0) throw Errors.EmptyReduction(operation, Shape);
    }
}
