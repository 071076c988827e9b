namespace Crucible.Tensors;

/// <summary>Options of <see cref="Tensor.ScaledDotProductAttention"/>: <c>AttentionOptions(IsCausal = true)</c>.</summary>
public sealed class AttentionOptions
{
    /// <summary>Whether a query sees no key behind its own place: with T queries and S keys, query t sees keys 0 … t + S - T, so the last query sees all.</summary>
    public bool IsCausal { get; init; }

    /// <summary>
    /// What queries may see, broadcast to [B, H, T, S]: bool, true where a key is seen, or floating point, added to the scaled scores. Padding of keys
    /// [B, S] is <c>padding.Reshape(B, 1, 1, S)</c>. A query that sees no key gets zeros.
    /// </summary>
    public Tensor? Mask { get; init; }

    /// <summary>The factor of the scores, above 0; null for 1/√D.</summary>
    public double? Scale { get; init; }

    /// <summary>The probability with which a weight is dropped, at least 0 and below 1; the others are divided by 1 - p. For training only.</summary>
    public double Dropout { get; init; }

    /// <summary>Where dropout draws from; its state moves on. Needed when <see cref="Dropout"/> is above 0.</summary>
    public Generator? Generator { get; init; }
}
