using System.Text;

namespace Crucible.Lab.Reports;

/// <summary>What every page of ours has: the head with its style, and the resources it is made of.</summary>
internal static class PageFrame
{
    internal static void Open(StringBuilder page, string title, params string[] styles)
    {
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
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
