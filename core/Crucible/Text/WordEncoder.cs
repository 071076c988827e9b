using System.Text;

namespace Crucible.Text;

/// <summary>Encodes text word by word.</summary>
/// <param name="unknown">What becomes of words that have no id.</param>
/// <param name="ids">The ids of the words.</param>
/// <param name="splitter">Cuts text into words.</param>
internal sealed class WordEncoder(UnknownWord unknown, Dictionary<string, int> ids, WordSplitter splitter) : ITextEncoder
{
    /// <inheritdoc/>
    public bool IsBoundary(char before, char after) => splitter.IsBoundary(before, after);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0; start < text.Length;)
        {
            ReadOnlySpan<char> piece = splitter.Next(text, ref start);
            if (piece.IsEmpty) break;
            if (lookup.TryGetValue(piece, out int id)) tokens.Add(id);
            else AddUnknown(piece, offset + start, tokens);
        }
    }

    private void AddUnknown(ReadOnlySpan<char> piece, long end, List<int> tokens)
    {
        switch (unknown)
        {
            case UnknownWord.Spell:
                foreach (byte value in Encoding.UTF8.GetBytes(piece.ToString())) tokens.Add(value);
                break;
            case UnknownWord.Token:
                tokens.Add(piece.Length > 1 && piece[0] == ' ' ? 1 : 0);
                break;
            default:
                string word = (piece.Length > 1 ? piece.TrimStart(' ') : piece).ToString();
                throw Errors.NoToken(WordTokenizer.Title, Errors.Text($"text must hold only the {ids.Count} words of the vocabulary"), end - word.Length, $"'{TokenizerFiles.Short(word)}'");
        }
    }
}
