using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Attention of a sequence to itself. x and y [B, T, C]; <c>queryKeyValue</c> maps the input to all queries, keys and values, side by side, head after head, and
/// <c>output</c> maps the averages. The weights of T·T pairs are never stored, unless the pass asks for them.
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
        if (rotary is not null && rotary.Size != HeadSize) throw Errors.Option("attention", nameof(rotary), Errors.Text($"made for heads of size {HeadSize}"), rotary);
        isCausal = options.IsCausal;
        queryKeyValue = Map("queryKeyValue", width, width + KeyValueChannels, generator, options);
        output = OutputMap(generator, options);
    }

    /// <summary>Applies the layer under a mask.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="mask">What positions may see besides, broadcast to [B, H, T, S]: bool (true where seen) or numbers added to the scores; S counts the cache too. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"SelfAttention({Width}, {Heads} heads{(KeyHeads == Heads ? string.Empty : Errors.Text($", {KeyHeads} of keys"))}{(isCausal ? ", causal" : string.Empty)})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass)
    {
        if (x.Rank != 3 || x.Shape[2] != Width) throw Errors.AttentionInput(Width, x.Shape);
        var mapped = queryKeyValue.Forward(x, pass);
        if (rotary is not null) mapped = rotary.Turn(mapped, Heads + KeyHeads, pass.Cache?.LengthOf(this) ?? 0);
        if (pass.Cache is not { } cache) return output.Forward(Attend(mapped, mapped, Width, x.Shape[1], isCausal, mask, pass), pass);
        var all = cache.Append(this, mapped, KeyValueChannels);
        return output.Forward(Attend(mapped, all, 0, cache.LengthOf(this), isCausal, mask, pass), pass);
    }
}
