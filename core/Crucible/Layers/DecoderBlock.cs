using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// A <see cref="TransformerBlock"/> that also attends to a memory, between its self-attention and its feed-forward part. x and y [B, T, C], memory [B, S, C].
/// Vaswani et al. 2017, §3.1.
/// </summary>
public sealed class DecoderBlock : ResidualBlock
{
    private readonly Layer attentionNorm;
    private readonly SelfAttention attention;
    private readonly Layer memoryNorm;
    private readonly CrossAttention memoryAttention;
    private readonly Layer feedForwardNorm;
    private readonly FeedForward feedForward;

    /// <summary>A block with fresh parameters.</summary>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="generator">Where the first values come from; its state moves on.</param>
    /// <exception cref="OptionException">A number is out of range.</exception>
    public DecoderBlock(TransformerOptions options, Generator generator)
        : base(options)
    {
        attentionNorm = Child("attentionNorm", options.CreateNorm());
        attention = Child("attention", new SelfAttention(options.Width, options.Heads, generator, options.ForAttention(isSelf: true)));
        memoryNorm = Child("memoryNorm", options.CreateNorm());
        memoryAttention = Child("memoryAttention", new CrossAttention(options.Width, options.Heads, generator, options.ForAttention(isSelf: false)));
        feedForwardNorm = Child("feedForwardNorm", options.CreateNorm());
        feedForward = Child("feedForward", options.CreateFeedForward(generator));
    }

    /// <summary>Applies the block.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="memory">What an encoder made, [B, S, C].</param>
    /// <param name="mask">What positions may see of x besides, broadcast to [B, H, T, T]; null for everything.</param>
    /// <param name="memoryMask">What they may see of the memory, broadcast to [B, H, T, S]; null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input, memory or a mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? mask, Tensor? memoryMask, Pass pass) => Run(pass, () =>
    {
        var y = Add(x, attentionNorm, inner => attention.Forward(inner, mask, pass), pass);
        y = Add(y, memoryNorm, inner => memoryAttention.Forward(inner, memory, memoryMask, pass), pass);
        return Add(y, feedForwardNorm, inner => feedForward.Forward(inner, pass), pass);
    });

    /// <summary>The block with its own input as memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, x, null, null, pass);
}
