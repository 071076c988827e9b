namespace Crucible.Tensors;

/// <summary>What only variables, parameters and named tensors have. The many others that a training step makes are the smaller for it.</summary>
internal sealed class TensorMarks
{
    public string? Name { get; set; }

    /// <summary>Whether derivatives with respect to this tensor itself can be asked for.</summary>
    public bool IsVariable { get; set; }

    /// <summary>See <see cref="Tensor.Gradient"/>.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>See <see cref="Tensor.Pending"/>: that of a tensor that was not computed.</summary>
    public Tensor? Pending { get; set; }

    /// <summary>See <see cref="Tensor.Level"/>.</summary>
    public DerivativeLevel? Level { get; set; }

    /// <summary>See <see cref="Tensor.Tangents"/>.</summary>
    public Tangent? Tangents { get; set; }
}
