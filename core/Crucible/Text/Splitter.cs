namespace Crucible.Text;

/// <summary>Cuts text into pieces by hand-written rules that give exactly the matches of a regular expression, only faster.</summary>
internal abstract class Splitter
{
    private static readonly Splitter Whole = new WholeText();
    private static readonly Splitter Gpt2 = new Gpt2Splitter();
    private static readonly Splitter Cl100k = new Cl100kSplitter();

    /// <summary>The rules of a pattern.</summary>
    internal static Splitter Of(SplitPattern pattern) => pattern switch
    {
        SplitPattern.None => Whole,
        SplitPattern.Gpt2 => Gpt2,
        SplitPattern.Cl100k => Cl100k,
        _ => throw Errors.Option("split", "pattern", "None, Gpt2 or Cl100k", pattern),
    };

    /// <summary>The end of the piece that starts at <paramref name="start"/>, which lies inside the text.</summary>
    internal abstract int End(ReadOnlySpan<char> text, int start);

    /// <summary>The next piece as it is looked up, which may differ from the text; empty when there is none. Valid until the next call.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where to look; moved behind the piece.</param>
    internal virtual ReadOnlySpan<char> Next(ReadOnlySpan<char> text, ref int start)
    {
        int first = start;
        start = End(text, first);
        return text[first..start];
    }

    /// <summary>True when there is always a piece's boundary between two such characters, and none of the pieces before it depends on what follows.</summary>
    internal abstract bool IsBoundary(char before, char after);

    /// <summary>The piece's end when it is white space up to <paramref name="runEnd"/>: a last space is left for the word behind it.</summary>
    private protected static int SpaceEnd(ReadOnlySpan<char> text, int start, int runEnd) =>
        runEnd == text.Length || runEnd == start + 1 ? runEnd : runEnd - 1;

    private sealed class WholeText : Splitter
    {
        internal override int End(ReadOnlySpan<char> text, int start) => text.Length;

        internal override bool IsBoundary(char before, char after) => false;
    }
}
