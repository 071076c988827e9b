namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>eˣ, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Exp()
    {
        Tensor result = Apply.Unary<Kernels.Exp>(this, "exp");
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

public sealed partial class Tensor
{
    /// <summary>eˣ - 1, element by element. Accurate near 0, where <c>x.Exp() - 1.0</c> is not.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Expm1()
    {
        Tensor result = Apply.Unary<Kernels.Expm1>(this, "expm1");
        return IsRecorded ? new Expm1(this).Record(result) : result;
    }
}

/// <summary>y = eˣ - 1. dy/dx = eˣ; y + 1 would be the same, but cancels far below 0.</summary>
internal sealed class Expm1(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * Input(0).Exp());
}

public sealed partial class Tensor
{
    /// <summary>ln x, element by element. -∞ at 0, NaN below.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log()
    {
        Tensor result = Apply.Unary<Kernels.Log>(this, "log");
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

public sealed partial class Tensor
{
    /// <summary>ln(1 + x), element by element. Accurate near 0, where <c>(x + 1.0).Log()</c> is not; NaN below -1.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Log1p()
    {
        Tensor result = Apply.Unary<Kernels.Log1p>(this, "log1p");
        return IsRecorded ? new Log1p(this).Record(result) : result;
    }
}

/// <summary>ln(1 + x). d/dx = 1 / (1 + x).</summary>
internal sealed class Log1p(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient / (Input(0) + 1.0));
}
