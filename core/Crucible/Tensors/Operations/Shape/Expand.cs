using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Expands axes of size 1, and adds axes in front, to reach a shape.</summary>
    /// <param name="shape">The sizes; -1 keeps this tensor's size along that axis.</param>
    /// <returns>A copy in the new shape.</returns>
    /// <exception cref="ShapeException">An axis whose size is not 1 would have to change.</exception>
    public Tensor Expand(params int[] shape)
    {
        int ahead = shape.Length - Rank;
        return Expand(Shape.From(shape.Select((size, axis) => size == -1 && axis >= ahead ? Shape[axis - ahead] : size)));
    }

    /// <inheritdoc cref="Expand(int[])"/>
    public Tensor Expand(IEnumerable<int> shape) => shape is Shape known ? Expand(known) : Expand(shape.ToArray());

    internal Tensor Expand(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        if (!Shape.Broadcast(Shape, shape, "expand").Equals(shape))
            throw Errors.Shape(Invariant($"expand: only axes of size 1 can be expanded, but the shape is {Shape} and the target {shape}"));
        Tensor result = Allocate(shape, DType);
        StridedCopy.Run(this, result, shape.Sizes, Shape.StridesWithin(shape), 0);
        return IsRecorded ? new Expand(this).Record(result) : result;
    }
}

/// <summary>Repetition along axes of size 1. d/dx: the gradient, summed over the repetitions.</summary>
internal sealed class Expand(Tensor x) : Operation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient.SumTo(Input(0).Shape));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => tangents[0]!.Expand(Output.Shape);
}

public sealed partial class Tensor
{
    /// <summary>Repeats the whole tensor along its axes: [1, 2] tiled by 3 is [1, 2, 1, 2, 1, 2].</summary>
    /// <param name="repeats">How many copies along each axis, aligned at the last one; more numbers than axes add axes in front.</param>
    /// <returns>A copy whose sizes are multiplied by the repeats.</returns>
    /// <exception cref="OptionException">A number is negative.</exception>
    public Tensor Tile(params int[] repeats)
    {
        foreach (int count in repeats)
            if (count < 0) throw Errors.Option("tile", "repeats", "0 or more", count);
        int rank = Math.Max(Rank, repeats.Length);
        int[] sizes = [.. Enumerable.Repeat(1, rank - Rank), .. Shape];
        int[] counts = [.. Enumerable.Repeat(1, rank - repeats.Length), .. repeats];

        Shape tiled = Shape.From(sizes.Select((size, axis) => Shape.Size((long)size * counts[axis], "tile")));

        // [n, m] -> [1, n, 1, m] -> [a, n, b, m] -> [a·n, b·m]
        return Reshape([.. sizes.SelectMany(size => new[] { 1, size })])
            .Expand(Shape.From(sizes.SelectMany((size, axis) => new[] { counts[axis], size })))
            .ReshapeTo(tiled);
    }

    /// <inheritdoc cref="Tile(int[])"/>
    public Tensor Tile(IEnumerable<int> repeats) => Tile(repeats.ToArray());

    /// <summary>Repeats every element of an axis in place: [1, 2] repeated 3 times is [1, 1, 1, 2, 2, 2].</summary>
    /// <param name="repeats">How many times, 0 or more.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>A copy whose size along the axis is multiplied by the repeats.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="OptionException">The number is negative.</exception>
    public Tensor RepeatInterleave(int repeats, int axis)
    {
        if (repeats < 0) throw Errors.Option("repeatInterleave", "repeats", "0 or more", repeats);
        axis = Shape.Axis(axis, "repeatInterleave");
        Shape repeated = Shape.With(axis, Shape.Size((long)Shape[axis] * repeats, "repeatInterleave"));
        return Unsqueeze(axis + 1).Expand(Shape.Insert(axis + 1, repeats)).ReshapeTo(repeated);
    }
}
