using Crucible.Layers;
using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>Options of <see cref="Gpt"/>; unless told otherwise those of GPT-2's smaller kin: <c>GptOptions(Vocabulary = 65, Context = 64, Layers = 4, Heads = 4, Width = 128)</c>.</summary>
public sealed class GptOptions
{
    /// <summary>The number of tokens.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>The most positions that the model can see.</summary>
    public required int Context { get; init; }

    /// <summary>Blocks.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Heads of attention, a divisor of the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Channels.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Heads of keys and values, a divisor of the heads; null for as many.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Channels inside the feed-forward parts; null for 4·width, with SwiGLU two thirds of that.</summary>
    public int? HiddenSize { get; init; }

    /// <summary>The nonlinearity of the feed-forward parts.</summary>
    public FeedForwardKind FeedForward { get; init; } = FeedForwardKind.Gelu;

    /// <summary>The normalization.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where the blocks normalize.</summary>
    public NormPlacement Placement { get; init; } = NormPlacement.Pre;

    /// <summary>How positions are told apart.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>The probability of dropout on embeddings, attention's weights and what the blocks' parts add, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether linear maps and layer normalizations have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether the tokens' vectors are also the weights of the output, as in GPT-2; otherwise it has its own.</summary>
    public bool IsTied { get; init; } = true;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}
