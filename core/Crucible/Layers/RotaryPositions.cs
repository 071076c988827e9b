using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Turns queries and keys by angles that grow with their position, so that their products depend on how far apart they are: the pair (xᵢ, xᵢ₊ₕ), h = D/2, of row t
/// turns by t·base^(-i/h). x and y [… T, D]. Su et al. 2021 (RoFormer), §3.2; channels paired as in GPT-NeoX and LLaMA.
/// </summary>
public sealed class RotaryPositions : Layer
{
    private readonly Tensor cosines;
    private readonly Tensor sines;

    /// <summary>Positions for a context.</summary>
    /// <param name="context">The number of positions, 1 or more.</param>
    /// <param name="size">The length D of a head's queries and keys, even.</param>
    /// <param name="wavelength">The base 10000: the slowest pair turns once in about 2π times as many positions.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public RotaryPositions(int context, int size, double wavelength = 10000.0, DType dtype = DType.Float32)
    {
        if (context < 1) throw Errors.Option("rotaryPositions", nameof(context), "1 or more", context);
        if (size < 2 || size % 2 != 0) throw Errors.Option("rotaryPositions", nameof(size), "even and 2 or more", size);
        if (!(wavelength > 0.0)) throw Errors.Option("rotaryPositions", nameof(wavelength), "above 0", wavelength);
        Size = size;
        cosines = Tensor.Init([context, size / 2], index => Math.Cos(Angle(index)), dtype);
        sines = Tensor.Init([context, size / 2], index => Math.Sin(Angle(index)), dtype);
        double Angle(int[] index) => index[0] * Math.Pow(wavelength, -2.0 * index[1] / size);
    }

    /// <summary>The length D of what is turned.</summary>
    internal int Size { get; }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"RotaryPositions({cosines.Shape[0]}, {Size})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        if (x.Rank < 2 || x.Shape[-1] != Size) throw Errors.PositionChannels("rotaryPositions", Size, x.Shape);
        var (cosine, sine) = Tables(pass.FirstPosition, x.Shape[-2]);
        return x.RotatePairs(cosine, sine);
    }

    /// <summary>Turns the first heads of every row of x [B, T, channels] and leaves the other channels.</summary>
    internal Tensor Turn(Tensor x, int heads, int first)
    {
        var (cosine, sine) = Tables(first, x.Shape[1]);
        return Rotary.Forward(x, cosine, sine, heads, Size, x.Shape[1], isInverse: false);
    }

    private (Tensor Cosines, Tensor Sines) Tables(int first, int count)
    {
        Positions.Check(cosines.Shape[0], first, count);
        return (cosines.Slice(0, first, first + count), sines.Slice(0, first, first + count));
    }
}
