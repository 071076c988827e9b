using System.Text;

namespace Crucible.Lab.Reports;

/// <summary>What every page of ours has: the head with its style, and the resources it is made of.</summary>
internal static class PageFrame
{
    internal static void Open(StringBuilder page, string title)
    {
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Markup($"<title>{title}</title>");
        page.Append("<link rel=\"icon\" href=\"data:,\">\n<style>\n").Append(Resource("report.css")).Append("</style>\n</head>\n<body>\n");
    }

    internal static string Close(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>The text of a file of <c>Reports/Page</c>, which the library carries.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(PageFrame).Assembly.GetManifestResourceStream($"Crucible.Lab.Reports.Page.{name}")!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
