using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Running sums along an axis: y₀ = x₀, yᵢ = yᵢ₋₁ + xᵢ. float32 is accumulated in double precision.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <returns>A tensor of this shape; truth values are counted as int32.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor CumSum(int axis) => Tensors.CumSum.Of(DType == DType.Bool ? To(DType.Int32) : this, AxisRun.One(this, axis, "cumSum"), fromEnd: false);
}

/// <summary>Running sums along an axis, from its first or its last element on. ∂yⱼ/∂xᵢ = 1 for all j from i on: the running sums of the gradient from the other end.</summary>
internal sealed class CumSum(Tensor x, AxisRun run, bool fromEnd) : Operation(x)
{
    public static Tensor Of(Tensor x, AxisRun run, bool fromEnd)
    {
        var result = Tensor.Allocate(x.Shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: CumulativeSum.Run(x.Data<float>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<float>()); break;
            case DType.Float64: CumulativeSum.Run(x.Data<double>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<double>()); break;
            default: CumulativeSum.Run(x.Data<int>(), run.Outer, run.Length, run.Inner, fromEnd, result.Data<int>()); break;
        }

        return x.IsRecorded ? new CumSum(x, run, fromEnd).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Of(gradient, run, !fromEnd));
}
