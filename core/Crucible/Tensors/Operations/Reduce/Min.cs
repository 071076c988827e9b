namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The smallest of all elements; NaN if one is NaN.</summary>
    /// <returns>A scalar. Its derivative is shared equally among equal smallest elements.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min() => Extremum.Min(this, AxisRun.All(this), false);

    /// <summary>The smallest element along an axis; NaN where one is NaN.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is shared equally among equal smallest elements.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min(int axis, bool keepDims = false) => Extremum.Min(this, AxisRun.One(this, axis, "min"), keepDims);

    /// <summary>The smallest element along several axes; NaN where one is NaN.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, one comes twice, or there are no elements along them.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "min", Extremum.Min);
}
