namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Root-mean-square normalization of the last axis: gain · x / √(mean x² + ε) for each row (Zhang &amp; Sennrich 2019, eq. 4).</summary>
    /// <param name="gain">A factor for each channel, [C]; null for 1.</param>
    /// <param name="epsilon">ε, 0 or more: keeps rows of zeros finite.</param>
    /// <returns>A tensor of this shape, [… C].</returns>
    /// <exception cref="ShapeException">This tensor is a scalar, or the gain is not [C].</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    /// <exception cref="OptionException">ε is negative or NaN.</exception>
    public Tensor RmsNorm(Tensor? gain = null, double epsilon = 1e-6)
    {
        Normalization.Check("rmsNorm", this, gain, null, epsilon);
        return Tensors.RmsNorm.Of(this, gain, epsilon);
    }
}

/// <summary>
/// y = gain · x̂ with x̂ = s x and s = 1 / √(mean x² + ε). With h = g · gain the gradient g becomes dx = s (h - x̂ mean(h x̂)) and
/// d gain = Σ g x̂.
/// </summary>
internal sealed class RmsNorm : Operation
{
    private readonly Tensor scale;
    private readonly double epsilon;

    private RmsNorm(Tensor[] inputs, Tensor scale, double epsilon)
        : base(inputs) => (this.scale, this.epsilon) = (scale, epsilon);

    private Tensor? Gain => InputCount > 1 ? Input(1) : null;

    public static Tensor Of(Tensor x, Tensor? gain, double epsilon)
    {
        var result = Tensor.Allocate(x.Shape, x.DType);
        var scale = Tensor.Allocate(Shape.Of(x.Shape.Product(0, x.Rank - 1)), x.DType);
        if (x.DType == DType.Float32) Forward<float>();
        else Forward<double>();
        if (x.IsRecorded || gain is { IsRecorded: true }) return new RmsNorm(Normalization.Inputs(x, gain, null), scale, epsilon).Record(result);

        scale.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.Normalize.RootMeanSquareForward<T>(
                x.Data<T>(), Normalization.DataOf<T>(gain), scale.ElementCount, x.Shape[-1], epsilon, result.Data<T>(), scale.Data<T>());
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (IsDifferentiatedAgain) BackwardComposed(gradient);
        else BackwardFused(gradient);
    }

    protected override void ReleaseSaved() => scale.Storage.Release();

    private void BackwardComposed(Tensor gradient)
    {
        var (x, gain) = (Input(0), Gain);
        var size = (double)x.Shape[-1];
        var factor = (((x * x).Sum(-1, keepDims: true) / size) + epsilon).Sqrt().Reciprocal();
        var normal = x * factor;
        if (Needs(0))
        {
            var scaled = gain is null ? gradient : gradient * gain;
            Accumulate(0, factor * (scaled - (normal * ((scaled * normal).Sum(-1, keepDims: true) / size))));
        }

        if (gain is not null && Needs(1)) Accumulate(1, (gradient * normal).SumTo(gain.Shape));
    }

    private void BackwardFused(Tensor gradient)
    {
        var (x, gain) = (Input(0), Gain);
        var dx = Tensor.Allocate(x.Shape, x.DType);
        var dGain = gain is null ? null : Tensor.Allocate(gain.Shape, x.DType);
        if (x.DType == DType.Float32) Derivative<float>(x, gain, gradient, dx, dGain);
        else Derivative<double>(x, gain, gradient, dx, dGain);
        if (Needs(0)) Accumulate(0, dx);
        if (dGain is not null && Needs(1)) Accumulate(1, dGain);
    }

    private void Derivative<T>(Tensor x, Tensor? gain, Tensor gradient, Tensor dx, Tensor? dGain)
        where T : unmanaged => Kernels.Normalize.RootMeanSquareBackward<T>(
            x.Data<T>(), Normalization.DataOf<T>(gain), scale.Data<T>(), gradient.Data<T>(), scale.ElementCount, x.Shape[-1], dx.Data<T>(), Normalization.DataOf<T>(dGain));
}
