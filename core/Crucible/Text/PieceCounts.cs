namespace Crucible.Text;

/// <summary>Counts the distinct pieces of texts, so that each is learned from once.</summary>
/// <param name="operation">What messages begin with.</param>
/// <param name="splitter">Cuts the texts.</param>
internal sealed class PieceCounts(string operation, Splitter splitter)
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    /// <summary>The pieces, in the order of their first occurrence, and their counts.</summary>
    internal IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>Counts a text's pieces.</summary>
    internal void Add(ReadOnlySpan<char> text)
    {
        Utf16.Check(operation, text);
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0; start < text.Length;)
        {
            ReadOnlySpan<char> piece = splitter.Next(text, ref start);
            if (piece.IsEmpty) break;
            lookup.TryGetValue(piece, out long count);
            lookup[piece] = count + 1;
        }
    }

    /// <summary>Counts a file's pieces.</summary>
    internal void AddFile(string path)
    {
        using TextBlocks blocks = new(operation, path, splitter.IsBoundary);
        while (blocks.Read()) Add(blocks.Text);
    }
}
