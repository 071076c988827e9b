using System.Collections;
using Crucible.Tensors;
using Microsoft.FSharp.Core;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// The ids of a long text, stored in blocks, so that it grows without being copied: 2 bytes per token when the
/// vocabulary has at most 65 536 ids, else 4.
/// </summary>
public sealed class TokenSequence : IReadOnlyList<int>
{
    private const int BlockBits = 20;
    private const int BlockSize = 1 << BlockBits;

    private readonly List<Array> blocks = []; // of ushort or int
    private readonly bool isSmall;

    internal TokenSequence(int vocabularySize) => isSmall = vocabularySize <= ushort.MaxValue + 1;

    /// <summary>A sequence of ids that are at hand.</summary>
    /// <param name="tokens">The ids.</param>
    /// <param name="vocabularySize">The number of ids there are, 1 or more.</param>
    /// <returns>The sequence.</returns>
    /// <exception cref="OptionException">The size is below 1, or an id is not below it.</exception>
    public static TokenSequence Of(IEnumerable<int> tokens, int vocabularySize)
    {
        if (vocabularySize < 1) throw Errors.Option("tokens", nameof(vocabularySize), "1 or more", vocabularySize);
        int[] ids = [.. tokens];
        int wrong = Array.FindIndex(ids, id => (uint)id >= (uint)vocabularySize);
        if (wrong >= 0) throw Errors.Option("tokens", "each id", Invariant($"at least 0 and below {vocabularySize}"), ids[wrong]);
        TokenSequence sequence = new(vocabularySize);
        sequence.TryAdd(ids);
        return sequence;
    }

    /// <summary>The number of tokens.</summary>
    public int Count { get; private set; }

    /// <summary>The id at a position.</summary>
    /// <param name="index">From 0 up to, but not including, <see cref="Count"/>.</param>
    /// <exception cref="OptionException">There is no such position.</exception>
    public int this[int index]
    {
        get
        {
            if ((uint)index >= (uint)Count)
                throw Errors.Option("tokens", "index", Invariant($"at least 0 and below the count {Count}"), index);
            int place = index & (BlockSize - 1);
            return isSmall ? ((ushort[])blocks[index >> BlockBits])[place] : ((int[])blocks[index >> BlockBits])[place];
        }
    }

    /// <summary>Copies the ids from a position on.</summary>
    /// <param name="start">The first position.</param>
    /// <param name="target">What is filled.</param>
    /// <exception cref="OptionException">The range is not within the sequence.</exception>
    public void CopyTo(int start, Span<int> target)
    {
        if (start < 0 || start > Count - target.Length)
        {
            string mustBe = Invariant($"at least 0 and at most {Count - target.Length}, for {target.Length} of {Count} tokens");
            throw Errors.Option("tokens", "start", mustBe, start);
        }
        while (!target.IsEmpty)
        {
            int place = start & (BlockSize - 1);
            int length = Math.Min(target.Length, BlockSize - place);
            if (isSmall)
            {
                ReadOnlySpan<ushort> source = ((ushort[])blocks[start >> BlockBits]).AsSpan(place, length);
                for (int i = 0; i < length; i++) target[i] = source[i];
            }
            else
            {
                ((int[])blocks[start >> BlockBits]).AsSpan(place, length).CopyTo(target);
            }
            target = target[length..];
            start += length;
        }
    }

    /// <summary>A range of ids: <c>tokens[a..b]</c> in F#, both ends included.</summary>
    /// <param name="start">The first position, 0 when left out.</param>
    /// <param name="finish">The last position, the last token when left out.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="OptionException">The range is not within the sequence.</exception>
    public int[] GetSlice(FSharpOption<int>? start, FSharpOption<int>? finish)
    {
        int first = start?.Value ?? 0;
        int[] copy = new int[Math.Max(0, (finish?.Value ?? Count - 1) - first + 1)];
        CopyTo(first, copy);
        return copy;
    }

    /// <summary>A range of ids as a tensor.</summary>
    /// <param name="start">The first position.</param>
    /// <param name="length">How many.</param>
    /// <returns>int32 of shape [length].</returns>
    /// <exception cref="OptionException">The range is not within the sequence.</exception>
    public Tensor ToTensor(int start, int length)
    {
        if (length < 0) throw Errors.Option("tokens", "length", "at least 0", length);
        int[] copy = new int[length];
        CopyTo(start, copy);
        return Tensor.From(copy);
    }

    /// <summary>The ids from the first to the last.</summary>
    /// <returns>An enumerator.</returns>
    public IEnumerator<int> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Appends ids; false when there would be more than can be counted.</summary>
    internal bool TryAdd(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length > int.MaxValue - Count) return false;
        while (!tokens.IsEmpty)
        {
            int place = Count & (BlockSize - 1);
            if (place == 0) blocks.Add(isSmall ? new ushort[BlockSize] : new int[BlockSize]);
            int length = Math.Min(tokens.Length, BlockSize - place);
            if (blocks[^1] is ushort[] small)
            {
                for (int i = 0; i < length; i++) small[place + i] = (ushort)tokens[i];
            }
            else
            {
                tokens[..length].CopyTo(((int[])blocks[^1]).AsSpan(place));
            }
            Count += length;
            tokens = tokens[length..];
        }
        return true;
    }
}
