using System.Text;

namespace Crucible.Text;

/// <summary>Encodes text word by word.</summary>
/// <param name="tokenizer">What becomes of capitals, punctuation and unknown words.</param>
/// <param name="ids">The ids of the words.</param>
/// <param name="splitter">Cuts text into words.</param>
internal sealed class WordEncoder(WordTokenizer tokenizer, Dictionary<string, int> ids, WordSplitter splitter) : ITextEncoder
{
    private char[] lower = new char[64];

    /// <inheritdoc/>
    public bool IsBoundary(char before, char after) => splitter.IsBoundary(before, after);

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<char> text, long offset, List<int> tokens)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = splitter.End(text, start);
            ReadOnlySpan<char> piece = text[start..end];
            if (tokenizer.Punctuation == Punctuation.Dropped && WordSplitter.IsSign(piece)) continue;
            if (tokenizer.Case == LetterCase.Lower) piece = Lower(piece);
            if (lookup.TryGetValue(piece, out int id)) tokens.Add(id);
            else AddUnknown(piece, offset + start, tokens);
        }
    }

    private ReadOnlySpan<char> Lower(ReadOnlySpan<char> piece)
    {
        if (piece.Length > lower.Length) lower = new char[piece.Length];
        piece.ToLowerInvariant(lower);
        return lower.AsSpan(0, piece.Length);
    }

    private void AddUnknown(ReadOnlySpan<char> piece, long position, List<int> tokens)
    {
        switch (tokenizer.Unknown)
        {
            case UnknownWord.Spell:
                foreach (byte value in Encoding.UTF8.GetBytes(piece.ToString())) tokens.Add(value);
                break;
            case UnknownWord.Token:
                tokens.Add(piece.Length > 1 && piece[0] == ' ' ? 1 : 0);
                break;
            default:
                string word = Utf16.Show(Encoding.UTF8.GetBytes(TokenizerFiles.Short(piece.ToString())));
                throw Errors.NoToken(WordTokenizer.Title, Errors.Text($"text must hold only the {ids.Count} words of the vocabulary"), position, $"'{word}'");
        }
    }
}
