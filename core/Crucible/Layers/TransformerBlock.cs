using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// Self-attention, then a feed-forward part, each with a residual connection: x += attention(norm(x)); x += feedForward(norm(x)), or with the normalization after
/// each sum. The block of an encoder and, when causal, of a GPT. x and y [B, T, C]. Vaswani et al. 2017, §3.1; Radford et al. 2019, §2.3.
/// </summary>
public sealed class TransformerBlock : ResidualBlock
{
    private readonly Layer attentionNorm;
    private readonly SelfAttention attention;
    private readonly Layer feedForwardNorm;
    private readonly FeedForward feedForward;

    /// <summary>A block with fresh parameters.</summary>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public TransformerBlock(TransformerOptions options, Generator generator)
        : base(options)
    {
        attentionNorm = Child("attentionNorm", options.CreateNorm());
        attention = Child("attention", new SelfAttention(options.Width, options.Heads, generator, options.ForAttention(isSelf: true)));
        feedForwardNorm = Child("feedForwardNorm", options.CreateNorm());
        feedForward = Child("feedForward", options.CreateFeedForward(generator));
    }

    /// <summary>Applies the block under a mask.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="mask">What positions may see besides, broadcast to [B, H, T, S]; padding [B, S] is <c>padding.Reshape(B, 1, 1, S)</c>. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass)
    {
        x = Add(x, attentionNorm, inner => attention.Forward(inner, mask, pass), pass);
        return Add(x, feedForwardNorm, inner => feedForward.Forward(inner, pass), pass);
    }
}
