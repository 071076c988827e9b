using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Adds a trained vector to each position: y = x + <c>weight</c>[t]. x and y [… T, C], weight [context, C]. Gehring et
/// al. 2017; GPT-2 begins with a standard deviation of 0.02.
/// </summary>
public sealed class LearnedPositions : Layer
{
    private readonly Tensor weight;

    /// <summary>Positions for a context.</summary>
    /// <param name="context">The number of positions, 1 or more.</param>
    /// <param name="size">The number of channels C, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="initializer">How they are drawn; unless told otherwise normal with standard deviation 0.02.</param>
    /// <param name="dtype">float32 or float64.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public LearnedPositions(int context, int size, Generator generator, Initializer? initializer = null, DType dtype = DType.Float32)
    {
        if (context < 1) throw Errors.Option("learnedPositions", nameof(context), "1 or more", context);
        if (size < 1) throw Errors.Option("learnedPositions", nameof(size), "1 or more", size);
        weight = Parameter("weight", (initializer ?? Initializer.Normal(0.0, 0.02)).Create([context, size], dtype, generator));
    }

    /// <summary>What is added, [context, C].</summary>
    public Tensor Weight => weight;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"LearnedPositions({weight.Shape[0]}, {weight.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x + Positions.Rows("learnedPositions", weight, x, pass);
}

/// <summary>
/// Adds fixed waves to the channels, by which a model tells positions apart: PE(t, 2i) = sin(t / 10000^(2i/C)), PE(t,
/// 2i + 1) = cos(t / 10000^(2i/C)). x and y [… T, C]. Vaswani et al. 2017, §3.5.
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
            double angle = index[0] / Math.Pow(wavelength, (index[1] - (index[1] % 2)) / (double)size);
            return index[1] % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
        }, dtype);
    }

    /// <summary>What is added, [context, C].</summary>
    public Tensor Table { get; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"SinusoidalPositions({Table.Shape[0]}, {Table.Shape[1]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x + Positions.Rows("sinusoidalPositions", Table, x, pass);
}

/// <summary>
/// Turns queries and keys by angles that grow with their position, so that their products depend on how far apart they
/// are: the pair (xᵢ, xᵢ₊ₕ), h = D/2, of row t turns by t·base^(-i/h). x and y [… T, D]. Su et al. 2021 (RoFormer),
/// §3.2; channels paired as in GPT-NeoX and LLaMA.
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

    /// <summary>Of the angles, [context, D/2].</summary>
    internal (Tensor Cosines, Tensor Sines) All => (cosines, sines);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"RotaryPositions({cosines.Shape[0]}, {Size})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass)
    {
        if (x.Rank < 2 || x.Shape[-1] != Size) throw Errors.PositionChannels("rotaryPositions", Size, x.Shape);
        (Tensor? cosine, Tensor? sine) = Tables(pass.FirstPosition, x.Shape[-2]);
        return x.RotatePairs(cosine, sine);
    }

    /// <summary>Turns the first heads of every row of x [B, T, channels] and leaves the other channels.</summary>
    internal Tensor Turn(Tensor x, int heads, int first)
    {
        (Tensor? cosine, Tensor? sine) = Tables(first, x.Shape[1]);
        return Rotary.Forward(x, cosine, sine, heads, Size, x.Shape[1], isInverse: false);
    }

    private (Tensor Cosines, Tensor Sines) Tables(int first, int count)
    {
        Positions.Check(cosines.Shape[0], first, count);
        return (cosines.Slice(0, first, first + count), sines.Slice(0, first, first + count));
    }
}

/// <summary>What the layers of positions share.</summary>
internal static class Positions
{
    /// <summary>The rows of a table [context, channels] for the positions of x [… T, C].</summary>
    public static Tensor Rows(string layer, Tensor table, Tensor x, Pass pass)
    {
        if (x.Rank < 2 || x.Shape[-1] != table.Shape[1]) throw Errors.PositionChannels(layer, table.Shape[1], x.Shape);
        int first = pass.FirstPosition;
        Check(table.Shape[0], first, x.Shape[-2]);
        return table.Slice(0, first, first + x.Shape[-2]);
    }

    /// <summary>Refuses positions beyond the context.</summary>
    public static void Check(int context, int first, int count)
    {
        if (first + count > context) throw Errors.Context(context, first + count);
    }
}
