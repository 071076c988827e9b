namespace Crucible.Text;

/// <summary>The pieces of <see cref="SplitPattern.Cl100k"/>.</summary>
internal sealed class Cl100kSplitter : Splitter
{
    private const int MostDigits = 3;

    internal override int End(ReadOnlySpan<char> text, int start)
    {
        char first = text[start];
        if (first == '\'' && Contraction(text[(start + 1)..]) is > 0 and int letters) return start + 1 + letters;
        CharacterClass kind = Character.At(text, start, out int length);
        int behind = start + length;
        if (kind == CharacterClass.Letter) return Character.RunEnd(text, behind, CharacterClass.Letter);
        if (kind == CharacterClass.Number) return Digits(text, behind);
        CharacterClass next = behind < text.Length ? Character.At(text, behind, out length) : CharacterClass.Space;
        // A sign or blank in front of a word belongs to it; a line end does not.
        if (next == CharacterClass.Letter && first is not ('\r' or '\n')) return Character.RunEnd(text, behind + length, CharacterClass.Letter);
        if (kind == CharacterClass.Other) return Signs(text, behind);
        if (first == ' ' && next == CharacterClass.Other) return Signs(text, behind + length);
        int runEnd = Character.RunEnd(text, behind, CharacterClass.Space);
        int lastLineEnd = text[start..runEnd].LastIndexOfAny('\r', '\n');
        return lastLineEnd >= 0 ? start + lastLineEnd + 1 : SpaceEnd(text, start, runEnd);
    }

    // Signs take the line ends behind them, and nothing else continues from a character that is not white space to one that is.
    internal override bool IsBoundary(char before, char after) =>
        !char.IsWhiteSpace(before) && char.IsWhiteSpace(after) && (after is not ('\r' or '\n') || char.IsLetterOrDigit(before));

    private static int Digits(ReadOnlySpan<char> text, int index)
    {
        for (int digits = 1; digits < MostDigits && index < text.Length; digits++)
        {
            if (Character.At(text, index, out int length) != CharacterClass.Number) break;
            index += length;
        }
        return index;
    }

    private static int Signs(ReadOnlySpan<char> text, int index)
    {
        index = Character.RunEnd(text, index, CharacterClass.Other);
        while (index < text.Length && text[index] is '\r' or '\n') index++;
        return index;
    }

    // ſ (U+017F) is a small s to Unicode's case folding, which (?i:…) asks for.
    private static int Contraction(ReadOnlySpan<char> rest) => rest switch
    {
        ['s' or 'S' or 'ſ' or 'd' or 'D' or 'm' or 'M' or 't' or 'T', ..] => 1,
        ['l' or 'L', 'l' or 'L', ..] or ['v' or 'V', 'e' or 'E', ..] or ['r' or 'R', 'e' or 'E', ..] => 2,
        _ => 0,
    };
}
