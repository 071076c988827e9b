namespace Crucible.Layers;

/// <summary>What a <see cref="FeedForward"/> does between its linear maps.</summary>
public enum FeedForwardKind
{
    /// <summary>max(h, 0), as the first transformers did.</summary>
    Relu,

    /// <summary>h·Φ(h), as nanoGPT does.</summary>
    Gelu,

    /// <summary>The tanh form of it, as GPT-2 does.</summary>
    GeluTanh,

    /// <summary>silu(g)·h with a second linear map g of the input. Shazeer 2020.</summary>
    SwiGlu,
}
