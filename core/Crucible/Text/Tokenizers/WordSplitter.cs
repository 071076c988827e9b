using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Crucible.Text;

/// <summary>
/// Cuts text into words, signs and white space. A single space before a word or sign belongs to it, so that decoding
/// only joins tokens; every other white-space character is a piece of its own.
/// </summary>
/// <param name="letterCase">How capital letters are treated.</param>
/// <param name="punctuation">What becomes of signs.</param>
internal sealed class WordSplitter(LetterCase letterCase, Punctuation punctuation) : Splitter
{
    private char[] changed = new char[64]; // the piece, where it is not as in the text

    internal override int End(ReadOnlySpan<char> text, int start)
    {
        bool isSpaced = text[start] == ' ' && start + 1 < text.Length && !char.IsWhiteSpace(text[start + 1]);
        int index = isSpaced ? start + 1 : start;
        if (char.IsWhiteSpace(text[index])) return index + 1;
        if (punctuation == Punctuation.Attached)
        {
            while (index < text.Length && !char.IsWhiteSpace(text[index])) index++;
            return index;
        }
        if (!IsWord(text, index, out int length)) return index + length;
        for (index += length; index < text.Length; index += length)
        {
            if (IsWord(text, index, out length)) continue;
            // don't, o'er: the apostrophe is inside when a word goes on behind it.
            bool inside = text[index] is '\'' or '’' && index + 1 < text.Length && IsWord(text, index + 1, out _);
            if (!inside) break;
        }
        return index;
    }

    internal override ReadOnlySpan<char> Next(ReadOnlySpan<char> text, ref int start)
    {
        bool isSpaced = false; // a sign that is left out between two words leaves a space
        if (punctuation == Punctuation.Dropped)
        {
            while (start < text.Length && IsSign(text, start))
            {
                isSpaced |= text[start] == ' ' || (start > 0 && !char.IsWhiteSpace(text[start - 1]));
                start = End(text, start);
            }
            if (start == text.Length) return [];
        }
        int first = start;
        start = End(text, first);
        isSpaced &= !char.IsWhiteSpace(text[first]);
        return isSpaced || letterCase == LetterCase.Lower ? Changed(text[first..start], isSpaced) : text[first..start];
    }

    internal override bool IsBoundary(char before, char after) => !char.IsWhiteSpace(before) && char.IsWhiteSpace(after);

    private ReadOnlySpan<char> Changed(ReadOnlySpan<char> piece, bool isSpaced)
    {
        int length = piece.Length + (isSpaced ? 1 : 0);
        if (length > changed.Length) changed = new char[Math.Max(length, 2 * changed.Length)];
        Span<char> word = changed.AsSpan(length - piece.Length, piece.Length);
        changed[0] = ' '; // overwritten by the piece when it is not spaced
        if (letterCase == LetterCase.Lower) piece.ToLowerInvariant(word);
        else piece.CopyTo(word);
        return changed.AsSpan(0, length);
    }

    private static bool IsSign(ReadOnlySpan<char> text, int start)
    {
        int index = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        return !char.IsWhiteSpace(text[index]) && !IsWord(text, index, out _);
    }

    private static bool IsWord(ReadOnlySpan<char> text, int index, out int length)
    {
        if (Character.At(text, index, out length) is CharacterClass.Letter or CharacterClass.Number) return true;
        if (text[index] < 128) return false;
        UnicodeCategory category = length == 1
            ? CharUnicodeInfo.GetUnicodeCategory(text[index])
            : CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[index], text[index + 1]));
        return category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
    }
}

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
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
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
                string mustBe = Invariant($"text must consist of the {ids.Count} words of the vocabulary");
                throw Errors.NoToken(WordTokenizer.Title, mustBe, end - word.Length, $"'{TokenizerFiles.Short(word)}'");
        }
    }
}
