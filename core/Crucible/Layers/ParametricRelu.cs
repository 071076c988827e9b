using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>x where x > 0, else <c>slope</c>·x with a learned slope, for all channels or one for each. He et al. 2015, eq. 1.</summary>
public sealed class ParametricRelu : Layer
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
    public override string ToString() => Errors.Text($"ParametricRelu({slope.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.ParametricRelu(slope);
}
