using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// The affine map y = x·W + b. x [… inputs], W <c>weight</c> [inputs, outputs], b <c>bias</c> [outputs], y [… outputs].
/// Unless the options say otherwise, W is Glorot-uniform and b is 0, as in Keras (PyTorch draws both uniformly on
/// ±1/√inputs).
/// </summary>
public sealed class Linear : Layer
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private RoundedMatrix? rounded; // for texts that are continued token by token

    /// <summary>A map with fresh parameters.</summary>
    /// <param name="inputs">The last size of the input, 1 or more.</param>
    /// <param name="outputs">The last size of the output, 1 or more.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Initializers, bias, element type.</param>
    /// <exception cref="OptionException">A size is below 1.</exception>
    public Linear(int inputs, int outputs, Generator generator, LinearOptions? options = null)
    {
        if (inputs < 1) throw Errors.Option("linear", "inputs", "1 or more", inputs);
        if (outputs < 1) throw Errors.Option("linear", "outputs", "1 or more", outputs);
        options ??= new();
        weight = Parameter("weight", options.Weight.Create([inputs, outputs], options.DType, generator));
        bias = options.HasBias ? Parameter("bias", options.Bias.Create([outputs], options.DType, generator)) : null;
    }

    /// <summary>W [inputs, outputs].</summary>
    public Tensor Weight => weight;

    /// <summary>b [outputs], or null.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"Linear({weight.Shape[0]}, {weight.Shape[1]}{(bias is null ? ", no bias" : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) =>
        pass is { Precision: Precision.Mixed, Cache: not null } && IsOneRow(x)
            ? Rounded().Multiply(x, bias)
            : x.Linear(weight, bias, pass.Precision);

    private bool IsOneRow(Tensor x) => !GradientMode.IsOn && x.DType == DType.Float32 && weight.DType == DType.Float32
        && x.Rank > 0 && x.Shape[-1] == weight.Shape[0] && x.ElementCount == weight.Shape[0];

    private RoundedMatrix Rounded() => rounded is { IsCurrent: true } current ? current : rounded = new(weight);
}

/// <summary>Options of <see cref="Linear"/>: <c>LinearOptions(HasBias = false)</c>.</summary>
public sealed class LinearOptions
{
    /// <summary>First values of the weight.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the bias.</summary>
    public Initializer Bias { get; init; } = Initializer.Zeros;

    /// <summary>Whether there is a bias.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}
