namespace Crucible.Tensors;

/// <summary>How exactly products of float32 matrices are computed, and the products of their gradients.</summary>
public enum Precision
{
    /// <summary>As the element type says: the default.</summary>
    Full,

    /// <summary>
    /// Factors rounded to bfloat16 (8 significant bits, float32's range), sums in float32, where the processor does
    /// that faster, which is measured once per process; elsewhere, and for small products and float64, as
    /// <see cref="Full"/>. Weights, optimizer, normalization, softmax, attention's scores and losses stay float32.
    /// Results have the same bits on any number of threads, but not on every kind of processor. Where a text is continued by
    /// one token, a linear layer rounds its weights once, and reads half the bytes on any processor.
    /// </summary>
    Mixed,
}
