using Crucible.Tensors;

namespace Crucible.Models;

/// <summary>What an encoder made of a batch of sentences.</summary>
public sealed class EncodedSource
{
    private readonly int[] sentences; // of each row: rows of one sentence have the same states

    internal EncodedSource(PaddedTokens source, Tensor states, params IReadOnlyList<Tensor> start)
        : this(source.Lengths, source.Mask, states, start, [.. Enumerable.Range(0, source.Lengths.Count)])
    {
    }

    private EncodedSource(IReadOnlyList<int> lengths, Tensor mask, Tensor states, IReadOnlyList<Tensor> start, int[] sentences) =>
        (Lengths, Mask, States, Start, this.sentences) = (lengths, mask, states, start, sentences);

    /// <summary>The encoder's states at every position, [B, S, C]; those behind a sentence's length mean nothing.</summary>
    public Tensor States { get; }

    /// <summary>The tokens of each sentence.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>bool [B, S]: true where a sentence has a token.</summary>
    public Tensor Mask { get; }

    /// <summary>The state in which the decoder begins, as far as the kind has one: tensors whose first axis is B.</summary>
    internal IReadOnlyList<Tensor> Start { get; }

    /// <summary>The same in memory that outlives what computed it.</summary>
    internal EncodedSource Detached() =>
        new(Lengths, Mask.Detach(), States.Detach(), [.. Start.Select(tensor => tensor.Detach())], sentences);

    /// <summary>Some of the rows, in any order and number; this object where they are of the same sentences as before.</summary>
    internal EncodedSource Rows(int[] rows)
    {
        int[] selected = [.. rows.Select(row => sentences[row])];
        if (selected.AsSpan().SequenceEqual(sentences)) return this;
        int[] lengths = [.. rows.Select(row => Lengths[row])];
        return new(lengths, Mask.Rows(rows), States.Rows(rows), [.. Start.Select(tensor => tensor.Rows(rows))], selected);
    }
}

/// <summary>Ids of unequal numbers in one tensor, checked: where they are, how many, and without the padding.</summary>
internal sealed class PaddedTokens
{
    /// <summary>Takes int32 [B, T], padded behind.</summary>
    public PaddedTokens(Tensor tokens, int longest)
    {
        if (tokens.Rank != 2 || tokens.DType != DType.Int32 || tokens.ElementCount == 0)
            throw Errors.SentenceTokens("int32 [sentences, tokens] with at least 1 of each", tokens.Shape);
        (int rows, int columns) = (tokens.Shape[0], tokens.Shape[1]);
        if (columns > longest) throw Errors.SentenceTooLong(longest, columns);
        int[] ids = tokens.ToArray<int>();
        int[] lengths = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            Span<int> own = ids.AsSpan(row * columns, columns);
            int padding = own.IndexOf(Translator.Padding);
            lengths[row] = padding < 0 ? columns : padding;
            if (padding == 0) throw Errors.EmptySentence(row);
            if (own[lengths[row]..].ContainsAnyExcept(Translator.Padding)) throw Errors.TokenBehindPadding(row);
            own[lengths[row]..].Clear();
        }

        (Lengths, Ids) = (lengths, Tensor.From(ids, rows, columns));
        Mask = Tensor.From([.. Enumerable.Range(0, rows * columns).Select(i => i % columns < lengths[i / columns])], rows, columns);
    }

    /// <summary>The tokens of each row.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The ids, with that of some token in place of padding.</summary>
    public Tensor Ids { get; }

    /// <summary>bool [B, T]: true where there is a token.</summary>
    public Tensor Mask { get; }
}
