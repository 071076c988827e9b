using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>Options of <see cref="SelfAttention"/> and <see cref="CrossAttention"/>: <c>MultiHeadAttentionOptions(IsCausal = true)</c>.</summary>
public sealed class MultiHeadAttentionOptions
{
    /// <summary>Heads of keys and values, which neighbouring heads of queries share; a divisor of the heads. Null for as many as there are heads.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Whether a position sees none behind it; in self-attention only.</summary>
    public bool IsCausal { get; init; }

    /// <summary>The probability with which a weight is dropped in training, at least 0 and below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Whether the linear maps have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Positions by which queries and keys are turned, made for the size of a head; in self-attention only. Layers may share them.</summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>First values of the weights of queries, keys and values.</summary>
    public Initializer Weight { get; init; } = Initializer.GlorotUniform;

    /// <summary>First values of the output's weight.</summary>
    public Initializer OutputWeight { get; init; } = Initializer.GlorotUniform;

    /// <summary>Element type of the parameters: float32 or float64.</summary>
    public DType DType { get; init; } = DType.Float32;
}
