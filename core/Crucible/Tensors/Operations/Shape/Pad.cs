namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Lengthens an axis at both ends with a constant.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="before">How many to add in front, 0 or more.</param>
    /// <param name="after">How many to add behind, 0 or more.</param>
    /// <param name="value">The constant.</param>
    /// <returns>A copy in the larger shape.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="OptionException">A count is negative.</exception>
    public Tensor Pad(int axis, int before, int after, double value = 0.0)
    {
        axis = Shape.Axis(axis, "pad");
        if (before < 0) throw Errors.Option("pad", "before", "0 or more", before);
        if (after < 0) throw Errors.Option("pad", "after", "0 or more", after);
        return before + after == 0 ? this : Unslice.Of(this, Shape.With(axis, Shape[axis] + before + after), axis, before, 1, value);
    }
}
