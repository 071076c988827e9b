namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ln(1 + x), element by element. Accurate near 0, where <c>(x + 1.0).Log()</c> is not; NaN below -1.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log1p()
    {
        var result = Apply.Unary<Kernels.Log1p>(this, "log1p");
        return IsRecorded ? new Log1p(this).Record(result) : result;
    }
}

/// <summary>ln(1 + x). d/dx = 1 / (1 + x).</summary>
internal sealed class Log1p(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient / (Input(0) + 1.0));
}
