namespace Crucible.Lab.Regression;

/// <summary>The activation of a network's hidden layers, by name.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>x·Φ(x).</summary>
    Gelu,

    /// <summary>x·sigmoid x.</summary>
    Silu,
}
