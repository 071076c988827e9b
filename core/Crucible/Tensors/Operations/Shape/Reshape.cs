using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The same elements in row-major order under another shape, without copying.</summary>
    /// <param name="shape">The sizes; one may be -1 and is then inferred.</param>
    /// <returns>A tensor that shares this one's elements.</returns>
    /// <exception cref="ShapeException">The element counts differ.</exception>
    public Tensor Reshape(params int[] shape) => ReshapeTo(InferShape(shape));

    /// <summary>The same elements under another shape, without copying.</summary>
    /// <param name="shape">The sizes, for example as an F# list; one may be -1.</param>
    /// <returns>A tensor that shares this one's elements.</returns>
    /// <exception cref="ShapeException">The element counts differ.</exception>
    public Tensor Reshape(IEnumerable<int> shape) => shape is Shape known ? ReshapeTo(known) : Reshape(shape.ToArray());

    /// <summary>Merges neighbouring axes into one.</summary>
    /// <param name="from">The first axis to merge.</param>
    /// <param name="to">The last axis to merge.</param>
    /// <returns>A tensor that shares this one's elements.</returns>
    /// <exception cref="ShapeException">There is no such axis, or the first comes after the last.</exception>
    public Tensor Flatten(int from = 0, int to = -1)
    {
        if (Rank == 0) return Reshape(1);
        (from, to) = (Shape.Axis(from, "flatten"), Shape.Axis(to, "flatten"));
        if (from > to) throw Errors.Shape(Invariant($"flatten: the first axis must not come after the last, but they are {from} and {to}"));
        return ReshapeTo(Shape.From([.. Shape.Sizes[..from], Shape.Product(from, to + 1), .. Shape.Sizes[(to + 1)..]]));
    }

    /// <summary>Drops all axes of size 1.</summary>
    /// <returns>A tensor that shares this one's elements.</returns>
    public Tensor Squeeze() => ReshapeTo(Shape.From(Shape.Where(size => size != 1)));

    /// <summary>Drops an axis of size 1.</summary>
    /// <param name="axis">The axis.</param>
    /// <returns>A tensor that shares this one's elements.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is not 1.</exception>
    public Tensor Squeeze(int axis)
    {
        axis = Shape.Axis(axis, "squeeze");
        return Shape[axis] == 1
            ? ReshapeTo(Shape.Without(axis))
            : throw Errors.Shape(Invariant($"squeeze: the axis must have size 1, but axis {axis} of {Shape} has {Shape[axis]}"));
    }

    /// <summary>Inserts an axis of size 1.</summary>
    /// <param name="axis">The position of the new axis in the result; negative counts from the last.</param>
    /// <returns>A tensor that shares this one's elements.</returns>
    /// <exception cref="ShapeException">The position is out of range.</exception>
    public Tensor Unsqueeze(int axis)
    {
        int at = axis < 0 ? axis + Rank + 1 : axis;
        if (at < 0 || at > Rank)
            throw Errors.Shape(Invariant($"unsqueeze: the axis must be between {-Rank - 1} and {Rank}, but is {axis} for shape {Shape}"));
        return ReshapeTo(Shape.Insert(at, 1));
    }

    internal Tensor ReshapeTo(Shape shape)
    {
        if (shape.ElementCount != ElementCount)
            throw Errors.Shape("reshape: element counts must agree,"
                + Invariant($" but {Shape} has {ElementCount} and {shape} has {shape.ElementCount}"));
        if (ReferenceEquals(shape, Shape)) return this;
        Tensor result = new(Storage, shape);
        return IsRecorded ? new Reshape(this).Record(result) : result;
    }

    private Shape InferShape(int[] shape)
    {
        int open = Array.IndexOf(shape, -1);
        if (open < 0) return Shape.From(shape);
        long known = shape.Where((_, axis) => axis != open).Aggregate(1L, (product, size) => product * size);
        if (known <= 0 || ElementCount % known != 0)
            throw Errors.Shape("reshape: a size of -1 can be inferred only if the other sizes divide the element count,"
                + Invariant($" but {Shape} has {ElementCount} and the others multiply to {known}"));
        int[] inferred = (int[])shape.Clone();
        inferred[open] = (int)(ElementCount / known);
        return Shape.From(inferred);
    }
}

/// <summary>The same elements under another shape. d/dx: the gradient under x's shape.</summary>
internal sealed class Reshape(Tensor x) : Operation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient.ReshapeTo(Input(0).Shape));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => tangents[0]!.ReshapeTo(Output.Shape);
}
