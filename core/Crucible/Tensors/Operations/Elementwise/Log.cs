namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ln x, element by element. -∞ at 0, NaN below.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log()
    {
        var result = Apply.Unary<Kernels.Log>(this, "log");
        return IsRecorded ? new Log(this).Record(result) : result;
    }

    /// <summary>log₁₀ x = ln x / ln 10, element by element. -∞ at 0, NaN below.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log10() => Log() / Math.Log(10.0);

    /// <summary>log₂ x = ln x / ln 2, element by element. -∞ at 0, NaN below.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log2() => Log() / Math.Log(2.0);

    /// <summary>ln x: what F#'s <c>log</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Log(Tensor x) => x.Log();

    /// <summary>log₁₀ x: what F#'s <c>log10</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Log10(Tensor x) => x.Log10();
}

/// <summary>ln x. d/dx = 1 / x.</summary>
internal sealed class Log(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient / Input(0));
}
