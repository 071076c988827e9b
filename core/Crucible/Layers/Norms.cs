using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// y = <c>gain</c>·(x - mean) / √(variance + ε) + <c>bias</c>, mean and (biased) variance taken over the last axis. x
/// and y [… size]; gain [size] starts at 1, bias [size] at 0. Ba, Kiros and Hinton 2016, §3.
/// </summary>
public sealed class LayerNorm : Layer
{
    private readonly Tensor gain;
    private readonly Tensor? bias;
    private readonly double epsilon;

    /// <summary>A normalization.</summary>
    /// <param name="size">The last size of the input, 1 or more.</param>
    /// <param name="epsilon">ε, above 0: keeps rows without variance finite.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public LayerNorm(int size, double epsilon = 1e-5, bool hasBias = true, DType dtype = DType.Float32)
    {
        if (size < 1) throw Errors.Option("layerNorm", nameof(size), "1 or more", size);
        this.epsilon = epsilon > 0.0 ? epsilon : throw Errors.Option("layerNorm", nameof(epsilon), "above 0", epsilon);
        gain = Parameter("gain", Tensor.Ones([size], dtype));
        bias = hasBias ? Parameter("bias", Tensor.Zeros([size], dtype)) : null;
    }

    /// <summary>ε.</summary>
    internal double Epsilon => epsilon;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"LayerNorm({gain.Shape[0]}{(bias is null ? ", no bias" : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.LayerNorm(gain, bias, epsilon);
}

/// <summary>
/// y = <c>gain</c>·x / √(mean x² + ε) over the last axis. x and y [… size]; gain [size] starts at 1. Zhang and Sennrich
/// 2019, eq. 4.
/// </summary>
public sealed class RmsNorm : Layer
{
    private readonly Tensor gain;
    private readonly double epsilon;

    /// <summary>A normalization.</summary>
    /// <param name="size">The last size of the input, 1 or more.</param>
    /// <param name="epsilon">ε, above 0: keeps rows of zeros finite.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public RmsNorm(int size, double epsilon = 1e-6, DType dtype = DType.Float32)
    {
        if (size < 1) throw Errors.Option("rmsNorm", nameof(size), "1 or more", size);
        this.epsilon = epsilon > 0.0 ? epsilon : throw Errors.Option("rmsNorm", nameof(epsilon), "above 0", epsilon);
        gain = Parameter("gain", Tensor.Ones([size], dtype));
    }

    /// <summary>ε.</summary>
    internal double Epsilon => epsilon;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"RmsNorm({gain.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.RmsNorm(gain, epsilon);
}
