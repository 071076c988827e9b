using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Attention of one sequence to another, the memory: x and y [B, T, C], memory [B, S, M]. <c>query</c> maps the input, <c>keyValue</c> the memory to keys and
/// values side by side, <c>output</c> the averages.
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
    /// <exception cref="OptionException">A number is out of range, or positions of one sequence were to be compared with those of another.</exception>
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
    /// <param name="memoryMask">What positions may see of it, broadcast to [B, H, T, S]; padding [B, S] is <c>padding.Reshape(B, 1, 1, S)</c>. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input, memory or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? memoryMask, Pass pass) => Run(pass, () => Compute(x, memory, memoryMask, pass));

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"CrossAttention({Width}, {Heads} heads{(KeyHeads == Heads ? string.Empty : Errors.Text($", {KeyHeads} of keys"))})");

    /// <summary>Attention of the sequence to itself, as a memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, x, null, pass);

    private Tensor Compute(Tensor x, Tensor memory, Tensor? memoryMask, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != Width) throw Errors.AttentionInput(Width, x.Shape);
        if (memory.Rank != 3 || memory.Shape[0] != x.Shape[0] || memory.Shape[2] != memoryWidth) throw Errors.AttentionMemory(x.Shape[0], memoryWidth, memory.Shape);
        var keyValues = pass.Cache is { } cache ? cache.Remember(this, () => keyValue.Forward(memory, pass)) : keyValue.Forward(memory, pass);
        return output.Forward(Attend(query.Forward(x, pass), keyValues, 0, keyValues.Shape[1], isCausal: false, memoryMask, pass), pass);
    }
}
