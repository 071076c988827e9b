namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Parametric ReLU: x where x > 0, else slope · x with a learned slope (He et al. 2015, eq. 1).</summary>
    /// <param name="slope">One value, [] or [1], or one for each channel of the last axis, [C]. The derivative at 0 is the slope.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="ShapeException">The slope has another shape.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public Tensor ParametricRelu(Tensor slope)
    {
        var isFitting = slope.Rank == 0 || (slope.Rank == 1 && Rank > 0 && (slope.Shape[0] == 1 || slope.Shape[0] == Shape[-1]));
        if (!isFitting) throw Errors.Shape(Errors.Text($"parametricRelu: the slope must be one value or one for each channel of the last axis, but is {slope.Shape} and the input is {Shape}"));
        var result = Apply.Binary<LeakyRelu.Formula>(this, slope, "parametricRelu");
        return IsRecorded || slope.IsRecorded ? new ParametricRelu(this, slope).Record(result) : result;
    }
}

/// <summary>x where x > 0, else s x. ∂/∂x = 1 where x > 0, else s; ∂/∂s = min(x, 0), summed over what shares the slope.</summary>
internal sealed class ParametricRelu(Tensor x, Tensor slope) : Operation(x, slope)
{
    protected internal override void Backward(Tensor gradient)
    {
        var (x, slope) = (Input(0), Input(1));
        if (Needs(0)) Accumulate(0, gradient * (IsDifferentiatedAgain ? Factor(x, slope) : Apply.Binary<LeakyRelu.Slope>(x, slope, Name)));
        if (Needs(1)) Accumulate(1, (gradient * x.Minimum(0.0)).SumTo(slope.Shape));
    }

    private static Tensor Factor(Tensor x, Tensor slope)
    {
        var positive = Apply.Unary<Relu.IsPositive>(x, "parametricRelu");
        return positive + ((1.0 - positive) * slope);
    }
}
