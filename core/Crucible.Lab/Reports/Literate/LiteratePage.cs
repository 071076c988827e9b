using System.Text;
using System.Text.Json.Nodes;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Crucible.Lab.Reports;

/// <summary>A script as a page: prose, code with colours, and what each cell printed and showed, in order.</summary>
/// <param name="script">The script's file.</param>
/// <param name="cells">Its cells.</param>
/// <param name="outputs">What each cell of code gave, as far as it came.</param>
/// <param name="error">What ended it, if anything did.</param>
internal sealed class LiteratePage(string script, IReadOnlyList<Cell> cells, IReadOnlyDictionary<int, JsonArray> outputs, string? error)
{
    private const int LongCode = 40, LongText = 40; // lines that are folded

    // Raw HTML in prose stays text: a page that was made of somebody's notebook runs nothing of it.
    private static readonly MarkdownPipeline Markdown =
        new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UseEmphasisExtras().Build();

    private readonly StringBuilder page = new();

    private bool HasCharts => outputs.Values.Any(cell => cell.Any(output => (bool?)output!["drawn"] == true));

    /// <summary>The page, complete in itself.</summary>
    /// <param name="plotly">What draws its figures.</param>
    internal string Render(PlotlyScript plotly)
    {
        string title = LiterateScript.TitleOf(cells) ?? Path.GetFileName(script);
        PageFrame.Open(page, title, "report.css", "literate.css");
        page.Append("<main>\n");
        if (LiterateScript.TitleOf(cells) is null) page.Markup($"<h1>{title}</h1>");
        int code = 0;
        foreach (Cell cell in cells)
        {
            if (cell.IsProse)
            {
                page.Append("<div class=\"prose\">\n").Append(Prose(cell.Text)).Append("</div>\n");
                continue;
            }

            if (!cell.IsHidden) Code(cell);
            if (outputs.TryGetValue(code++, out JsonArray? given)) Outputs(given);
        }

        if (error is not null) page.Markup($"<p class=\"banner bad\">The script ended here with an error: {error}</p>");
        page.Append("</main>\n<footer></footer>\n").Append(PageFrame.Scripts("paper.js"));
        if (HasCharts) page.Append(plotly.Markup).Append(PageFrame.Scripts("figure.js", "panels.js", "report.js"));
        return PageFrame.Close(page);
    }

    /// <summary>F# with a colour for each kind of word.</summary>
    internal static string Highlighted(string code)
    {
        StringBuilder text = new();
        foreach (Token token in FSharpTokens.Of(code))
        {
            string word = Html.Encode(code.Substring(token.Start, token.Length));
            if (token.Kind == TokenKind.Plain) text.Append(word);
            else text.Append("<span class=\"").Append(token.Kind.ToString().ToLowerInvariant()).Append("\">").Append(word).Append("</span>");
        }

        return text.ToString();
    }

    private void Code(Cell cell) =>
        Folded("code", cell.Text, LongCode, $"<pre class=\"code\"><code>{Highlighted(cell.Text)}</code></pre>");

    private void Outputs(JsonArray given)
    {
        page.Append("<div class=\"given\">\n");
        foreach (JsonNode? output in given)
        {
            if ((string?)output!["text"] is { } text) Folded("output", text, LongText, $"<pre class=\"columns\">{Html.Encode(text)}</pre>");
            else page.Append((string?)output["html"]);
        }

        page.Append("</div>\n");
    }

    private void Folded(string what, string text, int most, string markup)
    {
        int lines = text.AsSpan().Count('\n') + 1;
        if (lines <= most) page.Append(markup).Append('\n');
        else page.Markup($"<details><summary>{what}, {lines} lines</summary>{new Html.Raw(markup)}</details>");
    }

    /// <summary>Markdown as HTML. A front matter is no prose; pictures that lie beside the script come along.</summary>
    private string Prose(string text)
    {
        if (text.StartsWith("---\n", StringComparison.Ordinal) && text.IndexOf("\n---", 4, StringComparison.Ordinal) is > 0 and var end)
        {
            string title = LiterateScript.TitleOf(cells)!;
            text = $"# {title}\n{text[(end + 4)..]}";
        }

        MarkdownDocument document = Markdig.Markdown.Parse(text, Markdown);
        foreach (LinkInline picture in document.Descendants<LinkInline>().Where(link => link.IsImage)) picture.Url = Embedded(picture.Url);
        StringWriter html = new();
        HtmlRenderer renderer = new(html);
        Markdown.Setup(renderer);
        renderer.Render(document);
        return html.ToString();
    }

    private string? Embedded(string? address)
    {
        const int most = 8 << 20;
        if (address is null || address.Contains(':', StringComparison.Ordinal) || !Path.HasExtension(address)) return address;
        string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(script))!, Uri.UnescapeDataString(address));
        string kind = Path.GetExtension(file).ToLowerInvariant() switch { ".jpg" => "jpeg", ".svg" => "svg+xml", var other => other[1..] };
        try
        {
            return File.Exists(file) ? $"data:image/{kind};base64,{Convert.ToBase64String(RunFile.ReadBytes(file, most))}" : address;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return address;
        }
    }
}
