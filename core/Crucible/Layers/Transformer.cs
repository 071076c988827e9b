using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// A stack of <see cref="TransformerBlock"/>s, <c>block[0]</c>, <c>block[1]</c>, …, and behind blocks that normalize
/// first a last normalization, <c>norm</c>. x and y [B, T, C].
/// </summary>
public sealed class TransformerEncoder : Layer
{
    private readonly TransformerBlock[] blocks;
    private readonly Layer? norm;

    /// <summary>A stack with fresh parameters.</summary>
    /// <param name="layers">The number of blocks, 1 or more.</param>
    /// <param name="options">Sizes and kinds of each.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public TransformerEncoder(int layers, TransformerOptions options, Generator generator)
    {
        if (layers < 1) throw Errors.Option("transformerEncoder", nameof(layers), "1 or more", layers);
        blocks = ChildList("block", Enumerable.Range(0, layers).Select(_ => new TransformerBlock(options, generator)));
        norm = options.CreateLastNorm() is { } last ? Child("norm", last) : null;
    }

    /// <summary>Applies the stack under a mask.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="mask">What positions may see, broadcast to [B, H, T, S]: bool (true where seen) or numbers added to
    /// the scores; padding [B, S] is <c>padding.Reshape(B, 1, 1, S)</c>.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass)
    {
        for (int i = 0; i < blocks.Length; i++) x = blocks[i].Forward(i == 0 ? x : x.AsInner(), mask, pass);
        return norm?.Forward(x.AsInner(), pass) ?? x;
    }
}

/// <summary>
/// A stack of <see cref="DecoderBlock"/>s, <c>block[0]</c>, <c>block[1]</c>, …, and behind blocks that normalize first
/// a last normalization, <c>norm</c>. x and y [B, T, C].
/// </summary>
public sealed class TransformerDecoder : Layer
{
    private readonly DecoderBlock[] blocks;
    private readonly Layer? norm;

    /// <summary>A stack with fresh parameters.</summary>
    /// <param name="layers">The number of blocks, 1 or more.</param>
    /// <param name="options">Sizes and kinds of each; causal, when it is to predict what comes next.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public TransformerDecoder(int layers, TransformerOptions options, Generator generator)
    {
        if (layers < 1) throw Errors.Option("transformerDecoder", nameof(layers), "1 or more", layers);
        blocks = ChildList("block", Enumerable.Range(0, layers).Select(_ => new DecoderBlock(options, generator)));
        norm = options.CreateLastNorm() is { } last ? Child("norm", last) : null;
    }

    /// <summary>Applies the stack.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="memory">What an encoder made, [B, S, C].</param>
    /// <param name="mask">What positions may see of x besides, broadcast to [B, H, T, T]; null for everything.</param>
    /// <param name="memoryMask">What they may see of the memory, broadcast to [B, H, T, S]; null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input, memory or a mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? mask, Tensor? memoryMask, Pass pass) => Run(pass, () =>
    {
        Tensor y = x;
        for (int i = 0; i < blocks.Length; i++) y = blocks[i].Forward(i == 0 ? y : y.AsInner(), memory, mask, memoryMask, pass);
        return norm?.Forward(y.AsInner(), pass) ?? y;
    });

    /// <summary>The stack with its own input as memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, x, null, null, pass);
}

/// <summary>Options of transformer blocks and stacks: <c>TransformerOptions(Width = 128, Heads = 4)</c>.</summary>
public sealed class TransformerOptions
{
    /// <summary>Channels.</summary>
    public required int Width { get; init; }

    /// <summary>Heads of attention, a divisor of the width.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of keys and values, a divisor of the heads; null for as many.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>
    /// Channels inside the feed-forward part; null for 4·width, and for two thirds of that with SwiGLU, which has three
    /// maps instead of two, rounded up to a multiple of 16.
    /// </summary>
    public int? HiddenSize { get; init; }

    /// <summary>The nonlinearity of the feed-forward part.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Gelu;

    /// <summary>The normalization.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where it stands.</summary>
    public NormPlacement Placement { get; init; } = NormPlacement.Pre;

    /// <summary>The normalization's ε.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>The probability of dropout on attention's weights and on what each part adds, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether linear maps and layer normalizations have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether positions see none behind them in self-attention.</summary>
    public bool IsCausal { get; init; }

    /// <summary>Positions by which queries and keys of self-attention are turned; null for none.</summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>First values of the weights.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the weights whose results are added to the residual stream; null for the same.</summary>
    public Initializer? ResidualWeight { get; init; }

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;

    /// <summary>The channels inside the feed-forward part.</summary>
    internal int Hidden => HiddenSize ?? (int)UsualHidden(Width, FeedForward);

    /// <summary>Channels inside a feed-forward part when <see cref="HiddenSize"/> is null.</summary>
    internal static long UsualHidden(long width, FeedForwardKind kind) =>
        kind == FeedForwardKind.SwiGlu ? ((8 * width / 3) + 15) / 16 * 16 : 4 * width;

    internal MultiHeadAttentionOptions ForAttention(bool isSelf) => new()
    {
        KeyValueHeads = KeyValueHeads,
        IsCausal = isSelf && IsCausal,
        Dropout = Dropout,
        HasBias = HasBias,
        Rotary = isSelf ? Rotary : null,
        Weight = Weight,
        OutputWeight = ResidualWeight ?? Weight,
        DType = DType,
    };

    internal FeedForward CreateFeedForward(Generator generator) =>
        new(Width, Hidden, generator, FeedForward, new() { Weight = Weight, HasBias = HasBias, DType = DType }, ResidualWeight);

    /// <summary>A normalization for a block.</summary>
    internal Layer CreateNorm() => Norm switch
    {
        NormKind.LayerNorm => new LayerNorm(Width, Epsilon, HasBias, DType),
        NormKind.RmsNorm => new RmsNorm(Width, Epsilon, DType),
        _ => throw Naming.NoMember("transformer", Norm),
    };

    /// <summary>The normalization behind the last block; null where blocks normalize their sums.</summary>
    internal Layer? CreateLastNorm() => Placement switch
    {
        NormPlacement.Pre => CreateNorm(),
        NormPlacement.Post => null,
        _ => throw Naming.NoMember("transformer", Placement),
    };
}

/// <summary>The normalization of a transformer.</summary>
public enum NormKind
{
    /// <summary><see cref="LayerNorm"/>: mean and variance.</summary>
    LayerNorm,

    /// <summary><see cref="RmsNorm"/>: the root mean square only.</summary>
    RmsNorm,
}

/// <summary>Where a transformer's block normalizes.</summary>
public enum NormPlacement
{
    /// <summary>
    /// What enters each part: x + f(norm(x)). Trains without a careful warm-up; a stack ends with one more
    /// normalization. Xiong et al. 2020.
    /// </summary>
    Pre,

    /// <summary>Each sum: norm(x + f(x)), as the first transformers did.</summary>
    Post,
}
