using System.Text.RegularExpressions;

namespace Crucible.Lab.Reports;

/// <summary>A piece of a script: prose in Markdown, or code.</summary>
/// <param name="IsProse">Whether it is prose.</param>
/// <param name="Text">Its text, without empty lines around it.</param>
/// <param name="Line">The line of the script in which it begins, from 1.</param>
/// <param name="IsHidden">Whether code is run but not shown.</param>
internal sealed record Cell(bool IsProse, string Text, int Line, bool IsHidden = false);

/// <summary>
/// A script as prose and code, told apart as FSharp.Formatting does: <c>(** … *)</c> at the beginning of a line is Markdown,
/// and <c>(*** hide ***)</c> hides the code behind it.
/// </summary>
internal static partial class LiterateScript
{
    private static readonly string[] NoExpression =
    [
        "let", "type", "open", "module", "namespace", "exception", "extern", "use", "and", "val", "do", "[<", "#", "private", "internal",
    ];

    private static readonly string[] GoesOn =
        ["|", ")", "]", "}", "and ", "with", "else", "elif", "then", "finally", "end", "->", ">>", "--"];

    /// <summary>The pieces of a script, in order.</summary>
    internal static IReadOnlyList<Cell> CellsOf(string source)
    {
        source = source.ReplaceLineEndings("\n");
        List<Cell> cells = [];
        int codeStart = 0;
        bool hides = false;
        foreach (Token token in FSharpTokens.Of(source).Where(token => IsMark(source, token)))
        {
            AddCode(token.Start);
            codeStart = token.Start + token.Length;
            string mark = source.Substring(token.Start, token.Length);
            if (Command().Match(mark) is { Success: true } command) hides = command.Groups[1].Value == "hide";
            else if (mark[3..^2].Trim('\n', ' ', '\t') is { Length: > 0 } prose)
                cells.Add(new Cell(true, Unindented(mark[3..^2]), LineOf(source, token.Start)));
        }

        AddCode(source.Length);
        return cells;

        void AddCode(int end)
        {
            string code = source[codeStart..end];
            int lead = code.Length - code.TrimStart('\n', ' ').Length;
            int first = code.LastIndexOf('\n', Math.Max(lead - 1, 0)) + 1;
            if (code.Trim().Length == 0) return;
            cells.Add(new Cell(false, code[(lead == 0 ? 0 : first)..].TrimEnd(), LineOf(source, codeStart + lead), hides));
            hides = false;
        }
    }

    /// <summary>The title in the prose: its first heading, or the title of a front matter; nothing where there is none.</summary>
    internal static string? TitleOf(IEnumerable<Cell> cells) => cells.Where(cell => cell.IsProse)
        .Select(cell => Heading().Match(cell.Text)).FirstOrDefault(heading => heading.Success)?.Groups["title"].Value.Trim();

    /// <summary>Code whose last expression is given to a function: what ends a cell is shown, as in a notebook.</summary>
    /// <param name="code">The code of a cell.</param>
    /// <param name="function">The function's full name.</param>
    internal static string Showing(string code, string function)
    {
        string[] lines = code.Split('\n');
        HashSet<int> inside = [.. InsideOfTokens(code)];
        int last = -1;
        for (int line = 0; line < lines.Length; line++)
        {
            bool begins = lines[line].Length > 0 && !char.IsWhiteSpace(lines[line][0]);
            if (begins && !inside.Contains(line) && !IsAside(lines[line])) last = line;
        }

        if (last < 0 || NoExpression.Any(word => Begins(lines[last], word))) return code;
        string item = string.Join('\n', lines[last..]);
        return item.Contains("<-", StringComparison.Ordinal) || item.Contains(":=", StringComparison.Ordinal) && !item.Contains('(')
            ? code
            : $"{code}\n|> {function}";
    }

    private static bool IsAside(string line) =>
        line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("(*", StringComparison.Ordinal)
            || Array.Exists(GoesOn, word => line.StartsWith(word, StringComparison.Ordinal));

    private static bool Begins(string line, string word) => line.StartsWith(word, StringComparison.Ordinal)
        && (!char.IsLetter(word[0]) || line.Length == word.Length || !IsInName(line[word.Length]));

    private static bool IsInName(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '\'';

    /// <summary>Lines that begin within a text or comment.</summary>
    private static IEnumerable<int> InsideOfTokens(string code) =>
        from token in FSharpTokens.Of(code)
        where token.Kind is TokenKind.Text or TokenKind.Comment
        let first = LineOf(code, token.Start)
        from line in Enumerable.Range(first, LineOf(code, token.Start + token.Length) - first)
        select line; // counted from 1, so that this is the line behind

    private static bool IsMark(string source, Token token) =>
        token.Kind == TokenKind.Comment && token.Length > 5 && string.CompareOrdinal(source, token.Start, "(**", 0, 3) == 0
            && (token.Start == 0 || source[token.Start - 1] == '\n') && source[token.Start + 3] != ')';

    private static int LineOf(string source, int place) => source.AsSpan(0, place).Count('\n') + 1;

    private static string Unindented(string prose)
    {
        string[] lines = prose.Trim('\n').Split('\n');
        int margin = lines.Skip(1).Where(line => line.Trim().Length > 0)
            .Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        IEnumerable<string> cut = lines.Skip(1).Select(line => line.Length >= margin ? line[margin..] : "");
        return string.Join('\n', cut.Prepend(lines[0].TrimStart())).Trim();
    }

    [GeneratedRegex(@"^\(\*\*\*\s*([\w-]*)[^*]*\*\*\*\)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"^(#{1,3}\s+|title:\s*)(?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
