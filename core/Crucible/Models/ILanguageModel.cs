using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>A model that gives, for tokens, how likely each token is to come next: what text generation needs of it.</summary>
public interface ILanguageModel
{
    /// <summary>The number of token ids V: ids are 0 … V - 1.</summary>
    int VocabularySize { get; }

    /// <summary>The most tokens the model looks at.</summary>
    int ContextLength { get; }

    /// <summary>The logits of the token behind the last one, computed afresh.</summary>
    /// <param name="tokens">int32 ids [B, T], T at least 1 and at most <see cref="ContextLength"/>.</param>
    /// <returns>Logits [B, V].</returns>
    Tensor NextLogits(Tensor tokens);

    /// <summary>A sequence of one, empty so far, that is continued token by token; what was computed for earlier tokens is kept.</summary>
    IDecodingState StartDecoding();
}

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
