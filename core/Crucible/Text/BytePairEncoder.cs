using System.Buffers;
using System.Text;

namespace Crucible.Text;

/// <summary>Encodes text piece by piece. Pieces are mostly words, and words come again: what was merged once is remembered.</summary>
/// <param name="table">The vocabulary.</param>
/// <param name="splitter">Cuts text into pieces.</param>
internal sealed class BytePairEncoder(BytePairTable table, Splitter splitter) : ITextEncoder
{
    private const int MostRemembered = 1 << 18;
    private const int LongestRemembered = 64; // characters: what is longer is no word that comes again

    private readonly Dictionary<string, int[]> remembered = new(StringComparer.Ordinal);
    private readonly BytePairMerger merger = new(table);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens)
    {
        var whole = table.Whole.GetAlternateLookup<ReadOnlySpan<char>>();
        var known = remembered.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = splitter.End(text, start);
            ReadOnlySpan<char> piece = text[start..end];
            if (whole.TryGetValue(piece, out int token)) tokens.Add(token);
            else if (known.TryGetValue(piece, out int[]? ids)) tokens.AddRange(ids);
            else Merge(piece, tokens);
        }
    }

    /// <inheritdoc/>
    public bool IsBoundary(char before, char after) => splitter.IsBoundary(before, after);

    private void Merge(ReadOnlySpan<char> piece, List<int> tokens)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(piece));
        ReadOnlySpan<int> ids = merger.Merge(bytes.AsSpan(0, Encoding.UTF8.GetBytes(piece, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
        tokens.AddRange(ids);
        if (piece.Length <= LongestRemembered && remembered.Count < MostRemembered) remembered.Add(piece.ToString(), ids.ToArray());
    }
}
