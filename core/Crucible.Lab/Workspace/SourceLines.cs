using System.Text;

namespace Crucible.Lab.Workspace;

/// <summary>A line of F# that says something to the compiler.</summary>
/// <param name="Number">Its number in the file, from 1.</param>
/// <param name="Text">The line without comments, and with single blanks behind its indentation.</param>
internal readonly record struct SourceLine(int Number, string Text);

/// <summary>
/// Reads F# as its compiler takes it: comments, empty lines, the number of blanks between words and the ends of lines say
/// nothing. Texts are left as they are. Where a reading is in doubt, more is kept: an edit is rather seen once too often.
/// </summary>
internal sealed class SourceLines
{
    private readonly string source;
    private readonly List<SourceLine> lines = [];
    private readonly StringBuilder line = new();
    private int place;
    private int number = 1;
    private bool hasBegun; // behind the line's indentation

    private SourceLines(string source) => this.source = source;

    /// <summary>The lines of a file's text that are not empty.</summary>
    internal static IReadOnlyList<SourceLine> Of(string text)
    {
        SourceLines reader = new(text.ReplaceLineEndings("\n"));
        reader.Read();
        return reader.lines;
    }

    private void Read()
    {
        while (place < source.Length)
        {
            if (At("//")) SkipLine();
            else if (At("(*") && !At("(*)")) SkipComment();
            else if (At("\"\"\"")) TakeText(3, "\"\"\"", escapes: false);
            else if (At("\"")) TakeText(1, "\"", escapes: !IsVerbatim());
            else if (At("'\"'")) Take(3); // a quotation mark as a character begins no text
            else if (At("'\\\"'")) Take(4);
            else TakeLetter();
        }

        EndLine(isInText: false);
    }

    private bool At(string text) => string.CompareOrdinal(source, place, text, 0, text.Length) == 0;

    /// <summary>Whether <c>@</c>, <c>$@</c> or <c>@$</c> stands before the text: then a backslash is one.</summary>
    private bool IsVerbatim() =>
        place > 0 && (source[place - 1] == '@' || (place > 1 && source[place - 1] == '$' && source[place - 2] == '@'));

    private void SkipLine()
    {
        while (place < source.Length && source[place] != '\n') place++;
    }

    private void SkipComment()
    {
        int depth = 0;
        do
        {
            if (At("(*")) (depth, place) = (depth + 1, place + 2);
            else if (At("*)")) (depth, place) = (depth - 1, place + 2);
            else if (source[place++] == '\n') EndLine(isInText: false);
        }
        while (depth > 0 && place < source.Length);
    }

    private void TakeText(int opening, string closing, bool escapes)
    {
        Take(opening);
        while (place < source.Length)
        {
            if (escapes && source[place] == '\\' && place + 1 < source.Length && source[place + 1] != '\n')
            {
                Take(2);
            }
            else if (At(closing))
            {
                bool isDoubled = opening == 1 && !escapes && place + 1 < source.Length && source[place + 1] == '"';
                Take(isDoubled ? 2 : opening);
                if (!isDoubled) return;
            }
            else if (source[place++] is var letter && letter == '\n')
            {
                EndLine(isInText: true);
            }
            else
            {
                line.Append(letter);
            }
        }
    }

    private void Take(int count)
    {
        line.Append(source, place, count);
        place += count;
        hasBegun = true;
    }

    private void TakeLetter()
    {
        char letter = source[place++];
        if (letter == '\n')
        {
            EndLine(isInText: false);
            return;
        }

        hasBegun |= letter != ' ';
        if (letter != ' ' || !hasBegun || line[^1] != ' ') line.Append(letter);
    }

    private void EndLine(bool isInText)
    {
        string text = isInText ? line.ToString() : line.ToString().TrimEnd();
        if (isInText || text.Length > 0) lines.Add(new SourceLine(number, text));
        line.Clear();
        hasBegun = isInText;
        number++;
    }
}
