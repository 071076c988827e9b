namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>eˣ, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Exp()
    {
        var result = Apply.Unary<Kernels.Exp>(this, "exp");
        return IsRecorded ? new Exp(this).Record(result) : result;
    }

    /// <summary>eˣ: what F#'s <c>exp</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Exp(Tensor x) => x.Exp();
}

/// <summary>y = eˣ. dy/dx = y.</summary>
internal sealed class Exp(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * Output);
}
