namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The logarithm of softmax along an axis: x - ln Σ e^x, finite where softmax itself rounds to 0. Elements of -∞ stay -∞; a row of nothing
    /// but -∞ becomes NaN.
    /// </summary>
    /// <param name="axis">The axis of the distribution; negative counts from the last. The last one needs no copy.</param>
    /// <returns>A tensor of this shape, at most 0.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LogSoftmax(int axis = -1)
    {
        RequireFloat("logSoftmax");
        axis = Shape.Axis(axis, "logSoftmax");
        return axis == Rank - 1 ? Tensors.LogSoftmax.Of(this) : Tensors.LogSoftmax.Of(Transpose(axis, -1)).Transpose(axis, -1);
    }
}

/// <summary>y = x - ln Σ e^x along the last axis. The gradient g becomes g - e^y Σ g.</summary>
internal sealed class LogSoftmax(Tensor x) : Operation(x)
{
    public static Tensor Of(Tensor x)
    {
        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Forward<float>(x, result);
        else Forward<double>(x, result);
        return x.IsRecorded ? new LogSoftmax(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient - (Output.Exp() * gradient.Sum(-1, keepDims: true)) : Fused(gradient));

    private static void Forward<T>(Tensor x, Tensor result)
        where T : unmanaged
    {
        var (rows, length, _) = Reduction.Split(x.Shape, x.Rank - 1);
        Kernels.Softmax.LogForward<T>(x.Data<T>(), rows, length, result.Data<T>());
    }

    private Tensor Fused(Tensor gradient)
    {
        var result = Tensor.Allocate(gradient.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Derivative<float>(gradient, result);
        else Derivative<double>(gradient, result);
        return result;
    }

    private void Derivative<T>(Tensor gradient, Tensor result)
        where T : unmanaged
    {
        var (rows, length, _) = Reduction.Split(gradient.Shape, gradient.Rank - 1);
        Kernels.Softmax.LogBackward<T>(Output.Data<T>(), gradient.Data<T>(), rows, length, result.Data<T>());
    }
}
