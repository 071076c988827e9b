using System.Globalization;

namespace Crucible.Text;

/// <summary>The pieces of <see cref="SplitPattern.O200k"/>.</summary>
internal sealed class O200kSplitter : Splitter
{
    /// <summary>What a character may be in a word.</summary>
    [Flags]
    private enum Part
    {
        None = 0,
        Upper = 1,
        Lower = 2,
    }

    internal override int End(ReadOnlySpan<char> text, int start)
    {
        CharacterClass kind = Character.At(text, start, out int length);
        int behind = start + length;

        // A sign, blank or mark in front of a word belongs to it; a line end does not. Without one the word begins here.
        bool isAhead = kind is CharacterClass.Other or CharacterClass.Space && text[start] is not ('\r' or '\n');
        if (isAhead && WithSmallLetters(text, behind) is > 0 and int end) return Contracted(text, end);
        if (WithSmallLetters(text, start) is > 0 and int bare) return Contracted(text, bare);
        if (isAhead && Capitals(text, behind) is int ahead && ahead > behind) return Contracted(text, ahead);
        if (Capitals(text, start) is int capitals && capitals > start) return Contracted(text, capitals);

        if (kind == CharacterClass.Number) return Cl100kSplitter.Digits(text, behind);
        if (kind == CharacterClass.Other) return Signs(text, start);
        if (text[start] == ' ' && behind < text.Length && Character.At(text, behind, out _) == CharacterClass.Other)
            return Signs(text, behind);
        return Blank(text, start);
    }

    // As in cl100k: a word, a number or a sign is never continued by white space other than the line ends behind signs.
    internal override bool IsBoundary(char before, char after) =>
        !char.IsWhiteSpace(before) && char.IsWhiteSpace(after) && (after is not ('\r' or '\n') || char.IsLetterOrDigit(before));

    /// <summary>
    /// The end of <c>[U]*[L]+</c>, or 0. Characters that are both (letters without case, and marks) are taken by the first
    /// part, which gives the last of them back when no small letter follows it.
    /// </summary>
    private static int WithSmallLetters(ReadOnlySpan<char> text, int start)
    {
        (int index, int lastOfBoth) = (start, 0);
        for (; index < text.Length;)
        {
            Part part = PartAt(text, index, out int length);
            if ((part & Part.Upper) == 0) return part == Part.Lower ? RunEnd(text, index, Part.Lower) : lastOfBoth;
            index += length;
            if ((part & Part.Lower) != 0) lastOfBoth = index;
        }
        return lastOfBoth;
    }

    /// <summary>
    /// The end of <c>[U]+[L]*</c>, or the start. It is asked for only where <see cref="WithSmallLetters"/> found nothing, so
    /// that no small letter follows.
    /// </summary>
    private static int Capitals(ReadOnlySpan<char> text, int start) => RunEnd(text, start, Part.Upper);

    private static int Contracted(ReadOnlySpan<char> text, int end) =>
        end < text.Length && text[end] == '\'' && Cl100kSplitter.Contraction(text[(end + 1)..]) is > 0 and int letters
            ? end + 1 + letters
            : end;

    private static int Signs(ReadOnlySpan<char> text, int index)
    {
        index = Character.RunEnd(text, index, CharacterClass.Other);
        while (index < text.Length && text[index] is '\r' or '\n' or '/') index++;
        return index;
    }

    private static int RunEnd(ReadOnlySpan<char> text, int index, Part part)
    {
        while (index < text.Length && (PartAt(text, index, out int length) & part) != 0) index += length;
        return index;
    }

    private static Part PartAt(ReadOnlySpan<char> text, int index, out int length)
    {
        char unit = text[index];
        length = 1;
        if (unit < 128) return char.IsAsciiLetterLower(unit) ? Part.Lower : char.IsAsciiLetterUpper(unit) ? Part.Upper : Part.None;
        return Character.CategoryAt(text, index, out length) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => Part.Upper,
            UnicodeCategory.LowercaseLetter => Part.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Part.Upper | Part.Lower,
            _ => Part.None,
        };
    }
}
