using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Layer normalization of the last axis: gain · (x - mean) / √(variance + ε) + bias, with mean and (biased)
    /// variance of each row (Ba, Kiros &amp; Hinton 2016, §3).
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
        return gain is null && bias is not null
            ? LayerNormOperation.Forward(this, null, null, epsilon) + bias
            : LayerNormOperation.Forward(this, gain, bias, epsilon);
    }
}

/// <summary>
/// y = gain · x̂ + bias with x̂ = s (x - mean) and s = 1 / √(variance + ε). With h = g · gain the gradient g becomes
/// dx = s (h - mean h - x̂ mean(h x̂)), d gain = Σ g x̂ and d bias = Σ g.
/// </summary>
internal sealed class LayerNormOperation : Operation, IRepeatable
{
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly double epsilon;

    private LayerNormOperation(Tensor[] inputs, Tensor mean, Tensor scale, double epsilon)
        : base(inputs) => (this.mean, this.scale, this.epsilon) = (mean, scale, epsilon);

    private Tensor? Gain => InputCount > 1 ? Input(1) : null;

    private Tensor? Bias => InputCount > 2 ? Input(2) : null;

    /// <summary>The forward pass; there is no bias without a gain.</summary>
    public static Tensor Forward(Tensor x, Tensor? gain, Tensor? bias, double epsilon)
    {
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        Shape rows = Shape.From(x.Shape.Product(0, x.Rank - 1));
        (Tensor? mean, Tensor? scale) = (Tensor.Allocate(rows, x.DType), Tensor.Allocate(rows, x.DType));
        if (x.DType == DType.Float32) Forward<float>();
        else Forward<double>();
        if (x.IsRecorded || gain is { IsRecorded: true } || bias is { IsRecorded: true })
            return new LayerNormOperation(Normalization.Inputs(x, gain, bias), mean, scale, epsilon).Record(result);

        mean.Storage.Release();
        scale.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.Normalize.LayerForward<T>(
                x.Data<T>(), Normalization.DataOf<T>(gain), Normalization.DataOf<T>(bias), rows[0], x.Shape[-1], epsilon,
                result.Data<T>(), mean.Data<T>(), scale.Data<T>());
    }

    public Tensor Again() => Forward(Input(0), Gain, Bias, epsilon);

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
        (Tensor? x, Tensor? gain) = (Input(0), Gain);
        double size = (double)x.Shape[-1];
        Tensor centered = x - (x.Sum(-1, keepDims: true) / size);
        Tensor factor = Normalization.Scale(centered, epsilon);
        Tensor normal = centered * factor;
        if (Needs(0))
        {
            Tensor scaled = gain is null ? gradient : gradient * gain;
            Tensor along = normal * ((scaled * normal).Sum(-1, keepDims: true) / size);
            Accumulate(0, factor * (scaled - (scaled.Sum(-1, keepDims: true) / size) - along));
        }

        if (gain is not null && Needs(1)) Accumulate(1, (gradient * normal).SumTo(gain.Shape));
        if (InputCount > 2 && Needs(2)) Accumulate(2, gradient.SumTo(Input(2).Shape));
    }

    private void BackwardFused(Tensor gradient)
    {
        (Tensor? x, Tensor? gain) = (Input(0), Gain);
        Tensor? sum = GatheredSoFar(0);
        Tensor dx = sum ?? Tensor.Allocate(x.Shape, x.DType);
        Tensor? dGain = gain is null ? null : Tensor.Allocate(gain.Shape, x.DType);
        Tensor? dBias = InputCount > 2 ? Tensor.Allocate(Input(2).Shape, x.DType) : null;
        if (x.DType == DType.Float32) Derivative<float>(x, gain, gradient, dx, sum is not null, dGain, dBias);
        else Derivative<double>(x, gain, gradient, dx, sum is not null, dGain, dBias);
        if (sum is null && Needs(0)) Accumulate(0, dx);
        if (dGain is not null && Needs(1)) Accumulate(1, dGain);
        if (dBias is not null && Needs(2)) Accumulate(2, dBias);
    }

    private void Derivative<T>(Tensor x, Tensor? gain, Tensor gradient, Tensor dx, bool adds, Tensor? dGain, Tensor? dBias)
        where T : unmanaged => Kernels.Normalize.LayerBackward<T>(
            x.Data<T>(), Normalization.DataOf<T>(gain), mean.Data<T>(), scale.Data<T>(), gradient.Data<T>(), mean.ElementCount, x.Shape[-1],
            dx.Data<T>(), Normalization.DataOf<T>(dGain), Normalization.DataOf<T>(dBias), adds);
}

public sealed partial class Tensor
{
    /// <summary>
    /// Root-mean-square normalization of the last axis: gain · x / √(mean x² + ε) for each row (Zhang &amp; Sennrich
    /// 2019, eq. 4).
    /// </summary>
    /// <param name="gain">A factor for each channel, [C]; null for 1.</param>
    /// <param name="epsilon">ε, 0 or more: keeps rows of zeros finite.</param>
    /// <returns>A tensor of this shape, [… C].</returns>
    /// <exception cref="ShapeException">This tensor is a scalar, or the gain is not [C].</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    /// <exception cref="OptionException">ε is negative or NaN.</exception>
    public Tensor RmsNorm(Tensor? gain = null, double epsilon = 1e-6)
    {
        Normalization.Check("rmsNorm", this, gain, null, epsilon);
        return RmsNormOperation.Forward(this, gain, epsilon);
    }
}

/// <summary>
/// y = gain · x̂ with x̂ = s x and s = 1 / √(mean x² + ε). With h = g · gain the gradient g becomes dx = s (h - x̂
/// mean(h x̂)) and d gain = Σ g x̂.
/// </summary>
internal sealed class RmsNormOperation : Operation, IRepeatable
{
    private readonly Tensor scale;
    private readonly double epsilon;

    private RmsNormOperation(Tensor[] inputs, Tensor scale, double epsilon)
        : base(inputs) => (this.scale, this.epsilon) = (scale, epsilon);

    private Tensor? Gain => InputCount > 1 ? Input(1) : null;

    public static Tensor Forward(Tensor x, Tensor? gain, double epsilon)
    {
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        Tensor scale = Tensor.Allocate(Shape.From(x.Shape.Product(0, x.Rank - 1)), x.DType);
        if (x.DType == DType.Float32) Forward<float>();
        else Forward<double>();
        if (x.IsRecorded || gain is { IsRecorded: true })
            return new RmsNormOperation(Normalization.Inputs(x, gain, null), scale, epsilon).Record(result);

        scale.Storage.Release();
        return result;

        void Forward<T>()
            where T : unmanaged => Kernels.Normalize.RootMeanSquareForward<T>(
                x.Data<T>(), Normalization.DataOf<T>(gain), scale.ElementCount, x.Shape[-1], epsilon, result.Data<T>(), scale.Data<T>());
    }

    public Tensor Again() => Forward(Input(0), Gain, epsilon);

    protected internal override void Backward(Tensor gradient)
    {
        if (IsDifferentiatedAgain) BackwardComposed(gradient);
        else BackwardFused(gradient);
    }

    protected override void ReleaseSaved() => scale.Storage.Release();

    private void BackwardComposed(Tensor gradient)
    {
        (Tensor? x, Tensor? gain) = (Input(0), Gain);
        double size = (double)x.Shape[-1];
        Tensor factor = Normalization.Scale(x, epsilon);
        Tensor normal = x * factor;
        if (Needs(0))
        {
            Tensor scaled = gain is null ? gradient : gradient * gain;
            Accumulate(0, factor * (scaled - (normal * ((scaled * normal).Sum(-1, keepDims: true) / size))));
        }

        if (gain is not null && Needs(1)) Accumulate(1, (gradient * normal).SumTo(gain.Shape));
    }

    private void BackwardFused(Tensor gradient)
    {
        (Tensor? x, Tensor? gain) = (Input(0), Gain);
        Tensor? sum = GatheredSoFar(0);
        Tensor dx = sum ?? Tensor.Allocate(x.Shape, x.DType);
        Tensor? dGain = gain is null ? null : Tensor.Allocate(gain.Shape, x.DType);
        if (x.DType == DType.Float32) Derivative<float>(x, gain, gradient, dx, sum is not null, dGain);
        else Derivative<double>(x, gain, gradient, dx, sum is not null, dGain);
        if (sum is null && Needs(0)) Accumulate(0, dx);
        if (dGain is not null && Needs(1)) Accumulate(1, dGain);
    }

    private void Derivative<T>(Tensor x, Tensor? gain, Tensor gradient, Tensor dx, bool adds, Tensor? dGain)
        where T : unmanaged => Kernels.Normalize.RootMeanSquareBackward<T>(
            x.Data<T>(), Normalization.DataOf<T>(gain), scale.Data<T>(), gradient.Data<T>(), scale.ElementCount, x.Shape[-1],
            dx.Data<T>(), Normalization.DataOf<T>(dGain), adds);
}

/// <summary>What the two normalizations share.</summary>
internal static class Normalization
{
    /// <summary>Refuses what cannot be normalized: gain and bias must be [C] in the input's element type.</summary>
    public static void Check(string operation, Tensor x, Tensor? gain, Tensor? bias, double epsilon)
    {
        x.RequireFloat(operation);
        if (x.Rank == 0) throw Errors.Shape(Invariant($"{operation}: the input must have at least one axis, but is a scalar"));
        CheckChannels(operation, "gain", x, gain);
        CheckChannels(operation, "bias", x, bias);
        if (!(epsilon >= 0.0)) throw Errors.Option(operation, "epsilon", "0 or more", epsilon);
    }

    /// <summary>1 / √(mean x² + ε) of every row, as a function of x; rows whose squares overflow are made smaller first.</summary>
    public static Tensor Scale(Tensor x, double epsilon)
    {
        double size = x.Shape[-1];
        Tensor scale = (((x * x).Sum(-1, keepDims: true) / size) + epsilon).Sqrt().Reciprocal();
        Tensor isLost = scale.EqualTo(0.0);
        if (!isLost.Data<bool>().Contains(true)) return scale;
        Tensor multiple = Tensor.OnesLike(scale).MaskedFill(isLost, Kernels.Normalize.LargeMultiple(x.DType == DType.Float64));
        Tensor small = x * multiple;
        return multiple * (((small * small).Sum(-1, keepDims: true) / size) + (multiple * multiple * epsilon)).Sqrt().Reciprocal();
    }

    /// <summary>The elements, or none.</summary>
    public static Span<T> DataOf<T>(Tensor? tensor)
        where T : unmanaged => tensor is null ? default : tensor.Data<T>();

    /// <summary>The tensors that are there.</summary>
    public static Tensor[] Inputs(Tensor x, Tensor? gain, Tensor? bias) => gain is null ? [x] : bias is null ? [x, gain] : [x, gain, bias];

    private static void CheckChannels(string operation, string name, Tensor x, Tensor? channels)
    {
        if (channels is null) return;
        if (channels.DType != x.DType) throw Errors.DTypes(operation, x.DType, channels.DType);
        if (channels.Rank != 1 || channels.Shape[0] != x.Shape[-1])
            throw Errors.Shape(Invariant($"{operation}: the {name} must have one value for each channel of the last axis,")
                + Invariant($" but is {channels.Shape} and the input is {x.Shape}"));
    }
}
