using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>A stack of <see cref="TransformerBlock"/>s, <c>block[0]</c>, <c>block[1]</c>, …, and behind blocks that normalize first a last normalization, <c>norm</c>. x and y [B, T, C].</summary>
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
    /// <param name="mask">What positions may see, broadcast to [B, H, T, S]: bool (true where seen) or numbers added to the scores; padding [B, S] is <c>padding.Reshape(B, 1, 1, S)</c>.</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    /// <exception cref="CrucibleException">Input or mask do not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? mask, Pass pass) => Run(pass, () => Compute(x, mask, pass));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => Compute(x, null, pass);

    private Tensor Compute(Tensor x, Tensor? mask, Pass pass)
    {
        foreach (var block in blocks) x = block.Forward(x, mask, pass);
        return norm?.Forward(x, pass) ?? x;
    }
}
