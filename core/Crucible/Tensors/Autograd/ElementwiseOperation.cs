using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>
/// A function of each element by itself. Its Jacobian is diagonal and so its own transpose: a tangent moves forward by the same rule by which a gradient moves back.
/// </summary>
internal abstract class ElementwiseOperation(Tensor x) : Operation(x)
{
    protected internal sealed override Tensor? Tangent(Tensor?[] tangents) => Pull(tangents[0]!, tangents)[0];

    /// <summary>f(value, gradient) for every element, where nothing is recorded. It is written over the gradient when nobody needs that any more.</summary>
    private protected static Tensor Times<TDerivative>(Tensor value, Tensor gradient)
        where TDerivative : struct, IBinary
    {
        var result = gradient.Storage.IsLastUse ? gradient : Tensor.Allocate(gradient.Shape, gradient.DType);
        if (result.DType == DType.Float32) Elementwise.Zip<TDerivative>(value.Data<float>(), gradient.Data<float>(), result.Data<float>());
        else Elementwise.Zip<TDerivative>(value.Data<double>(), gradient.Data<double>(), result.Data<double>());
        return result;
    }
}
