namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Repeats axes of size 1, and new axes in front, to reach a shape.</summary>
    /// <param name="shape">The sizes; -1 keeps this tensor's size along that axis.</param>
    /// <returns>A copy in the new shape.</returns>
    /// <exception cref="ShapeException">An axis of another size than 1 would have to grow.</exception>
    public Tensor Expand(params int[] shape)
    {
        var ahead = shape.Length - Rank;
        return Expand(Shape.From(shape.Select((size, axis) => size == -1 && axis >= ahead ? Shape[axis - ahead] : size)));
    }

    /// <summary>Repeats axes of size 1, and new axes in front, to reach a shape.</summary>
    /// <param name="shape">The shape to reach.</param>
    /// <returns>A copy in the new shape.</returns>
    /// <exception cref="ShapeException">An axis of another size than 1 would have to grow.</exception>
    public Tensor Expand(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        if (!Shape.Broadcast(Shape, shape, "expand").Equals(shape)) throw Errors.Shape(Errors.Text($"expand: only axes of size 1 can grow, but {Shape} was to become {shape}"));
        var result = Allocate(shape, DType);
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
