using System.Globalization;
using System.Runtime.CompilerServices;

namespace Crucible.Text;

/// <summary>The classes of characters that split patterns tell apart.</summary>
internal enum CharacterClass : byte
{
    /// <summary>Anything else: punctuation, signs, marks, controls, unassigned code points.</summary>
    Other,

    /// <summary>Unicode category L.</summary>
    Letter,

    /// <summary>Unicode category N.</summary>
    Number,

    /// <summary>Unicode property White_Space; all of them are single UTF-16 units.</summary>
    Space,
}

/// <summary>Reads the class of the character at a position of UTF-16 text.</summary>
internal static class Character
{
    private static readonly CharacterClass[] Ascii = [.. Enumerable.Range(0, 128).Select(code => Classify((char)code))];

    /// <summary>
    /// The class of the character that starts at <paramref name="index"/>, and the units it takes: 2 for a surrogate
    /// pair, else 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static CharacterClass At(ReadOnlySpan<char> text, int index, out int length)
    {
        length = 1;
        char unit = text[index];
        return unit < 128 ? Ascii[unit] : BeyondAscii(text, index, ref length);
    }

    /// <summary>The end of the run of characters of one class that starts at <paramref name="index"/>.</summary>
    internal static int RunEnd(ReadOnlySpan<char> text, int index, CharacterClass kind)
    {
        while (index < text.Length && At(text, index, out int length) == kind) index += length;
        return index;
    }

    /// <summary>The Unicode category of the character that starts at <paramref name="index"/>, and the units it takes.</summary>
    internal static UnicodeCategory CategoryAt(ReadOnlySpan<char> text, int index, out int length)
    {
        length = index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]) ? 2 : 1;
        return length == 1
            ? CharUnicodeInfo.GetUnicodeCategory(text[index])
            : CharUnicodeInfo.GetUnicodeCategory(char.ConvertToUtf32(text[index], text[index + 1]));
    }

    private static CharacterClass BeyondAscii(ReadOnlySpan<char> text, int index, ref int length)
    {
        UnicodeCategory category = CategoryAt(text, index, out length);
        return length == 1 ? Classify(text[index]) : Classify(category);
    }

    private static CharacterClass Classify(char unit) =>
        char.IsWhiteSpace(unit) ? CharacterClass.Space : Classify(CharUnicodeInfo.GetUnicodeCategory(unit));

    private static CharacterClass Classify(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
        _ => CharacterClass.Other,
    };
}
