namespace Crucible.Tensors;

/// <summary>Neighbouring axes that are reduced at once: one axis, several side by side, all of them, or none (which reduces every element by itself).</summary>
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

    public static AxisRun One(Tensor x, int axis, string operation)
    {
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
            return Shape.Of(sizes);
        }

        sizes[to..].CopyTo(sizes[from..]);
        return Shape.Of(sizes[..^(to - from)]);
    }

    /// <summary>Refuses a run without elements, over which there is no largest or smallest.</summary>
    public void RequireElements(string operation)
    {
        if (Length == 0) throw Errors.EmptyReduction(operation, Shape);
    }
}
