using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>What the blocks of encoders and decoders share: parts whose results are added to a stream [B, T, C] that is normalized before or after each.</summary>
public abstract class ResidualBlock : Layer
{
    private readonly TransformerOptions options;

    private protected ResidualBlock(TransformerOptions options)
    {
        if (!(options.Dropout is >= 0.0 and < 1.0)) throw Errors.Option("transformer", "dropout", "at least 0 and below 1", options.Dropout);
        this.options = options;
    }

    /// <summary>x + f(norm(x)), or norm(x + f(x)), with dropout on f.</summary>
    private protected Tensor Add(Tensor x, Layer norm, Func<Tensor, Tensor> part, Pass pass) => options.Placement switch
    {
        NormPlacement.Pre => x + Dropped(part(norm.Forward(x, pass)), pass),
        NormPlacement.Post => norm.Forward(x + Dropped(part(x), pass), pass),
        _ => throw Naming.NoMember("transformer", options.Placement),
    };

    private Tensor Dropped(Tensor x, Pass pass) => pass.IsTraining ? x.Dropout(options.Dropout, pass.Generator) : x;
}
