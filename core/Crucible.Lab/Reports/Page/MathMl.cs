using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Reports;

/// <summary>
/// Sets a formula that is written in a line, as <c>p ← p − ∇f / max(100, ‖∇f‖₁)</c>, in MathML, which browsers draw by
/// themselves.
/// </summary>
/// <remarks>
/// The notation is a small part of Sargent's "Unicode nearly plain-text encoding of mathematics" (Unicode Technical Note
/// 28): <c>a/b</c> is a fraction of two factors, <c>√x</c> a root, <c>x²</c> or <c>x^2</c> a power, <c>x₁</c> or
/// <c>x_1</c> an index, <c>‖x‖</c> a norm; parentheses around a numerator, a denominator, a root's inside or an index
/// only group. <c>f(x)</c> and <c>∇f</c> are one factor; so is a word, as <c>softmax(x)</c>.
/// </remarks>
internal sealed partial class MathMl
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀⁿ", Raised = "0123456789+−Tn";
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₜₙ", Lowered = "0123456789+−ijktn";
    private const string Low = "<mo stretchy=\"false\">";
    private const string Opening = "([{‖|", Closing = ")]}‖|";

    private readonly string[] tokens;
    private int at;

    private MathMl(string formula) => tokens = [.. Tokens().Matches(formula).Select(match => match.Value)];

    /// <summary>The formula as an element that stands in a line of its own.</summary>
    internal static string Of(string formula) => $"<math display=\"block\"><mrow>{new MathMl(formula).Row(null)}</mrow></math>";

    /// <summary>Everything up to what closes it, which stays to be read.</summary>
    private string Row(string? closing)
    {
        StringBuilder row = new();
        while (at < tokens.Length && tokens[at] != closing)
        {
            string factor = Factor();
            if (!Takes("/")) row.Append(factor);
            else row.Append(CultureInfo.InvariantCulture, $"<mfrac>{Ungrouped(factor)}{Ungrouped(Factor())}</mfrac>");
        }

        return row.ToString();
    }

    /// <summary>An atom with what stands above and below it, and with its arguments.</summary>
    private string Factor()
    {
        bool isName = at < tokens.Length && char.IsLetter(tokens[at][0]);
        string factor = Scripts(Atom());
        return isName && at < tokens.Length && tokens[at] == "(" ? Grouped(factor + "<mo>&#x2061;</mo>" + Factor()) : factor;
    }

    /// <summary>A number, a name, an operator, a group or a root.</summary>
    private string Atom()
    {
        if (at == tokens.Length) return "<mrow></mrow>";
        string token = tokens[at++];
        int opening = Opening.IndexOf(token, StringComparison.Ordinal);
        return token switch
        {
            "√" => $"<msqrt>{Ungrouped(Factor())}</msqrt>",
            "∇" or "∂" or "Δ" when Follows() => Grouped($"<mo>{token}</mo>{Factor()}"),
            _ when opening >= 0 => Group(token, Closing[opening].ToString()),
            _ when char.IsDigit(token[0]) => $"<mn>{token}</mn>",
            _ when char.IsLetter(token[0]) => $"<mi>{token}</mi>", // words stand upright by themselves
            _ => $"<mo>{Html.Encode(token)}</mo>",
        };
    }

    private bool Follows() =>
        at < tokens.Length && (char.IsLetter(tokens[at][0]) || Opening.Contains(tokens[at], StringComparison.Ordinal));

    private string Scripts(string factor)
    {
        (string? low, string? high) = (null, null);
        while (at < tokens.Length)
        {
            if (Takes("_")) low = Ungrouped(Atom());
            else if (Takes("^")) high = Ungrouped(Atom());
            else if (Subscripts.Contains(tokens[at][0], StringComparison.Ordinal)) low = Script(Subscripts, Lowered);
            else if (Superscripts.Contains(tokens[at][0], StringComparison.Ordinal)) high = Script(Superscripts, Raised);
            else break;
        }

        return (low, high) switch
        {
            (null, null) => factor,
            (null, _) => $"<msup>{factor}{high}</msup>",
            (_, null) => $"<msub>{factor}{low}</msub>",
            _ => $"<msubsup>{factor}{low}{high}</msubsup>",
        };
    }

    private string Script(string from, string to) =>
        Grouped(new MathMl(string.Concat(tokens[at++].Select(letter => to[from.IndexOf(letter, StringComparison.Ordinal)]))).Row(null));

    private string Group(string opening, string closing)
    {
        string inside = Row(closing);
        if (at < tokens.Length) at++;
        string sign = inside.Contains("<mfrac>", StringComparison.Ordinal) ? "<mo>" : Low; // else as high as a letter with all below it
        return Grouped($"{sign}{opening}</mo>{inside}{sign}{closing}</mo>");
    }

    private bool Takes(string token)
    {
        bool isThere = at < tokens.Length && tokens[at] == token;
        if (isThere) at++;
        return isThere;
    }

    private static string Grouped(string row) => $"<mrow>{row}</mrow>";

    /// <summary>Without the parentheses that only hold it together.</summary>
    private static string Ungrouped(string factor)
    {
        foreach (string sign in new[] { "<mo>", Low })
        {
            (string open, string close) = ($"<mrow>{sign}(</mo>", $"{sign})</mo></mrow>");
            if (factor.StartsWith(open, StringComparison.Ordinal) && factor.EndsWith(close, StringComparison.Ordinal))
                return Grouped(factor[open.Length..^close.Length]);
        }

        return factor;
    }

    // A number, a word or letter, powers, indices, or any other sign.
    [GeneratedRegex("[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?|[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀⁿ]+|[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₜₙ]+|[a-zA-Z]+|[^\\s]")]
    private static partial Regex Tokens();
}
