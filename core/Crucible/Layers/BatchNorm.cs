using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// y = <c>gain</c>·(x - mean) / √(variance + ε) + <c>bias</c> for each channel, axis 1 of x [B, C], [B, C, T] or [B, C,
/// height, width]. A training pass takes mean and (biased) variance of the batch, and moves the buffers <c>mean</c> and
/// <c>variance</c> (unbiased) [C] towards them; an evaluation takes the buffers, so that no example depends on others.
/// Ioffe and Szegedy 2015, algorithms 1 and 2.
/// </summary>
public sealed class BatchNorm : Layer
{
    private readonly Tensor gain;
    private readonly Tensor bias;
    private readonly Tensor mean;
    private readonly Tensor variance;
    private readonly double momentum;
    private readonly double epsilon;

    /// <summary>A normalization; gain and variance start at 1, bias and mean at 0.</summary>
    /// <param name="channels">The size C of axis 1, 1 or more.</param>
    /// <param name="momentum">How far each batch moves the buffers towards its own statistics, above 0 and at most 1.</param>
    /// <param name="epsilon">ε, above 0: keeps channels without variance finite.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public BatchNorm(int channels, double momentum = 0.1, double epsilon = 1e-5, DType dtype = DType.Float32)
    {
        if (channels < 1) throw Errors.Option("batchNorm", nameof(channels), "1 or more", channels);
        this.momentum = momentum is > 0.0 and <= 1.0
            ? momentum : throw Errors.Option("batchNorm", nameof(momentum), "above 0 and at most 1", momentum);
        this.epsilon = epsilon > 0.0 ? epsilon : throw Errors.Option("batchNorm", nameof(epsilon), "above 0", epsilon);
        gain = Parameter("gain", Tensor.Ones([channels], dtype));
        bias = Parameter("bias", Tensor.Zeros([channels], dtype));
        mean = Buffer("mean", Tensor.Zeros([channels], dtype));
        variance = Buffer("variance", Tensor.Ones([channels], dtype));
    }

    /// <summary>ε.</summary>
    internal double Epsilon => epsilon;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"BatchNorm({gain.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        int channels = gain.Shape[0];
        if (x.Rank is < 2 or > 4 || x.Shape[1] != channels)
            throw Errors.Shape(Invariant($"batchNorm: the input must be [examples, {channels}], perhaps with one or two axes more,")
                + Invariant($" but is {x.Shape}"));
        if (x.DType != gain.DType) throw Errors.DTypes("batchNorm", x.DType, gain.DType);
        if (pass.IsTraining) return OfBatch(x);
        Tensor Channel(Tensor values) => values.Reshape([channels, .. Enumerable.Repeat(1, x.Rank - 2)]);
        return ((x - Channel(mean)) * Channel(gain * (variance + epsilon).Sqrt().Reciprocal())) + Channel(bias);
    }

    private Tensor OfBatch(Tensor x)
    {
        int count = x.ElementCount / gain.Shape[0];
        if (count < 2)
            throw Errors.Shape(Invariant($"batchNorm: there must be at least 2 values of each channel to train,")
                + Invariant($" but the input is {x.Shape}"));
        Tensor y = x.BatchNorm(gain, bias, epsilon, out Tensor ofBatch, out Tensor biased);
        using (Tensor.NoGrad())
        {
            MoveTowards(mean, ofBatch);
            MoveTowards(variance, biased * ((double)count / (count - 1)));
        }

        return y;
    }

    private void MoveTowards(Tensor buffer, Tensor value) => buffer.CopyInPlace(buffer + (momentum * (value - buffer)));
}
