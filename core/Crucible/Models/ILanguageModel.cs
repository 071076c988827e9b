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

    /// <summary>Sequences, empty so far, that are continued token by token; what was computed for earlier tokens is kept.</summary>
    /// <param name="rows">How many, 1 or more.</param>
    IDecodingState StartDecoding(int rows);

    /// <summary>The same with another precision, where the model knows one; else in its own.</summary>
    /// <param name="rows">How many, 1 or more.</param>
    /// <param name="precision">How exactly weights are multiplied.</param>
    IDecodingState StartDecoding(int rows, Precision precision) => StartDecoding(rows);
}

/// <summary>
/// Sequences of one length that a model is continuing, a row each, with what it keeps of their tokens: the search for
/// texts and translations works on this. It belongs to one thread.
/// </summary>
public interface IDecodingState
{
    /// <summary>The number of sequences.</summary>
    int Rows { get; }

    /// <summary>The tokens appended so far to each.</summary>
    int Length { get; }

    /// <summary>Appends tokens.</summary>
    /// <param name="tokens">
    /// Equally many ids for each row, 1 or more, row after row; with those before them at most what the model can see.
    /// </param>
    /// <returns>The logits [rows · V] of the token after the last one of each row; readable until the next call.</returns>
    ReadOnlySpan<float> Append(ReadOnlySpan<int> tokens);

    /// <summary>Keeps some rows: from now on row i continues what row <c>rows[i]</c> was.</summary>
    /// <param name="rows">Numbers of rows, one or more, in any order; a row that is named twice goes on in two ways.</param>
    void Keep(ReadOnlySpan<int> rows);
}
