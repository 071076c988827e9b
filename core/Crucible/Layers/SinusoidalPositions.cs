using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Adds fixed waves to the channels, by which a model tells positions apart: PE(t, 2i) = sin(t / 10000^(2i/C)), PE(t, 2i + 1) = cos(t / 10000^(2i/C)).
/// x and y [… T, C]. Vaswani et al. 2017, §3.5.
/// </summary>
public sealed class SinusoidalPositions : Layer
{
    /// <summary>Positions for a context.</summary>
    /// <param name="context">The number of positions, 1 or more.</param>
    /// <param name="size">The number of channels C, 1 or more.</param>
    /// <param name="wavelength">The base 10000: the longest wave is 2π times that long.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public SinusoidalPositions(int context, int size, double wavelength = 10000.0, DType dtype = DType.Float32)
    {
        if (context < 1) throw Errors.Option("sinusoidalPositions", nameof(context), "1 or more", context);
        if (size < 1) throw Errors.Option("sinusoidalPositions", nameof(size), "1 or more", size);
        if (!(wavelength > 0.0)) throw Errors.Option("sinusoidalPositions", nameof(wavelength), "above 0", wavelength);
        Table = Tensor.Init([context, size], index =>
        {
            var angle = index[0] / Math.Pow(wavelength, (index[1] - (index[1] % 2)) / (double)size);
            return index[1] % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }, dtype);
    }

    /// <summary>What is added, [context, C].</summary>
    public Tensor Table { get; }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"SinusoidalPositions({Table.Shape[0]}, {Table.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x + Positions.Rows("sinusoidalPositions", Table, x, pass);
}
