namespace Crucible.Models;

/// <summary>How a language model tells positions apart.</summary>
public enum PositionKind
{
    /// <summary>A trained vector for each position is added to the token's, as in GPT-2.</summary>
    Learned,

    /// <summary>Fixed waves are added, as in the first transformers.</summary>
    Sinusoidal,

    /// <summary>Queries and keys are turned by angles that grow with their position.</summary>
    Rotary,

    /// <summary>Not at all, but that a position does not see those behind it.</summary>
    None,
}
