namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Softmax along an axis: e^x / Σ e^x. The largest element is subtracted first, so that large logits stay finite;
    /// elements of -∞ get probability 0. A row that is all -∞ becomes NaN.
    /// </summary>
    /// <param name="axis">The axis along which the result sums to 1; negative counts from the last. The last one needs no copy.</param>
    /// <returns>A tensor of this shape, within [0, 1].</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Softmax(int axis = -1)
    {
        RequireFloat("softmax");
        if (Rank == 0) return Flatten().Softmax(axis).Reshape();
        axis = Shape.Axis(axis, "softmax");
        return axis == Rank - 1 ? SoftmaxOperation.Forward(this) : SoftmaxOperation.Forward(Transpose(axis, -1)).Transpose(axis, -1);
    }
}

/// <summary>y = e^x / Σ e^x along the last axis. The gradient g becomes y (g - Σ g y).</summary>
internal sealed class SoftmaxOperation(Tensor x) : Operation(x)
{
    public static Tensor Forward(Tensor x)
    {
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Forward<float>(x, result);
        else Forward<double>(x, result);
        return x.IsRecorded ? new SoftmaxOperation(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? Output * (gradient - (gradient * Output).Sum(-1, keepDims: true)) : Fused(gradient));

    private static void Forward<T>(Tensor x, Tensor result)
        where T : unmanaged
    {
        (int rows, int length, int _) = Reduction.Split(x.Shape, x.Rank - 1);
        Kernels.Softmax.Forward<T>(x.Data<T>(), rows, length, result.Data<T>());
    }

    private Tensor Fused(Tensor gradient)
    {
        Tensor result = Tensor.Allocate(gradient.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Derivative<float>(gradient, result);
        else Derivative<double>(gradient, result);
        return result;
    }

    private void Derivative<T>(Tensor gradient, Tensor result)
        where T : unmanaged
    {
        (int rows, int length, int _) = Reduction.Split(gradient.Shape, gradient.Rank - 1);
        Kernels.Softmax.Backward<T>(Output.Data<T>(), gradient.Data<T>(), rows, length, result.Data<T>());
    }
}

public sealed partial class Tensor
{
    /// <summary>
    /// The logarithm of softmax along an axis: x - ln Σ e^x, finite where softmax itself rounds to 0. Elements of -∞
    /// stay -∞; a row that is all -∞ becomes NaN.
    /// </summary>
    /// <param name="axis">The axis of the distribution; negative counts from the last. The last one needs no copy.</param>
    /// <returns>A tensor of this shape, at most 0.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSoftmax(int axis = -1)
    {
        RequireFloat("logSoftmax");
        if (Rank == 0) return Flatten().LogSoftmax(axis).Reshape();
        axis = Shape.Axis(axis, "logSoftmax");
        return axis == Rank - 1 ? Tensors.LogSoftmax.Forward(this) : Tensors.LogSoftmax.Forward(Transpose(axis, -1)).Transpose(axis, -1);
    }
}

/// <summary>y = x - ln Σ e^x along the last axis. The gradient g becomes g - e^y Σ g.</summary>
internal sealed class LogSoftmax(Tensor x) : Operation(x)
{
    public static Tensor Forward(Tensor x)
    {
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Forward<float>(x, result);
        else Forward<double>(x, result);
        return x.IsRecorded ? new LogSoftmax(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient - (Output.Exp() * gradient.Sum(-1, keepDims: true)) : Fused(gradient));

    private static void Forward<T>(Tensor x, Tensor result)
        where T : unmanaged
    {
        (int rows, int length, int _) = Reduction.Split(x.Shape, x.Rank - 1);
        Kernels.Softmax.LogForward<T>(x.Data<T>(), rows, length, result.Data<T>());
    }

    private Tensor Fused(Tensor gradient)
    {
        Tensor result = Tensor.Allocate(gradient.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Derivative<float>(gradient, result);
        else Derivative<double>(gradient, result);
        return result;
    }

    private void Derivative<T>(Tensor gradient, Tensor result)
        where T : unmanaged
    {
        (int rows, int length, int _) = Reduction.Split(gradient.Shape, gradient.Rank - 1);
        Kernels.Softmax.LogBackward<T>(Output.Data<T>(), gradient.Data<T>(), rows, length, result.Data<T>());
    }
}

public sealed partial class Tensor
{
    /// <summary>ln Σ eˣ over all elements, without overflow; -∞ when there are none.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp() => Tensors.LogSumExp.Forward(this, AxisRun.All(this), false);

    /// <summary>
    /// ln Σ eˣ along an axis, computed as m + ln Σ eˣ⁻ᵐ with the largest element m, so that nothing overflows; -∞ where
    /// all elements are.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is the softmax, and 0 where all elements are -∞.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp(int axis, bool keepDims = false) =>
        Tensors.LogSumExp.Forward(this, AxisRun.One(this, axis, "logSumExp"), keepDims);

    /// <summary>ln Σ eˣ along several axes, without overflow.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSumExp(IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "logSumExp", Tensors.LogSumExp.Forward);
}

/// <summary>y = ln Σ eˣ along axes. ∂y/∂xᵢ = e^(xᵢ - y), the softmax.</summary>
internal sealed class LogSumExp(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims)
    {
        x.RequireFloat("logSumExp");
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), x.DType);

        // The kernel takes rows; other axes are moved last, outside of the graph.
        Tensor rows = run.Inner == 1 ? x : new Tensor(x.Storage, Shape.From(run.Outer, run.Length, run.Inner)).Permute(0, 2, 1);
        if (x.DType == DType.Float32)
            Kernels.Softmax.LogSumExp<float>(rows.Data<float>(), result.ElementCount, run.Length, result.Data<float>());
        else Kernels.Softmax.LogSumExp<double>(rows.Data<double>(), result.ElementCount, run.Length, result.Data<double>());
        return x.IsRecorded ? new LogSumExp(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        // Where every element is -∞, so is y, and x - y would be NaN; any finite y makes the softmax 0 there.
        Tensor y = Output.MaskedFill(Output.EqualTo(double.NegativeInfinity), 0.0);
        Accumulate(0, Reduction.Spread(gradient, run) * (Input(0) - Reduction.Spread(y, run)).Exp());
    }
}
