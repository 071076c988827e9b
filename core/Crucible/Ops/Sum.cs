using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Σ over all elements.</summary>
    /// <returns>A scalar; truth values are counted as int32.</returns>
    public Tensor Sum() => Reduction.OverAll(this, (x, axis) => x.Sum(axis));

    /// <summary>Σ along an axis. float32 sums are accumulated in many parts, in an order that does not depend on the thread count.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis; truth values are counted as int32.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepDims = false)
    {
        if (DType == DType.Bool) return To(DType.Int32).Sum(axis, keepDims);
        axis = Shape.Axis(axis, "sum");
        var result = Allocate(Reduction.ShapeOf(Shape, axis, keepDims), DType);
        var (outer, length, inner) = Reduction.Split(Shape, axis);
        switch (DType)
        {
            case DType.Float32: Reduce.Sum(Data<float>(), outer, length, inner, result.Data<float>()); break;
            case DType.Float64: Reduce.Sum(Data<double>(), outer, length, inner, result.Data<double>()); break;
            default: Reduce.Sum(Data<int>(), outer, length, inner, result.Data<int>()); break;
        }

        return IsRecorded ? new Sum(this, axis).Record(result) : result;
    }

    /// <summary>Σ along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    public Tensor Sum(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "sum", (x, axis) => x.Sum(axis));

    /// <summary>Undoes broadcasting: sums over the axes along which <paramref name="shape"/> was repeated.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        var result = this;
        while (result.Rank > shape.Rank) result = result.Sum(0);
        for (var axis = 0; axis < shape.Rank; axis++)
            if (shape[axis] == 1 && result.Shape[axis] != 1) result = result.Sum(axis, keepDims: true);
        return result.ReshapeTo(shape);
    }
}

/// <summary>Σ along an axis. d/dx = 1: the gradient, repeated along the axis.</summary>
internal sealed class Sum(Tensor x, int axis) : Operation(x)
{
    protected internal override void Backward(Tensor gradient)
    {
        var shape = Input(0).Shape;
        Accumulate(0, gradient.ReshapeTo(shape.With(axis, 1)).Expand(shape));
    }
}
