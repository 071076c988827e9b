using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>A stack of <see cref="DecoderBlock"/>s, <c>block[0]</c>, <c>block[1]</c>, …, and behind blocks that normalize first a last normalization, <c>norm</c>. x and y [B, T, C].</summary>
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
        var y = x;
        foreach (var block in blocks) y = block.Forward(y, memory, mask, memoryMask, pass);
        return norm?.Forward(y, pass) ?? y;
    });

    /// <summary>The stack with its own input as memory.</summary>
    /// <param name="x">x [B, T, C].</param>
    /// <param name="pass">Training or evaluation.</param>
    /// <returns>y [B, T, C].</returns>
    protected override Tensor Compute(Tensor x, Pass pass) => Forward(x, x, null, null, pass);
}
