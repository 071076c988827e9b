using System.Globalization;

namespace Crucible.Text;

/// <summary>
/// Cuts text into words, signs and white space. A single space before a word or sign belongs to it, so that decoding only joins tokens; every other
/// white-space character is a piece of its own.
/// </summary>
/// <param name="isAttached">Whether signs belong to the word they touch.</param>
internal sealed class WordSplitter(bool isAttached) : Splitter
{
    internal override int End(ReadOnlySpan<char> text, int start)
    {
        bool isSpaced = text[start] == ' ' && start + 1 < text.Length && !char.IsWhiteSpace(text[start + 1]);
        int index = isSpaced ? start + 1 : start;
        if (char.IsWhiteSpace(text[index])) return index + 1;
        if (isAttached)
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

    internal override bool IsBoundary(char before, char after) => !char.IsWhiteSpace(before) && char.IsWhiteSpace(after);

    /// <summary>Whether a piece is a sign, with or without the space before it.</summary>
    internal static bool IsSign(ReadOnlySpan<char> piece)
    {
        int index = piece.Length > 1 && piece[0] == ' ' ? 1 : 0;
        return !char.IsWhiteSpace(piece[index]) && !IsWord(piece, index, out _);
    }

    private static bool IsWord(ReadOnlySpan<char> text, int index, out int length)
    {
        if (Character.At(text, index, out length) is CharacterClass.Letter or CharacterClass.Number) return true;
        if (text[index] < 128) return false;
        var category = length == 1 ? CharUnicodeInfo.GetUnicodeCategory(text[index]) : CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[index], text[index + 1]));
        return category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
    }
}
