using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Batch normalization by this batch's own statistics: gain · (x - mean) / √(variance + ε) + bias, with mean and
    /// (biased) variance of each channel over all examples and places (Ioffe &amp; Szegedy 2015, algorithm 1).
    /// </summary>
    /// <param name="gain">A factor for each channel, [C].</param>
    /// <param name="bias">A term for each channel, [C].</param>
    /// <param name="epsilon">ε, 0 or more: keeps channels without variance finite.</param>
    /// <returns>A tensor of this shape, [B, C, …].</returns>
    /// <exception cref="ShapeException">This tensor has fewer than two axes, or gain or bias are not [C].</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    /// <exception cref="OptionException">ε is negative or NaN.</exception>
    public Tensor BatchNorm(Tensor gain, Tensor bias, double epsilon = 1e-5) => BatchNorm(gain, bias, epsilon, out _, out _);

    internal Tensor BatchNorm(Tensor gain, Tensor bias, double epsilon, out Tensor mean, out Tensor variance)
    {
        RequireFloat("batchNorm");
        if (Rank < 2) throw Errors.Shape(Invariant($"batchNorm: the input must be [examples, channels, …], but is {Shape}"));
        if (!(epsilon >= 0.0)) throw Errors.Option("batchNorm", "epsilon", "0 or more", epsilon);
        Check("gain", gain);
        Check("bias", bias);
        if (Rank > 2) return BatchNormOperation.Forward(this, gain, bias, epsilon, out mean, out variance);
        // Rows are one example of channels that are as long as there are rows.
        return BatchNormOperation.Forward(T.Unsqueeze(0), gain, bias, epsilon, out mean, out variance).Squeeze(0).T;

        void Check(string name, Tensor values)
        {
            if (values.DType != DType) throw Errors.DTypes("batchNorm", DType, values.DType);
            if (values.Rank != 1 || values.Shape[0] != Shape[1])
                throw Errors.Shape(Invariant($"batchNorm: the {name} must have one value for each channel,")
                    + Invariant($" but is {values.Shape} and the input is {Shape}"));
        }
    }
}

/// <summary>
/// y = gain · x̂ + bias with x̂ = s (x - mean) and s = 1 / √(variance + ε), over all axes but that of channels. The
/// derivative is layer normalization's with the channels as rows.
/// </summary>
internal sealed class BatchNormOperation : Operation
{
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly double epsilon;

    private BatchNormOperation(Tensor x, Tensor gain, Tensor bias, Tensor mean, Tensor scale, double epsilon)
        : base(x, gain, bias) => (this.mean, this.scale, this.epsilon) = (mean, scale, epsilon);

    public override string Name => "batchNorm";

    public static Tensor Forward(Tensor x, Tensor gain, Tensor bias, double epsilon, out Tensor mean, out Tensor variance)
    {
        Tensor y = Tensor.Allocate(x.Shape, x.DType), scale = Tensor.Allocate(gain.Shape, x.DType);
        (Tensor means, Tensor variances) = (Tensor.Allocate(gain.Shape, x.DType), Tensor.Allocate(gain.Shape, x.DType));
        if (x.DType == DType.Float32) Run<float>();
        else Run<double>();
        (mean, variance) = (means, variances);
        return x.IsRecorded || gain.IsRecorded || bias.IsRecorded
            ? new BatchNormOperation(x, gain, bias, means.Clone(), scale, epsilon).Record(y)
            : y;

        void Run<T>()
            where T : unmanaged, System.Numerics.INumberBase<T> => NormalizeChannels.Forward<T>(
                x.Data<T>(), gain.Data<T>(), bias.Data<T>(), x.Shape[0], x.Shape.Product(2, x.Rank), epsilon, y.Data<T>(),
                means.Data<T>(), variances.Data<T>(), scale.Data<T>());
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
        (Tensor x, Tensor g, Tensor gain) = (Rows(Input(0)), Rows(gradient), Input(1));
        double size = x.Shape[1];
        Tensor centered = x - (x.Sum(-1, keepDims: true) / size);
        Tensor factor = Normalization.Scale(centered, epsilon);
        Tensor normal = centered * factor;
        if (Needs(0))
        {
            Tensor along = normal * ((g * normal).Sum(-1, keepDims: true) / size);
            Tensor dx = gain.Unsqueeze(1) * factor * (g - (g.Sum(-1, keepDims: true) / size) - along);
            Accumulate(0, dx.ReshapeTo(Input(0).Transpose(0, 1).Shape).Transpose(0, 1));
        }

        if (Needs(1)) Accumulate(1, (g * normal).Sum(-1));
        if (Needs(2)) Accumulate(2, g.Sum(-1));
    }

    /// <summary>[C, B·…]: all values of a channel in a row.</summary>
    private static Tensor Rows(Tensor x) => x.Transpose(0, 1).Reshape(x.Shape[1], x.ElementCount / Math.Max(1, x.Shape[1]));

    private void BackwardFused(Tensor gradient)
    {
        Tensor x = Input(0), dx = Tensor.Allocate(x.Shape, x.DType);
        Tensor dGain = Tensor.Allocate(mean.Shape, x.DType), dBias = Tensor.Allocate(mean.Shape, x.DType);
        if (x.DType == DType.Float32) Derivative<float>();
        else Derivative<double>();
        if (Needs(0)) Accumulate(0, dx);
        if (Needs(1)) Accumulate(1, dGain);
        if (Needs(2)) Accumulate(2, dBias);

        void Derivative<T>()
            where T : unmanaged, System.Numerics.INumberBase<T> => NormalizeChannels.Backward<T>(
                x.Data<T>(), Input(1).Data<T>(), mean.Data<T>(), scale.Data<T>(), gradient.Data<T>(), x.Shape[0],
                x.Shape.Product(2, x.Rank), dx.Data<T>(), dGain.Data<T>(), dBias.Data<T>());
    }
}
