using System.Numerics;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Σ over all elements; 0 when there are none.</summary>
    /// <returns>A scalar; bool is summed as int32.</returns>
    public Tensor Sum() => Tensors.Sum.Forward(this, AxisRun.All(this), false);

    /// <summary>
    /// Σ along an axis. float32 sums are accumulated in many parts, in an order that does not depend on the thread
    /// count.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis; bool is summed as int32.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Sum(int axis, bool keepDims = false) => Tensors.Sum.Forward(this, AxisRun.One(this, axis, "sum"), keepDims);

    /// <summary>Σ along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    public Tensor Sum(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "sum", Tensors.Sum.Forward);

    /// <summary>Undoes broadcasting: sums over the axes along which <paramref name="shape"/> was repeated.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        int ahead = Rank - shape.Rank;
        Tensor result = ahead == 0 ? this : Tensors.Sum.Forward(this, new AxisRun(Shape, 0, ahead), false);
        for (int axis = 0; axis < shape.Rank; axis++)
            if (shape[axis] == 1 && result.Shape[axis] != 1) result = result.Sum(axis, keepDims: true);
        return result;
    }
}

/// <summary>Σ along axes. d/dx = 1: the gradient, repeated along the axes.</summary>
internal sealed class Sum(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims)
    {
        if (x.DType == DType.Bool) x = x.To(DType.Int32);
        x.RefuseStored("sum");
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Reduce.Sum<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, result.Data<float>()); break;
            case DType.Float64: Reduce.Sum<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, result.Data<double>()); break;
            default: ReduceIntegers.Sum(x.Data<int>(), run.Outer, run.Length, run.Inner, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Sum(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Reduction.Spread(gradient, run));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Forward(tangents[0]!, run, false).ReshapeTo(Output.Shape);
}

public sealed partial class Tensor
{
    /// <summary>Σ x / n over all elements; NaN when there are none.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean() => Tensors.Mean.Forward(this, AxisRun.All(this), false);

    /// <summary>Σ x / n along an axis; NaN when the axis has size 0.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean(int axis, bool keepDims = false) => Tensors.Mean.Forward(this, AxisRun.One(this, axis, "mean"), keepDims);

    /// <summary>Σ x / n along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "mean", Tensors.Mean.Forward);
}

/// <summary>Σ x / n along axes. d/dx = 1 / n: the gradient / n, repeated along the axes.</summary>
internal sealed class Mean(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims)
    {
        x.RequireFloat("mean");
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        if (x.DType == DType.Float32)
        {
            Span<float> means = result.Data<float>();
            Reduce.Sum<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, means);
            Divide<float>(x.Data<float>(), run, means);
        }
        else
        {
            Span<double> means = result.Data<double>();
            Reduce.Sum<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, means);
            Divide<double>(x.Data<double>(), run, means);
        }

        return x.IsRecorded ? new Mean(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Reduction.Spread(gradient, run, 1.0 / run.Length));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Forward(tangents[0]!, run, false).ReshapeTo(Output.Shape);

    /// <summary>Sums to means; a mean is computed again where only the sum overflowed.</summary>
    private static void Divide<T>(ReadOnlySpan<T> x, AxisRun run, Span<T> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateChecked(run.Length);
        for (int lane = 0; lane < sums.Length; lane++)
        {
            bool isMended = run.Length > 0 && !T.IsFinite(sums[lane]);
            sums[lane] = isMended ? T.CreateSaturating(Norms.Mean(run.Lane(x, lane), run.Inner, run.Length)) : sums[lane] / count;
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>Running sums along an axis: y₀ = x₀, yᵢ = yᵢ₋₁ + xᵢ. float32 is accumulated in double precision.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <returns>A tensor of this shape; bool is summed as int32.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor CumSum(int axis) =>
        Tensors.CumSum.Forward(DType == DType.Bool ? To(DType.Int32) : this, AxisRun.One(this, axis, "cumSum"), fromEnd: false);
}

/// <summary>
/// Running sums along an axis, from its first or its last element on. ∂yⱼ/∂xᵢ = 1 for all j from i on: the running sums
/// of the gradient from the other end.
/// </summary>
internal sealed class CumSum(Tensor x, AxisRun run, bool fromEnd) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool fromEnd)
    {
        x.RefuseStored("cumSum");
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: CumulativeSum.Run(x.Data<float>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<float>()); break;
            case DType.Float64:
                CumulativeSum.Run(x.Data<double>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<double>());
                break;
            default: CumulativeSum.Run(x.Data<int>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<int>()); break;
        }

        return x.IsRecorded ? new CumSum(x, run, fromEnd).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Forward(gradient, run, !fromEnd));
}
