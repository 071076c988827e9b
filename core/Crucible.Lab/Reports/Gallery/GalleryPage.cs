using System.Text;
using System.Text.Json;

namespace Crucible.Lab.Reports;

/// <summary>
/// The page over all runs: what each script asks, what each run answered, thumbnails of its charts, and two runs side
/// by side.
/// </summary>
/// <param name="scripts">The runs of each script, newest first.</param>
/// <param name="plotly">The file of plotly.js beside the page, or nothing where no run has drawn anything.</param>
internal sealed class GalleryPage(IndexedRun[][] scripts, string? plotly)
{
    private const int ShownAtOnce = 6; // the older runs of a script wait behind a line to click

    private readonly StringBuilder page = new();

    internal string Render()
    {
        PageFrame.Open(page, "Runs", "report.css", "gallery.css");
        page.Append(
            "<header><h1>Runs</h1>\n<p class=\"lead\">Every run of every script, newest first. Mark two runs of one script to see them side by side.</p>\n");
        if (scripts.Length > 2) Contents();
        page.Append("</header>\n<main>\n<section id=\"comparison\" aria-label=\"Comparison\" hidden></section>\n");
        foreach (IndexedRun[] runs in scripts) Script(runs);
        page.Append("</main>\n<footer></footer>\n");
        page.Markup($"<script type=\"application/json\" id=\"runs\">{new Html.Raw(Records())}</script>");
        if (plotly is not null) page.Markup($"<script src=\"{plotly}\"></script>");
        page.Append(PageFrame.Scripts("figure.js", "comparison.js", "gallery.js"));
        return PageFrame.Close(page);
    }

    private void Contents()
    {
        page.Append("<nav aria-label=\"Scripts\"><ul>\n");
        foreach (IndexedRun[] runs in scripts)
            page.Markup($"<li><a href=\"#{Uri.EscapeDataString(runs[0].Script)}\">{runs[0].Script}</a></li>");
        page.Append("</ul></nav>\n");
    }

    private void Script(IndexedRun[] runs)
    {
        page.Markup($"<section aria-label=\"{runs[0].Script}\">\n<h2 id=\"{runs[0].Script}\">{runs[0].Script}</h2>");
        if (Array.Find(runs, run => run.Description.Length > 0) is { } described) page.Markup($"<p>{described.Description}</p>");
        Cards(runs[..Math.Min(ShownAtOnce, runs.Length)]);
        if (runs.Length > ShownAtOnce)
        {
            page.Markup($"<details><summary>{runs.Length - ShownAtOnce} older</summary>");
            Cards(runs[ShownAtOnce..]);
            page.Append("</details>\n");
        }

        page.Append("</section>\n");
    }

    private void Cards(IndexedRun[] runs)
    {
        page.Append("<div class=\"runs\">\n");
        foreach (IndexedRun run in runs) Card(run);
        page.Append("</div>\n");
    }

    private void Card(IndexedRun run)
    {
        string title = run.Started.Length > 0 ? run.Started : run.Name;
        page.Markup($"<article class=\"run\" data-run=\"{run.Key}\">");
        Html.Raw quick = run.IsQuick ? ReportPage.Quick : new("");
        if (run.HasReport) page.Markup($"<h3><a href=\"{run.Address}/{ReportPage.FileName}\">{title}</a> {run.Badge}{quick}</h3>");
        else page.Markup($"<h3>{title} {run.Badge}{quick}</h3>");
        if (run.Answer.Length > 0) page.Markup($"<p class=\"answer\">{run.Answer}</p>");
        if (run.Facts.Length > 0) page.Markup($"<p class=\"facts\">{run.Facts}</p>");
        if (run.Headlines.Count > 0)
        {
            page.Append("<dl>\n");
            foreach ((string name, double? value) in run.Headlines)
                page.Markup($"<div><dt>{Html.Breakable(name)}</dt><dd>{(value is { } number ? Numbers.Show(number) : "")}</dd></div>");
            page.Append("</dl>\n");
        }

        if (run.Figures is not null) page.Append("<div class=\"thumbnails\" aria-hidden=\"true\"></div>\n");
        if (run.Record is not null)
            page.Markup($"<label><input type=\"checkbox\"> compare<span class=\"unseen\"> the run of {title}</span></label>");
        page.Append("</article>\n");
    }

    /// <summary>What comparisons need, by run.</summary>
    private string Records()
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter records = new(text))
        {
            records.WriteStartObject();
            foreach (IndexedRun run in scripts.SelectMany(runs => runs))
            {
                if (run.Record is null) continue;
                records.WriteStartObject(run.Key);
                records.WriteString("title", run.Started);
                records.WriteString("figures", run.Figures);
                records.WritePropertyName("record");
                records.WriteRawValue(run.Record, skipInputValidation: true);
                records.WriteEndObject();
            }

            records.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }
}
