namespace Crucible.Layers;

/// <summary>The normalization of a transformer.</summary>
public enum NormKind
{
    /// <summary><see cref="LayerNorm"/>: mean and variance.</summary>
    LayerNorm,

    /// <summary><see cref="RmsNorm"/>: the root mean square only.</summary>
    RmsNorm,
}

/// <summary>Where a transformer's block normalizes.</summary>
public enum NormPlacement
{
    /// <summary>What enters each part: x + f(norm(x)). Trains without a careful warm-up; a stack ends with one more normalization. Xiong et al. 2020.</summary>
    Pre,

    /// <summary>Each sum: norm(x + f(x)), as the first transformers did.</summary>
    Post,
}

/// <summary>Makes normalizations.</summary>
internal static class Norms
{
    public static Layer Create(TransformerOptions options) => options.Norm == NormKind.RmsNorm
        ? new RmsNorm(options.Width, options.Epsilon, options.DType)
        : new LayerNorm(options.Width, options.Epsilon, options.HasBias, options.DType);
}
