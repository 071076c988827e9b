namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Reverses the order along axes.</summary>
    /// <param name="axes">Distinct axes; none means all.</param>
    /// <returns>A copy in this shape.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    public Tensor Flip(params int[] axes) => Tensors.Flip.Of(this, axes.Length == 0 ? [.. Enumerable.Range(0, Rank)] : Shape.Axes(axes, "flip"));

    /// <summary>Moves the elements along an axis; what leaves at one end enters at the other.</summary>
    /// <param name="shift">How far; negative moves towards the front.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>A tensor in this shape.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Roll(int shift, int axis)
    {
        var size = Shape[Shape.Axis(axis, "roll")];
        if (size == 0 || shift % size == 0) return this;
        var border = size - (((shift % size) + size) % size);
        return Concat([Slice(axis, border), Slice(axis, 0, border)], axis);
    }
}

/// <summary>The reverse order along axes. d/dx: the gradient in reverse order.</summary>
internal sealed class Flip(Tensor x, int[] axes) : Operation(x)
{
    public static Tensor Of(Tensor x, int[] axes)
    {
        var strides = x.Shape.StridesWithin(x.Shape);
        var offset = 0;
        foreach (var axis in axes)
        {
            offset += (x.Shape[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }

        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.ElementCount > 0) StridedCopy.Run(x, result, x.Shape.Sizes, strides, offset);
        return x.IsRecorded ? new Flip(x, axes).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Of(gradient, axes));
}
