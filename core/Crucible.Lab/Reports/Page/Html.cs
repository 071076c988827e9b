using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Reports;

/// <summary>What every page of ours has: the head with its style, and the resources it is made of.</summary>
internal static class PageFrame
{
    internal static void Open(StringBuilder page, string title, params string[] styles)
    {
        page.Append(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Markup($"<title>{title}</title>");
        page.Append("<link rel=\"icon\" href=\"data:,\">\n<style>\n");
        foreach (string style in styles) page.Append(Resource(style));
        page.Append("</style>\n</head>\n<body>\n");
    }

    internal static string Close(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>A script element with the files' texts, one after another.</summary>
    internal static string Scripts(params string[] names) => $"<script>\n{string.Concat(names.Select(Resource))}</script>\n";

    /// <summary>The text of a file of <c>Reports/Page</c>, which the library carries.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(PageFrame).Assembly.GetManifestResourceStream($"Crucible.Lab.Reports.Page.{name}")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

/// <summary>Writes HTML: every text that comes from outside goes through <see cref="Encode"/>.</summary>
internal static partial class Html
{
    internal static string Encode(object? value) => WebUtility.HtmlEncode(Numbers.Show(value));

    /// <summary>Appends markup whose holes are encoded; <see cref="Raw"/> values pass as they are.</summary>
    internal static StringBuilder Markup(this StringBuilder page, FormattableString markup) =>
        page.AppendFormat(CultureInfo.InvariantCulture, markup.Format, [.. markup.GetArguments()
            .Select(value => value is Raw raw ? raw.Markup : Encode(value))]).Append('\n');

    /// <summary>A name that may be broken where its words join.</summary>
    internal static Raw Breakable(string name) =>
        new(Encode(name).Replace("_", "_<wbr>", StringComparison.Ordinal).Replace(".", ".<wbr>", StringComparison.Ordinal));

    /// <summary>Plain text whose addresses can be followed.</summary>
    internal static Raw Linked(string text) => new(Address().Replace(Encode(text), "<a href=\"$0\">$0</a>"));

    [GeneratedRegex("https?://[^\\s<>\"&]*[^\\s<>\"&.,;:!?)]")]
    private static partial Regex Address();

    /// <summary>A table, numbers to the right, in a frame that scrolls where the page is narrow.</summary>
    internal static void Table(this StringBuilder page, TableData table, string? caption)
    {
        page.Append("<div class=\"scroll\" tabindex=\"0\"><table>\n");
        if (caption is not null) page.Markup($"<caption>{caption}</caption>");
        page.Append("<thead><tr>");
        for (int column = 0; column < table.Columns.Length; column++)
            page.Append(Cell("th scope=\"col\"", "th", table.Columns[column], table.IsNumeric(column)));
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (object?[] row in table.Rows)
        {
            page.Append("<tr>");
            for (int column = 0; column < row.Length; column++) page.Append(Cell("td", "td", row[column], table.IsNumeric(column)));
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static string Cell(string open, string close, object? value, bool isNumeric)
    {
        string shown = value is Raw raw ? raw.Markup : WebUtility.HtmlEncode(Numbers.Cell(value));
        return $"<{open}{(isNumeric ? " class=\"number\"" : "")}>{shown}</{close}>";
    }

    /// <summary>Markup that is already safe, and whether it shows a number.</summary>
    internal sealed record Raw(string Markup, bool IsNumber = false)
    {
        /// <summary>The text of one element without others in it.</summary>
        internal string Text => WebUtility.HtmlDecode(Markup[(Markup.IndexOf('>') + 1)..].Split('<')[0]);
    }
}
