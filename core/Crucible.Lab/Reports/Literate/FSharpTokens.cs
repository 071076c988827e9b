namespace Crucible.Lab.Reports;

/// <summary>What a piece of F# is to a reader.</summary>
internal enum TokenKind
{
    /// <summary>Blanks, names, signs: as they stand.</summary>
    Plain,

    /// <summary>A comment.</summary>
    Comment,

    /// <summary>A text or a character.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A word of the language.</summary>
    Keyword,

    /// <summary>A name that begins with a capital: a type, module or case.</summary>
    Type,

    /// <summary>A line for the compiler, as <c>#load</c>.</summary>
    Directive,
}

/// <summary>A piece of source.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first letter.</param>
/// <param name="Length">Its letters.</param>
internal readonly record struct Token(TokenKind Kind, int Start, int Length);

/// <summary>
/// Reads F# in pieces, for colours and to tell comments from texts that look like one. It needs no compiler: the whole of the
/// source is covered, whatever is in it.
/// </summary>
internal sealed class FSharpTokens
{
    private static readonly HashSet<string> Keywords =
    [
        "abstract", "and", "as", "assert", "base", "begin", "class", "default", "delegate", "do", "done", "downcast", "downto", "elif", "else",
        "end", "exception", "extern", "false", "finally", "fixed", "for", "fun", "function", "global", "if", "in", "inherit", "inline",
        "interface", "internal", "lazy", "let", "match", "member", "module", "mutable", "namespace", "new", "not", "null", "of", "open", "or",
        "override", "private", "public", "rec", "return", "select", "static", "struct", "then", "to", "true", "try", "type", "upcast", "use",
        "val", "void", "when", "while", "with", "yield",
    ];

    private readonly string source;
    private readonly List<Token> tokens = [];
    private int place;

    private FSharpTokens(string source) => this.source = source;

    /// <summary>All pieces of a source, in order and without gaps.</summary>
    internal static IReadOnlyList<Token> Of(string source)
    {
        FSharpTokens reader = new(source);
        while (reader.place < source.Length) reader.Next();
        return reader.tokens;
    }

    private char Letter(int ahead = 0) => place + ahead < source.Length ? source[place + ahead] : '\0';

    private bool At(string text) => string.CompareOrdinal(source, place, text, 0, text.Length) == 0;

    private void Next()
    {
        int start = place;
        TokenKind kind = Read();
        if (tokens.Count > 0 && kind == TokenKind.Plain && tokens[^1].Kind == TokenKind.Plain)
            tokens[^1] = tokens[^1] with { Length = tokens[^1].Length + place - start };
        else tokens.Add(new Token(kind, start, place - start));
    }

    private TokenKind Read()
    {
        if (At("//")) return ToLineEnd(TokenKind.Comment);
        if (At("(*") && !At("(*)")) return Comment();
        if (At("\"\"\"") || At("$\"\"\"")) return Text("\"\"\"", escapes: false);
        if (At("@\"") || At("$@\"") || At("@$\"")) return Text("\"", escapes: false);
        if (At("\"") || At("$\"")) return Text("\"", escapes: true);
        if (Letter() == '\'' && CharacterLength() is > 0 and int length) return Take(length, TokenKind.Text);
        if (At("``")) return Quoted();
        if (Letter() == '#' && IsFirstInLine()) return ToLineEnd(TokenKind.Directive);
        if (char.IsAsciiDigit(Letter())) return Number();
        if (char.IsLetter(Letter()) || Letter() == '_') return Word();
        return Take(1, TokenKind.Plain);
    }

    private TokenKind Take(int count, TokenKind kind)
    {
        place = Math.Min(place + count, source.Length);
        return kind;
    }

    private TokenKind ToLineEnd(TokenKind kind)
    {
        while (place < source.Length && source[place] != '\n') place++;
        return kind;
    }

    private TokenKind Comment()
    {
        int depth = 0;
        do
        {
            if (At("(*")) (depth, place) = (depth + 1, place + 2);
            else if (At("*)")) (depth, place) = (depth - 1, place + 2);
            else place++;
        }
        while (depth > 0 && place < source.Length);
        return TokenKind.Comment;
    }

    private TokenKind Text(string closing, bool escapes)
    {
        while (Letter() is '$' or '@') place++;
        place += closing.Length;
        while (place < source.Length)
        {
            if (escapes && Letter() == '\\') place += 2;
            else if (!At(closing)) place++;
            else if (!escapes && closing.Length == 1 && Letter(1) == '"') place += 2; // "" in a verbatim text
            else return Take(closing.Length, TokenKind.Text);
        }

        return Take(0, TokenKind.Text);
    }

    /// <summary>How long a character is, as <c>'a'</c> or <c>'\n'</c>; 0 for a type's <c>'T</c>.</summary>
    private int CharacterLength()
    {
        if (Letter(1) != '\\') return Letter(2) == '\'' ? 3 : 0;
        int end = source.IndexOf('\'', Math.Min(place + 3, source.Length));
        return end > 0 && end - place <= 11 ? end - place + 1 : 0;
    }

    private TokenKind Quoted()
    {
        int end = source.IndexOf("``", Math.Min(place + 2, source.Length), StringComparison.Ordinal);
        return Take(end < 0 ? 2 : end + 2 - place, TokenKind.Plain);
    }

    private bool IsFirstInLine()
    {
        int before = place - 1;
        while (before >= 0 && source[before] is ' ' or '\t') before--;
        return (before < 0 || source[before] == '\n') && (char.IsLetter(Letter(1)) || Letter(1) == ' ');
    }

    private TokenKind Number()
    {
        while (char.IsAsciiLetterOrDigit(Letter()) || Letter() == '_' || (Letter() == '.' && Letter(1) != '.' && !char.IsLetter(Letter(1)))
            || (Letter() is '+' or '-' && source[place - 1] is 'e' or 'E')) place++;
        return TokenKind.Number;
    }

    private TokenKind Word()
    {
        int start = place;
        while (char.IsLetterOrDigit(Letter()) || Letter() is '_' or '\'') place++;
        string word = source[start..place];
        if (Letter() == '!' && word is "let" or "use" or "do" or "return" or "yield" or "match" or "and") place++;
        return Keywords.Contains(word) ? TokenKind.Keyword : char.IsUpper(word[0]) ? TokenKind.Type : TokenKind.Plain;
    }
}
