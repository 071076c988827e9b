namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>eˣ - 1, element by element. Accurate near 0, where <c>x.Exp() - 1.0</c> is not.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Expm1()
    {
        var result = Apply.Unary<Kernels.Expm1>(this, "expm1");
        return IsRecorded ? new Expm1(this).Record(result) : result;
    }
}

/// <summary>y = eˣ - 1. dy/dx = y + 1.</summary>
internal sealed class Expm1(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * (Output + 1.0));
}
