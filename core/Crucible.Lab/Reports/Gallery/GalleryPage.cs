using System.Text;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Reports;

/// <summary>
/// The page over all runs: what each script asks, what each run answered, thumbnails of its charts, and any runs side by
/// side.
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
        page.Append("<header><h1>Runs</h1>\n<p class=\"lead\">Every run of every script, newest first. Mark runs to see them side by side.</p>\n");
        if (scripts.Length > 2) Contents();
        page.Append("</header>\n<main>\n").Append(Tools);
        page.Append("<section id=\"comparison\" aria-label=\"Comparison\" hidden></section>\n");
        foreach (IndexedRun[] runs in scripts) Script(runs);
        page.Append("</main>\n<footer></footer>\n").Append(Bar);
        if (plotly is not null) page.Markup($"<script src=\"{plotly}\"></script>");
        page.Append(PageFrame.Scripts("figure.js", "statistics.js", "comparison.js", "beside.js", "gallery.js"));
        return PageFrame.Close(page);
    }

    private const string Tools = """
        <form id="tools" role="search" aria-label="Runs">
        <input type="search" id="words" placeholder="Search: words, name=value, tags" aria-label="Search">
        <select id="state" aria-label="Status"><option value="">any status</option></select>
        <select id="tag" aria-label="Tag"><option value="">any tag</option></select>
        <select id="order" aria-label="Order">
        <option value="newest">newest first</option><option value="oldest">oldest first</option>
        <option value="least">least first result first</option><option value="greatest">greatest first result first</option>
        </select>
        <output id="found" aria-live="polite"></output>
        </form>

        """;

    private static string Bar => $"""
        <aside id="bar" aria-label="Marked runs" hidden>
        <p><output id="marked"></output> <button type="button" id="compare">compare</button>
        <button type="button" id="clear">clear</button></p>
        <details><summary>tag, note, delete, export</summary><pre id="commands" data-door="{Folders.Door}"></pre></details>
        </aside>

        """;

    private void Contents()
    {
        page.Append("<nav aria-label=\"Scripts\"><ul>\n");
        foreach (IndexedRun[] runs in scripts)
            page.Markup($"<li><a href=\"#{Uri.EscapeDataString(runs[0].Script)}\">{runs[0].Script}</a></li>");
        page.Append("</ul></nav>\n");
    }

    private void Script(IndexedRun[] runs)
    {
        page.Markup($"<section class=\"script\" aria-label=\"{runs[0].Script}\">\n<h2 id=\"{runs[0].Script}\">{runs[0].Script}</h2>");
        if (Array.Find(runs, run => run.Description.Length > 0) is { } described) page.Markup($"<p>{described.Description}</p>");
        page.Append("<div class=\"runs\">\n");
        foreach (IndexedRun run in runs.Take(ShownAtOnce)) Card(run);
        page.Append("</div>\n");
        if (runs.Length > ShownAtOnce)
        {
            // What is in a template is no part of the page until the page's script puts it there.
            page.Markup($"<details><summary>{runs.Length - ShownAtOnce} older</summary><div class=\"runs\"></div></details>\n<template>");
            foreach (IndexedRun run in runs.Skip(ShownAtOnce)) Card(run);
            page.Append("</template>\n");
        }

        page.Append("</section>\n");
    }

    private void Card(IndexedRun run)
    {
        string title = run.Started.Length > 0 ? run.Started : run.Name;
        page.Markup($"<article class=\"run\" data-run=\"{run.Key}\" data-words=\"{run.Words}\"");
        if (run.Copy is not null) page.Markup($" data-copy=\"{run.Copy}\"");
        if (run.Headlines is [(_, { } first), ..]) page.Markup($" data-value=\"{first:R}\"");
        page.Append(">\n");
        Html.Raw quick = run.IsQuick ? ReportPage.Quick : new("");
        if (run.HasReport) page.Markup($"<h3><a href=\"{run.Address}/{ReportPage.FileName}\">{title}</a> {run.Badge}{quick}</h3>");
        else page.Markup($"<h3>{title} {run.Badge}{quick}</h3>");
        if (run.Answer.Length > 0) page.Markup($"<p class=\"answer\">{run.Answer}</p>");
        if (run.Reason.Length > 0) page.Markup($"<p class=\"reason\">{run.Reason}</p>");
        foreach (string alert in run.Alerts) page.Markup($"<p class=\"alert\">! {alert}</p>");
        if (run.Facts.Length > 0) page.Markup($"<p class=\"facts\">{run.Facts}</p>");
        if (run.Headlines.Count > 0)
        {
            page.Append("<dl>\n");
            foreach ((string name, double? value) in run.Headlines)
                page.Markup($"<div><dt>{Html.Breakable(name)}</dt><dd>{(value is { } number ? Numbers.Show(number) : "")}</dd></div>");
            page.Append("</dl>\n");
        }

        if (run.Marks.Note.Length > 0) page.Markup($"<p class=\"note\">{run.Marks.Note}</p>");
        if (run.Marks.Tags.Count > 0)
        {
            page.Append("<p class=\"tags\">");
            foreach (string tag in run.Marks.Tags) page.Markup($"<span class=\"tag\">{tag}</span>");
            page.Append("</p>\n");
        }

        if (run.HasFigures && run.Copy is not null) page.Append("<div class=\"thumbnails\" aria-hidden=\"true\"></div>\n");
        page.Markup($"<label><input type=\"checkbox\"> mark<span class=\"unseen\"> the run of {title}</span></label>");
        page.Append("</article>\n");
    }
}
