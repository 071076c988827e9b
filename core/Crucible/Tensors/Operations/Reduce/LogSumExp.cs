namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ln Σ eˣ over all elements, without overflow; -∞ when there are none.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp() => Tensors.LogSumExp.Of(this, AxisRun.All(this), false);

    /// <summary>ln Σ eˣ along an axis, computed as m + ln Σ eˣ⁻ᵐ with the largest element m, so that nothing overflows; -∞ where all elements are.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is the softmax, and 0 where all elements are -∞.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp(int axis, bool keepDims = false) => Tensors.LogSumExp.Of(this, AxisRun.One(this, axis, "logSumExp"), keepDims);

    /// <summary>ln Σ eˣ along several axes, without overflow.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "logSumExp", Tensors.LogSumExp.Of);
}

/// <summary>y = ln Σ eˣ along axes. ∂y/∂xᵢ = e^(xᵢ - y), the softmax.</summary>
internal sealed class LogSumExp(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Of(Tensor x, AxisRun run, bool keepDims)
    {
        x.RequireFloat("logSumExp");
        var result = Tensor.Allocate(run.Reduced(keepDims), x.DType);

        // The kernel takes rows; other axes are moved last, outside of the graph.
        var rows = run.Inner == 1 ? x : new Tensor(x.Storage, Shape.Of(run.Outer, run.Length, run.Inner)).Permute(0, 2, 1);
        if (x.DType == DType.Float32) Kernels.Softmax.LogSumExp<float>(rows.Data<float>(), result.ElementCount, run.Length, result.Data<float>());
        else Kernels.Softmax.LogSumExp<double>(rows.Data<double>(), result.ElementCount, run.Length, result.Data<double>());
        return x.IsRecorded ? new LogSumExp(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        // Where every element is -∞, so is y, and x - y would be NaN; any finite y makes the softmax 0 there.
        var y = Output.MaskedFill(Output.EqualTo(double.NegativeInfinity), 0.0);
        Accumulate(0, Reduction.Spread(gradient, run) * (Input(0) - Reduction.Spread(y, run)).Exp());
    }
}
