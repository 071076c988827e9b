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
        var (rows, length, _) = Reduction.Split(x.Shape, x.Rank - 1);
        if (x.DType == DType.Float32) Kernels.Softmax.LogForward<float>(x.Data<float>(), rows, length, result.Data<float>());
        else Kernels.Softmax.LogForward<double>(x.Data<double>(), rows, length, result.Data<double>());
        return x.IsRecorded ? new LogSoftmax(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient - (Output.Exp() * gradient.Sum(-1, keepDims: true)) : Derivative(gradient));

    private Tensor Derivative(Tensor gradient)
    {
        var result = Tensor.Allocate(gradient.Shape, gradient.DType);
        var (rows, length, _) = Reduction.Split(gradient.Shape, gradient.Rank - 1);
        if (gradient.DType == DType.Float32) Kernels.Softmax.LogBackward<float>(Output.Data<float>(), gradient.Data<float>(), rows, length, result.Data<float>());
        else Kernels.Softmax.LogBackward<double>(Output.Data<double>(), gradient.Data<double>(), rows, length, result.Data<double>());
        return result;
    }
}
