namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Softmax along an axis: e^x / Σ e^x. The largest element is subtracted first, so that large logits stay finite; elements of -∞ get
    /// probability 0. A row of nothing but -∞ becomes NaN.
    /// </summary>
    /// <param name="axis">The axis along which the result sums to 1; negative counts from the last. The last one needs no copy.</param>
    /// <returns>A tensor of this shape, within [0, 1].</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Softmax(int axis = -1)
    {
        RequireFloat("softmax");
        axis = Shape.Axis(axis, "softmax");
        return axis == Rank - 1 ? Tensors.Softmax.Of(this) : Tensors.Softmax.Of(Transpose(axis, -1)).Transpose(axis, -1);
    }
}

/// <summary>y = e^x / Σ e^x along the last axis. The gradient g becomes y (g - Σ g y).</summary>
internal sealed class Softmax(Tensor x) : Operation(x)
{
    public static Tensor Of(Tensor x)
    {
        var result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Forward<float>(x, result);
        else Forward<double>(x, result);
        return x.IsRecorded ? new Softmax(x).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? Output * (gradient - (gradient * Output).Sum(-1, keepDims: true)) : Fused(gradient));

    private static void Forward<T>(Tensor x, Tensor result)
        where T : unmanaged
    {
        var (rows, length, _) = Reduction.Split(x.Shape, x.Rank - 1);
        Kernels.Softmax.Forward<T>(x.Data<T>(), rows, length, result.Data<T>());
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
        Kernels.Softmax.Backward<T>(Output.Data<T>(), gradient.Data<T>(), rows, length, result.Data<T>());
    }
}
