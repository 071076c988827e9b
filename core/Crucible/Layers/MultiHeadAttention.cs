using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>
/// Attention with several heads: queries, keys and values are linear maps of the inputs, each head averages the values
/// by softmax(Q·Kᵀ/√D), and the heads side by side go through a last linear map. Vaswani et al. 2017, §3.2.2. The two
/// forms differ in where keys and values come from.
/// </summary>
public abstract class MultiHeadAttention : Layer
{
    private readonly double dropout;

    private protected MultiHeadAttention(int width, int heads, MultiHeadAttentionOptions options)
    {
        if (width < 1) throw Errors.Option("attention", nameof(width), "1 or more", width);
        if (heads < 1 || width % heads != 0)
            throw Errors.Option("attention", nameof(heads), Invariant($"a divisor of the width {width}"), heads);
        (Width, Heads, KeyHeads, HeadSize) = (width, heads, options.KeyValueHeads ?? heads, width / heads);
        if (KeyHeads < 1 || heads % KeyHeads != 0)
            throw Errors.Option("attention", "keyValueHeads", Invariant($"a divisor of the {heads} heads"), KeyHeads);
        dropout = options.Dropout is >= 0.0 and < 1.0
            ? options.Dropout
            : throw Errors.Option("attention", nameof(dropout), "at least 0 and below 1", options.Dropout);
    }

    /// <summary>Channels of inputs and outputs.</summary>
    public int Width { get; }

    /// <summary>Heads of queries.</summary>
    public int Heads { get; }

    /// <summary>Heads of keys and values.</summary>
    public int KeyHeads { get; }

    /// <summary>The length of a query, key or value.</summary>
    public int HeadSize { get; }

    /// <inheritdoc/>
    internal override string Label => "attention";

    /// <summary>Channels of keys and values together.</summary>
    private protected int KeyValueChannels => 2 * KeyHeads * HeadSize;

    /// <summary>A linear map of inputs to queries, keys or values, or several of them side by side.</summary>
    private protected Linear Map(string name, int inputs, int outputs, Generator generator, MultiHeadAttentionOptions options) =>
        Child(
            name,
            new Linear(inputs, outputs, generator, new() { Weight = options.Weight, HasBias = options.HasBias, DType = options.DType }));

    /// <summary>The linear map of the averages.</summary>
    private protected Linear OutputMap(Generator generator, MultiHeadAttentionOptions options) =>
        Child(
            "output",
            new Linear(Width, Width, generator, new() { Weight = options.OutputWeight, HasBias = options.HasBias, DType = options.DType }));

    /// <summary>
    /// The averages [B, T, C] for queries in the first channels of a tensor, and keys and values side by side from a
    /// channel of another on.
    /// </summary>
    private protected Tensor Attend(Tensor queries, Tensor keyValues, int firstChannel, int keyRows, bool isCausal, Tensor? mask, Pass pass)
    {
        AttentionOptions options =
            new() { IsCausal = isCausal, Mask = mask, Dropout = pass.IsTraining ? dropout : 0.0, Generator = pass.Generator };
        (int batch, int rows) = (queries.Shape[0], queries.Shape[1]);
        AttentionCall call = new(
            (queries, HeadLayout.InChannels(queries.Shape, 0, Heads, HeadSize)),
            (keyValues, HeadLayout.InChannels(keyValues.Shape, firstChannel, KeyHeads, HeadSize, keyRows)),
            (keyValues, HeadLayout.InChannels(keyValues.Shape, firstChannel + (KeyValueChannels / 2), KeyHeads, HeadSize, keyRows)),
            AttentionArguments.Checked(options, queries.DType, Shape.From(batch, Heads, rows, keyRows)));
        if (pass.Maps is not { } maps) return Tensors.Attention.Forward(call).AsInner();
        (Tensor? output, Tensor? weights) = AttentionComposed.Forward(call);
        maps.Add(weights);
        return output.AsInner();
    }
}

/// <summary>
/// Options of <see cref="SelfAttention"/> and <see cref="CrossAttention"/>:
/// <c>MultiHeadAttentionOptions(IsCausal = true)</c>.
/// </summary>
public sealed class MultiHeadAttentionOptions
{
    /// <summary>
    /// Heads of keys and values, which neighbouring heads of queries share; a divisor of the heads. Null for as many as
    /// there are heads.
    /// </summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Whether a position sees none behind it; in self-attention only.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The probability with which a weight is dropped in training, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the linear maps have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>
    /// Positions by which queries and keys are turned, made for the size of a head; in self-attention only. Layers may
    /// share them.
    /// </summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>First values of the weights of queries, keys and values.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the output's weight.</summary>
    public Initializer OutputWeight { get; init; } = Initializer.GlorotUniform;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}

/// <summary>
/// Attention of a sequence to itself. x and y [B, T, C]; <c>queryKeyValue</c> maps the input to all queries, keys and
/// values, side by side, head after head, and <c>output</c> maps the averages. The weights of T·T pairs are never
/// stored, unless the pass asks for them.
/// </summary>
public sealed class SelfAttention : MultiHeadAttention
{
    private readonly Linear queryKeyValue;
    private readonly Linear output;
    private readonly bool isCausal;
    private readonly RotaryPositions? rotary;

    /// <summary>A layer with fresh parameters.</summary>
    /// <param name="width">Channels C.</param>
    /// <param name="heads">Heads, a divisor of the width.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Causality, grouped queries, rotary positions, dropout, initializers.</param>
    /// <exception cref="OptionException">A number is out of range, or the rotary positions are made for another size.</exception>
    public SelfAttention(int width, int heads, Generator generator, MultiHeadAttentionOptions? options = null)
        : base(width, heads, options ??= new())
    {
        rotary = options.Rotary;
        if (rotary is not null && rotary.Size != HeadSize)
            throw Errors.Option("attention", nameof(rotary), Invariant($"made for heads of size {HeadSize}"), rotary);
        isCausal = options.IsCausal;
        queryKeyValue = Map("queryKeyValue", width, width + KeyValueChannels, generator, options);
        output = OutputMap(generator, options);
    }

    /// <summary>Whether a position sees none behind it.</summary>
    internal bool IsCausal => isCausal;

    /// <summary>The positions by which queries and keys are turned, or null.</summary>
    internal RotaryPositions? Rotary => rotary;

    /// <summary>Applies the layer under a mask.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="mask">What positions may see besides, broadcast to [B, H, T, S]: bool (true where seen) or numbers
    /// added to the scores; S counts the cache too. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant(
            $"SelfAttention({Width}, {Heads} heads{(KeyHeads == Heads ? string.Empty : Invariant($", {KeyHeads} of keys"))}{(isCausal ? ", causal" : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != Width) throw Errors.AttentionInput(Width, x.Shape);
        Tensor mapped = queryKeyValue.Forward(x, pass);
        if (rotary is not null) mapped = Turned(mapped, rotary, pass.Cache?.LengthOf(this) ?? 0);
        if (pass.Cache is not { } cache)
            return output.Forward(Attend(mapped.AsInner(), mapped, Width, x.Shape[1], isCausal, mask, pass), pass);
        Tensor all = cache.Append(this, mapped, KeyValueChannels);
        return output.Forward(Attend(mapped, all, 0, cache.LengthOf(this), isCausal, mask, pass), pass);
    }

    private Tensor Turned(Tensor mapped, RotaryPositions rotary, int first)
    {
        Tensor turned = rotary.Turn(mapped, Heads + KeyHeads, first);
        mapped.Forget(); // its derivative turns back, and reads nothing
        return turned;
    }
}

/// <summary>
/// Attention of one sequence to another, the memory: x and y [B, T, C], memory [B, S, M]. <c>query</c> maps the input,
/// <c>keyValue</c> the memory to keys and values side by side, <c>output</c> the averages.
/// </summary>
public sealed class CrossAttention : MultiHeadAttention
{
    private readonly Linear query;
    private readonly Linear keyValue;
    private readonly Linear output;
    private readonly int memoryWidth;

    /// <summary>A layer with fresh parameters.</summary>
    /// <param name="width">Channels C.</param>
    /// <param name="heads">Heads, a divisor of the width.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <param name="options">Grouped queries, dropout, initializers; neither causal nor rotary.</param>
    /// <param name="memoryWidth">Channels M of the memory; null for C.</param>
    /// <exception cref="OptionException">A number is out of range, or positions of one sequence were to be compared
    /// with those of another.</exception>
    public CrossAttention(int width, int heads, Generator generator, MultiHeadAttentionOptions? options = null, int? memoryWidth = null)
        : base(width, heads, options ??= new())
    {
        this.memoryWidth = memoryWidth ?? width;
        if (options.IsCausal) throw Errors.Option("attention", "isCausal", "false for attention to a memory", true);
        if (options.Rotary is not null) throw Errors.Option("attention", "rotary", "null for attention to a memory", options.Rotary);
        query = Map("query", width, width, generator, options);
        keyValue = Map("keyValue", this.memoryWidth, KeyValueChannels, generator, options);
        output = OutputMap(generator, options);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="memory">What is attended to, [B, S, M]. With a cache, the first one is remembered.</param>
    /// <param name="memoryMask">What positions may see of it, broadcast to [B, H, T, S]; padding [B, S] is
    /// <c>padding.Reshape(B, 1, 1, S)</c>. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input, memory or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? memoryMask, Pass pass) => Run(pass, () => Compute(x, memory, memoryMask, pass));

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"CrossAttention({Width}, {Heads} heads{(KeyHeads == Heads ? string.Empty : Invariant($", {KeyHeads} of keys"))})");

    /// <summary>Attention of the sequence to itself, as a memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, x, null, pass);

    private Tensor Compute(Tensor x, Tensor memory, Tensor? memoryMask, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != Width) throw Errors.AttentionInput(Width, x.Shape);
        if (memory.Rank != 3 || memory.Shape[0] != x.Shape[0] || memory.Shape[2] != memoryWidth)
            throw Errors.AttentionMemory(x.Shape[0], memoryWidth, memory.Shape);
        Tensor keyValues = pass.Cache is { } cache
            ? cache.Remember(this, () => keyValue.Forward(memory, pass))
            : keyValue.Forward(memory, pass).AsInner();
        Tensor queries = query.Forward(x, pass).AsInner();
        return output.Forward(Attend(queries, keyValues, 0, keyValues.Shape[1], isCausal: false, memoryMask, pass), pass);
    }
}
