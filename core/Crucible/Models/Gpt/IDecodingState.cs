namespace Crucible.Models;

/// <summary>A sequence that a language model is continuing, with the keys and values of its tokens. It belongs to one thread.</summary>
public interface IDecodingState
{
    /// <summary>The tokens appended so far.</summary>
    int Length { get; }

    /// <summary>Appends tokens.</summary>
    /// <param name="tokens">One or more ids; with those before them at most the model's context.</param>
    /// <returns>The logits [V] of the token after the last one; readable until the next call.</returns>
    ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens);

    /// <summary>A copy that goes on by itself, as the beams of a search do.</summary>
    IDecodingState Fork();
}
