namespace Crucible.Text;

/// <summary>The pieces of <see cref="SplitPattern.Gpt2"/>.</summary>
internal sealed class Gpt2Splitter : Splitter
{
    internal override int End(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and int letters) return start + 1 + letters;
        CharacterClass kind = Character.At(text, start, out int length);
        if (kind != CharacterClass.Space) return Character.RunEnd(text, start + length, kind);
        if (text[start] == ' ' && start + 1 < text.Length && Character.At(text, start + 1, out length) is var next && next != CharacterClass.Space)
        {
            return Character.RunEnd(text, start + 1 + length, next);
        }
        return SpaceEnd(text, start, Character.RunEnd(text, start + 1, CharacterClass.Space));
    }

    // No alternative of the pattern continues behind a character that is not white space with one that is.
    internal override bool IsBoundary(char before, char after) => !char.IsWhiteSpace(before) && char.IsWhiteSpace(after);

    private static int Contraction(ReadOnlySpan<char> rest) => rest switch
    {
        ['s' or 'd' or 'm' or 't', ..] => 1,
        ['l', 'l', ..] or ['v', 'e', ..] or ['r', 'e', ..] => 2,
        _ => 0,
    };
}
