using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// What the blocks of encoders and decoders share: parts whose results are added to a stream [B, T, C] that is
/// normalized before or after each.
/// </summary>
public abstract class ResidualBlock : Layer
{
    private readonly TransformerOptions options;

    private protected ResidualBlock(TransformerOptions options)
    {
        if (!(options.Dropout is >= 0.0 and < 1.0))
            throw Errors.Option("transformer", "dropout", "at least 0 and below 1", options.Dropout);
        this.options = options;
    }

    /// <summary>Where the block normalizes.</summary>
    internal NormPlacement Placement => options.Placement;

    /// <summary>x + f(norm(x)), or norm(x + f(x)), with dropout on f.</summary>
    private protected Tensor Add(Tensor x, Layer norm, Func<Tensor, Tensor> part, Pass pass)
    {
        switch (options.Placement)
        {
            case NormPlacement.Pre:
                Tensor normal = norm.Forward(x, pass);
                Tensor change = part(normal);
                normal.Forget();
                return Sum(x, change, pass);
            case NormPlacement.Post:
                return norm.Forward(Sum(x, part(x), pass).AsInner(), pass);
            default:
                throw Naming.NoMember("transformer", options.Placement);
        }
    }

    /// <summary>x + change, with dropout on the change, which nobody reads in backward.</summary>
    private Tensor Sum(Tensor x, Tensor change, Pass pass)
    {
        Tensor dropped = pass.IsTraining ? change.Dropout(options.Dropout, pass.Generator) : change;
        Tensor sum = x + dropped;
        change.Forget();
        dropped.Forget();
        return sum;
    }

    /// <summary>What the block computes from its inputs and parameters, and once more in backward if the pass asks for that.</summary>
    private protected Tensor Checkpointed(Pass pass, Func<Pass, Tensor> compute, params Tensor?[] inputs)
    {
        if (pass is not { GradientCheckpointing: true, Cache: null, Maps: null, Observer: null }) return compute(pass);
        List<Tensor> all = [.. inputs.OfType<Tensor>()];
        Visit(string.Empty, (_, layer) => all.AddRange(layer.OwnParameters));
        return Recomputation.Forward(generator => compute(pass.DrawingFrom(generator)), pass.Generator, [.. all]);
    }
}

/// <summary>
/// Self-attention, then a feed-forward part, each with a residual connection: x += attention(norm(x)); x +=
/// feedForward(norm(x)), or with the normalization after each sum. The block of an encoder and, when causal, of a GPT.
/// x and y [B, T, C]. Vaswani et al. 2017, §3.1; Radford et al. 2019, §2.3.
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
    /// <param name="mask">What positions may see besides, broadcast to [B, H, T, S]; padding [B, S] is
    /// <c>padding.Reshape(B, 1, 1, S)</c>. Null for everything.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass) => Checkpointed(
        pass,
        repeatable =>
        {
            Tensor y = Add(x, attentionNorm, inner => attention.Forward(inner, mask, repeatable), repeatable).AsInner();
            return Add(y, feedForwardNorm, inner => feedForward.Forward(inner, repeatable), repeatable);
        },
        x,
        mask);
}

/// <summary>
/// A <see cref="TransformerBlock"/> that also attends to a memory, between its self-attention and its feed-forward
/// part. x and y [B, T, C], memory [B, S, C]. Vaswani et al. 2017, §3.1.
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
        memoryAttention =
            Child("memoryAttention", new CrossAttention(options.Width, options.Heads, generator, options.ForAttention(isSelf: false)));
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
    public Tensor Forward(Tensor x, Tensor memory, Tensor? mask, Tensor? memoryMask, Pass pass) => Run(pass, () => Checkpointed(
        pass,
        repeatable =>
        {
            Tensor y = Add(x, attentionNorm, inner => attention.Forward(inner, mask, repeatable), repeatable).AsInner();
            y = Add(y, memoryNorm, inner => memoryAttention.Forward(inner, memory, memoryMask, repeatable), repeatable).AsInner();
            return Add(y, feedForwardNorm, inner => feedForward.Forward(inner, repeatable), repeatable);
        },
        x,
        memory,
        mask,
        memoryMask));

    /// <summary>The block with its own input as memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, x, null, null, pass);
}
