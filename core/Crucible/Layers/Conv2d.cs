using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Convolution of pictures with trained filters: <c>Conv2d(1, 32, 3, generator, Conv2dOptions(Padding = 1))</c>. x
/// [B, inputs, height, width], <c>weight</c> [outputs, inputs / groups, window, window], <c>bias</c> [outputs], y [B,
/// outputs, rows, columns] with rows = ⌊(height + 2·padding - dilation·(window - 1) - 1) / stride⌋ + 1. LeCun et al.
/// 1998, §II.A.
/// </summary>
public sealed class Conv2d : Layer
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly Conv2dOptions options;

    /// <summary>Filters with fresh parameters.</summary>
    /// <param name="inputs">Channels of the input, 1 or more.</param>
    /// <param name="outputs">Channels of the output, 1 or more.</param>
    /// <param name="window">Height and width of a filter, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Stride, padding and the like, initializers, bias, element type.</param>
    /// <exception cref="OptionException">A number is out of range, or the groups do not divide the channels.</exception>
    public Conv2d(int inputs, int outputs, int window, Generator generator, Conv2dOptions? options = null)
    {
        this.options = options ??= new();
        if (inputs < 1) throw Errors.Option("conv2d", nameof(inputs), "1 or more", inputs);
        if (outputs < 1) throw Errors.Option("conv2d", nameof(outputs), "1 or more", outputs);
        if (window < 1) throw Errors.Option("conv2d", nameof(window), "1 or more", window);
        Windows.Check("conv2d", options.Stride, options.Padding, options.Dilation);
        if (options.Groups < 1 || inputs % options.Groups != 0 || outputs % options.Groups != 0)
            throw Errors.Option("conv2d", "groups", Invariant($"a divisor of {inputs} inputs and {outputs} outputs"), options.Groups);
        weight = Parameter(
            "weight", options.Weight.Create([outputs, inputs / options.Groups, window, window], options.DType, generator));
        bias = options.HasBias ? Parameter("bias", options.Bias.Create([outputs], options.DType, generator)) : null;
    }

    /// <summary>The filters, [outputs, inputs / groups, window, window].</summary>
    public Tensor Weight => weight;

    /// <summary>[outputs], or null.</summary>
    public Tensor? Bias => bias;

    /// <summary>Stride, padding and the like.</summary>
    internal Conv2dOptions Options => options;

    /// <inheritdoc/>
    public override string ToString()
    {
        string stride = options.Stride > 1 ? Invariant($", stride {options.Stride}") : string.Empty;
        string padding = options.Padding > 0 ? Invariant($", padding {options.Padding}") : string.Empty;
        string window = Invariant($"{weight.Shape[2]}×{weight.Shape[3]}");
        return Invariant($"Conv2d({weight.Shape[1] * options.Groups}, {weight.Shape[0]}, {window}{stride}{padding}")
            + (bias is null ? ", no bias)" : ")");
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) =>
        x.Conv2d(weight, bias, options.Stride, options.Padding, options.Dilation, options.Groups);
}

/// <summary>Options of <see cref="Conv2d"/>: <c>Conv2dOptions(Stride = 2, Padding = 1)</c>.</summary>
public sealed class Conv2dOptions
{
    /// <summary>How far windows are apart, 1 or more.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Rows and columns of zeros on each side, 0 or more; window / 2 keeps the size of odd windows.</summary>
    public int Padding { get; init; }

    /// <summary>How far the elements of a window are apart, 1 or more.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Into how many groups the channels fall that see nothing of each other.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>First values of the filters.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the bias.</summary>
    public Initializer Bias { get; init; } = Initializer.Zeros;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}
