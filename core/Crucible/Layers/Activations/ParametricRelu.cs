using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>x where x > 0, else <c>slope</c>·x with a learned slope, for all channels or one for each. He et al. 2015, eq. 1.</summary>
public sealed class ParametricRelu : Activation
{
    private readonly Tensor slope;

    /// <summary>Fresh slopes.</summary>
    /// <param name="channels">1, or the last size of the input for one slope each.</param>
    /// <param name="initial">Where the slopes start.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">There are fewer than 1 channels.</exception>
    public ParametricRelu(int channels = 1, double initial = 0.25, DType dtype = DType.Float32)
    {
        if (channels < 1) throw Errors.Option("parametricRelu", "channels", "1 or more", channels);
        slope = Parameter("slope", Tensor.Full([channels], initial, dtype));
    }

    /// <summary>The slopes [channels].</summary>
    public Tensor Slope => slope;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"ParametricRelu({slope.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.ParametricRelu(slope);
}

public static partial class Activations
{
    /// <summary>Parametric ReLU: x where x > 0, else slope · x with a learned slope (He et al. 2015, eq. 1).</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <param name="slope">One value, [] or [1], or one for each channel of the last axis, [C]. The derivative at 0 is the slope.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="ShapeException">The slope has another shape.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public static Tensor ParametricRelu(this Tensor x, Tensor slope)
    {
        bool isChannels = slope.Rank == 1 && x.Rank > 0 && (slope.Shape[0] == 1 || slope.Shape[0] == x.Shape[-1]);
        if (slope.Rank > 0 && !isChannels)
        {
            throw Errors.Shape(Invariant($"parametricRelu: the slope must be one value or one for each channel of the last axis, ")
                + Invariant($"but is {slope.Shape} and the input is {x.Shape}"));
        }

        Tensor result = Apply.Binary<LeakyReluOperation.Formula>(x, slope, "parametricRelu");
        return x.IsRecorded || slope.IsRecorded ? new ParametricReluOperation(x, slope).Record(result) : result;
    }
}

/// <summary>x where x > 0, else s x. ∂/∂x = 1 where x > 0, else s; ∂/∂s = min(x, 0), summed over what shares the slope.</summary>
internal sealed class ParametricReluOperation(Tensor x, Tensor slope) : Operation(x, slope)
{
    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? x, Tensor? slope) = (Input(0), Input(1));
        if (Needs(0))
            Accumulate(0, gradient * (IsDifferentiatedAgain
                ? slope.MaskedFill(x.Greater(0.0), 1.0)
                : Apply.Binary<LeakyReluOperation.Slope>(x, slope, Name)));
        if (Needs(1)) Accumulate(1, (gradient * x.Minimum(0.0)).SumTo(slope.Shape));
    }
}
