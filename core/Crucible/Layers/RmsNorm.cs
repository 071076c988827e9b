using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>y = <c>gain</c>·x / √(mean x² + ε) over the last axis. x and y [… size]; gain [size] starts at 1. Zhang and Sennrich 2019, eq. 4.</summary>
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

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"RmsNorm({gain.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.RmsNorm(gain, epsilon);
}
