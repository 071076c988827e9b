namespace Crucible.Text;

/// <summary>Cuts text into pieces by hand-written rules that give exactly the matches of a regular expression, only faster.</summary>
internal abstract class Splitter
{
    private static readonly Splitter Whole = new WholeText();
    private static readonly Splitter Gpt2 = new Gpt2Splitter();
    private static readonly Splitter Cl100k = new Cl100kSplitter();
    private static readonly Splitter O200k = new O200kSplitter();

    /// <summary>The rules of a pattern.</summary>
    internal static Splitter From(SplitPattern pattern) => pattern switch
    {
        SplitPattern.None => Whole,
        SplitPattern.Gpt2 => Gpt2,
        SplitPattern.Cl100k => Cl100k,
        SplitPattern.O200k => O200k,
        _ => throw Errors.Option("split", "pattern", "None, Gpt2, Cl100k or O200k", pattern),
    };

    /// <summary>The end of the piece that starts at <paramref name="start"/>, which lies inside the text.</summary>
    internal abstract int End(ReadOnlySpan<char> text, int start);

    /// <summary>
    /// The next piece as it is looked up, which may differ from the text; empty when there is none. Valid until the
    /// next call.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to look; advanced past the piece.</param>
    internal virtual ReadOnlySpan<char> Next(ReadOnlySpan<char> text, ref int start)
    {
        int first = start;
        start = End(text, first);
        return text[first..start];
    }

    /// <summary>
    /// True when pieces always end between two such characters, and the pieces before do not depend on what follows.
    /// </summary>
    internal abstract bool IsBoundary(char before, char after);

    /// <summary>
    /// The piece's end when it is white space up to <paramref name="runEnd"/>: the last space is left for the word that
    /// follows.
    /// </summary>
    private protected static int SpaceEnd(ReadOnlySpan<char> text, int start, int runEnd) =>
        runEnd == text.Length || runEnd == start + 1 ? runEnd : runEnd - 1;

    /// <summary>The end of white space that begins here: up to its last line end, if it has one.</summary>
    private protected static int Blank(ReadOnlySpan<char> text, int start)
    {
        int runEnd = Character.RunEnd(text, start, CharacterClass.Space);
        int lastLineEnd = text[start..runEnd].LastIndexOfAny('\r', '\n');
        return lastLineEnd >= 0 ? start + lastLineEnd + 1 : SpaceEnd(text, start, runEnd);
    }

    private sealed class WholeText : Splitter
    {
        internal override int End(ReadOnlySpan<char> text, int start) => text.Length;

        internal override bool IsBoundary(char before, char after) => false;
    }
}

/// <summary>How a byte-pair tokenizer splits text into the pieces that its merges never cross.</summary>
public enum SplitPattern
{
    /// <summary>The whole text is one piece: merges may cross every boundary, as in P. Gage's compression (1994).</summary>
    None,

    /// <summary>
    /// GPT-2's pieces: a contraction, or a run of letters, digits or other signs with the space before it, or white
    /// space: <c>'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c> (Radford et al., 2019).
    /// </summary>
    Gpt2,

    /// <summary>
    /// The pieces of OpenAI's cl100k_base (GPT-3.5 and GPT-4): contractions in either case, at most three digits, line
    /// ends kept together: <c>'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|
    /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
    /// </summary>
    Cl100k,

    /// <summary>
    /// The pieces of OpenAI's o200k_base (GPT-4o and after): as <see cref="Cl100k"/>, but a word is cut before a capital
    /// that follows a small letter, takes marks, and keeps its contraction; signs keep slashes behind them. With U for
    /// <c>\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}</c>, L for <c>\p{Ll}\p{Lm}\p{Lo}\p{M}</c> and C for
    /// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)?</c>: <c>[^\r\n\p{L}\p{N}]?[U]*[L]+C|[^\r\n\p{L}\p{N}]?[U]+[L]*C|\p{N}{1,3}|
    /// ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
    /// </summary>
    O200k,
}

/// <summary>The pieces of <see cref="SplitPattern.Gpt2"/>.</summary>
internal sealed class Gpt2Splitter : Splitter
{
    internal override int End(ReadOnlySpan<char> text, int start)
    {
        if (text[start] == '\'' && Contraction(text[(start + 1)..]) is > 0 and int letters) return start + 1 + letters;
        CharacterClass kind = Character.At(text, start, out int length);
        if (kind != CharacterClass.Space) return Character.RunEnd(text, start + length, kind);
        if (text[start] == ' ' && start + 1 < text.Length && Character.At(text, start + 1, out length) is var next
            && next != CharacterClass.Space)
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
        if (next == CharacterClass.Letter && first is not ('\r' or '\n'))
            return Character.RunEnd(text, behind + length, CharacterClass.Letter);
        if (kind == CharacterClass.Other) return Signs(text, behind);
        if (first == ' ' && next == CharacterClass.Other) return Signs(text, behind + length);
        return Blank(text, start);
    }

    // Signs take the line ends behind them, and nothing else continues from a character that is not white space to one
    // that is.
    internal override bool IsBoundary(char before, char after) =>
        !char.IsWhiteSpace(before) && char.IsWhiteSpace(after) && (after is not ('\r' or '\n') || char.IsLetterOrDigit(before));

    internal static int Digits(ReadOnlySpan<char> text, int index)
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
    internal static int Contraction(ReadOnlySpan<char> rest) => rest switch
    {
        ['s' or 'S' or 'ſ' or 'd' or 'D' or 'm' or 'M' or 't' or 'T', ..] => 1,
        ['l' or 'L', 'l' or 'L', ..] or ['v' or 'V', 'e' or 'E', ..] or ['r' or 'R', 'e' or 'E', ..] => 2,
        _ => 0,
    };
}

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
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
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
