using System.Numerics;

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
            case DType.Float32: Scan<float, double>(x.Data<float>(), run, fromEnd, result.Data<float>()); break;
            case DType.Float64: Scan<double, double>(x.Data<double>(), run, fromEnd, result.Data<double>()); break;
            default: Scan<int, int>(x.Data<int>(), run, fromEnd, result.Data<int>()); break;
        }

        return x.IsRecorded ? new CumSum(x, run, fromEnd).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Of(gradient, run, !fromEnd));

    private static void Scan<T, TSum>(ReadOnlySpan<T> x, AxisRun run, bool fromEnd, Span<T> result)
        where T : unmanaged, INumber<T>
        where TSum : unmanaged, INumber<TSum>
    {
        var sums = new TSum[run.Inner];
        for (var o = 0; o < run.Outer; o++)
        {
            Array.Clear(sums);
            for (var step = 0; step < run.Length; step++)
            {
                var start = ((o * run.Length) + (fromEnd ? run.Length - 1 - step : step)) * run.Inner;
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += TSum.CreateTruncating(x[start + i]);
                    result[start + i] = T.CreateTruncating(sums[i]);
                }
            }
        }
    }
}
