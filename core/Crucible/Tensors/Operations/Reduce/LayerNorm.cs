namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Layer normalization of the last axis: gain · (x - mean) / √(variance + ε) + bias, with mean and (biased) variance of each row
    /// (Ba, Kiros &amp; Hinton 2016, §3).
    /// </summary>
    /// <param name="gain">A factor for each channel, [C]; null for 1.</param>
    /// <param name="bias">A term for each channel, [C]; null for 0.</param>
    /// <param name="epsilon">ε, 0 or more: keeps rows without variance finite.</param>
    /// <returns>A tensor of this shape, [… C].</returns>
    /// <exception cref="ShapeException">This tensor is a scalar, or gain or bias are not [C].</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    /// <exception cref="OptionException">ε is negative or NaN.</exception>
    public Tensor LayerNorm(Tensor? gain = null, Tensor? bias = null, double epsilon = 1e-5)
    {
        Normalization.Check("layerNorm", this, gain, bias, epsilon);
        return gain is null && bias is not null ? Tensors.LayerNorm.Of(this, null, null, epsilon) + bias : Tensors.LayerNorm.Of(this, gain, bias, epsilon);
    }
}

/// <summary>
/// y = gain · x̂ + bias with x̂ = s (x - mean) and s = 1 / √(variance + ε). With h = g · gain the gradient g becomes
/// dx = s (h - mean h - x̂ mean(h x̂)), d gain = Σ g x̂ and d bias = Σ g.
/// </summary>
internal sealed class LayerNorm : Operation
{
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly double epsilon;

    private LayerNorm(Tensor[] inputs, Tensor mean, Tensor scale, double epsilon)
        : base(inputs) => (this.mean, this.scale, this.epsilon) = (mean, scale, epsilon);

    private Tensor? Gain => InputCount > 1 ? Input(1) : null;

    /// <summary>The forward pass; there is no bias without a gain.</summary>
    public static Tensor Of(Tensor x, Tensor? gain, Tensor? bias, double epsilon)
    {
        var result = Tensor.Allocate(x.Shape, x.DType);
        var rows = Shape.Of(x.Shape.Product(0, x.Rank - 1));
        var (mean, scale) = (Tensor.Allocate(rows, x.DType), Tensor.Allocate(rows, x.DType));
        if (x.DType == DType.Float32) Forward<float>();
        else Forward<double>();
        if (x.IsRecorded || gain is { IsRecorded: true } || bias is { IsRecorded: true })
            return new LayerNorm(Normalization.Inputs(x, gain, bias), mean, scale, epsilon).Record(result);

        mean.Storage.Release();
        scale.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.Normalize.LayerForward<T>(
                x.Data<T>(), Normalization.DataOf<T>(gain), Normalization.DataOf<T>(bias), rows[0], x.Shape[-1], epsilon, result.Data<T>(), mean.Data<T>(), scale.Data<T>());
    }

    protected internal override void Backward(Tensor gradient)
    {
        if (IsDifferentiatedAgain) BackwardComposed(gradient);
        else BackwardFused(gradient);
    }

    protected override void ReleaseSaved()
    {
        mean.Storage.Release();
        scale.Storage.Release();
    }

    private void BackwardComposed(Tensor gradient)
    {
        var (x, gain) = (Input(0), Gain);
        var size = (double)x.Shape[-1];
        var centered = x - (x.Sum(-1, keepDims: true) / size);
        var factor = (((centered * centered).Sum(-1, keepDims: true) / size) + epsilon).Sqrt().Reciprocal();
        var normal = centered * factor;
        if (Needs(0))
        {
            var scaled = gain is null ? gradient : gradient * gain;
            var along = normal * ((scaled * normal).Sum(-1, keepDims: true) / size);
            Accumulate(0, factor * (scaled - (scaled.Sum(-1, keepDims: true) / size) - along));
        }

        if (gain is not null && Needs(1)) Accumulate(1, (gradient * normal).SumTo(gain.Shape));
        if (InputCount > 2 && Needs(2)) Accumulate(2, gradient.SumTo(Input(2).Shape));
    }

    private void BackwardFused(Tensor gradient)
    {
        var (x, gain) = (Input(0), Gain);
        var dx = Tensor.Allocate(x.Shape, x.DType);
        var dGain = gain is null ? null : Tensor.Allocate(gain.Shape, x.DType);
        var dBias = InputCount > 2 ? Tensor.Allocate(Input(2).Shape, x.DType) : null;
        if (x.DType == DType.Float32) Derivative<float>(x, gain, gradient, dx, dGain, dBias);
        else Derivative<double>(x, gain, gradient, dx, dGain, dBias);
        if (Needs(0)) Accumulate(0, dx);
        if (dGain is not null && Needs(1)) Accumulate(1, dGain);
        if (dBias is not null && Needs(2)) Accumulate(2, dBias);
    }

    private void Derivative<T>(Tensor x, Tensor? gain, Tensor gradient, Tensor dx, Tensor? dGain, Tensor? dBias)
        where T : unmanaged => Kernels.Normalize.LayerBackward<T>(
            x.Data<T>(), Normalization.DataOf<T>(gain), mean.Data<T>(), scale.Data<T>(), gradient.Data<T>(), mean.ElementCount, x.Shape[-1],
            dx.Data<T>(), Normalization.DataOf<T>(dGain), Normalization.DataOf<T>(dBias));
}
