using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Σ over all elements; 0 when there are none.</summary>
    /// <returns>A scalar; truth values are counted as int32.</returns>
    public Tensor Sum() => Tensors.Sum.Of(this, AxisRun.All(this), false);

    /// <summary>Σ along an axis. float32 sums are accumulated in many parts, in an order that does not depend on the thread count.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis; truth values are counted as int32.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepDims = false) => Tensors.Sum.Of(this, AxisRun.One(this, axis, "sum"), keepDims);

    /// <summary>Σ along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    public Tensor Sum(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "sum", Tensors.Sum.Of);

    /// <summary>Undoes broadcasting: sums over the axes along which <paramref name="shape"/> was repeated.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        var ahead = Rank - shape.Rank;
        var result = ahead == 0 ? this : Tensors.Sum.Of(this, new AxisRun(Shape, 0, ahead), false);
        for (var axis = 0; axis < shape.Rank; axis++)
            if (shape[axis] == 1 && result.Shape[axis] != 1) result = result.Sum(axis, keepDims: true);
        return result;
    }
}

/// <summary>Σ along axes. d/dx = 1: the gradient, repeated along the axes.</summary>
internal sealed class Sum(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Of(Tensor x, AxisRun run, bool keepDims)
    {
        if (x.DType == DType.Bool) x = x.To(DType.Int32);
        var result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Reduce.Sum<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, result.Data<float>()); break;
            case DType.Float64: Reduce.Sum<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, result.Data<double>()); break;
            default: ReduceIntegers.Sum(x.Data<int>(), run.Outer, run.Length, run.Inner, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Sum(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Reduction.Spread(gradient, run));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Of(tangents[0]!, run, false).ReshapeTo(Output.Shape);
}
