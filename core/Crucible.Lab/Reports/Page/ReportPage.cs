using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>Renders a run as one HTML page that needs no other file. The same run gives the same page.</summary>
internal sealed class ReportPage
{
    internal const string FileName = "report.html";

    private const int FewResults = 4; // stand for the answer of a script that gives none
    private const int LeastGroup = 3; // results whose names begin alike

    private readonly RunRecord run;
    private readonly Block[] blocks;
    private readonly string? error;
    private readonly StringBuilder page = new();
    private readonly BlockWriter body;

    /// <param name="run">What the run was and gave.</param>
    /// <param name="blocks">The body.</param>
    /// <param name="error">The error that ended the run, if any.</param>
    internal ReportPage(RunRecord run, Block[] blocks, string? error)
    {
        (this.run, this.blocks, this.error) = (run, blocks, error);
        body = new BlockWriter(page);
    }

    /// <summary>The way to the gallery that lists the run; null where none does.</summary>
    internal string? Gallery { get; init; }

    /// <summary>Whether the page draws anything, and so needs plotly.js.</summary>
    internal bool HasCharts => Array.Exists(blocks, BlockWriter.IsDrawn);

    /// <summary>The page, complete in itself.</summary>
    /// <param name="plotly">What draws its figures; a page without any needs nothing.</param>
    internal string Render(PlotlyScript? plotly)
    {
        PageFrame.Open(page, run.Description, "report.css");
        Head();
        page.Append("<main>\n");
        if (blocks is [AnswerBlock answer, ..]) Answer(answer);
        else Headlines();
        Contents();
        foreach (Block block in blocks) body.Write(block);
        Results();
        Checks();
        RepeatPanel.Append(page, run);
        Circumstances();
        page.Append("</main>\n<footer>\n");
        page.Markup($"<p>The numbers of this page are in <a href=\"{RunRecord.FileName}\">{RunRecord.FileName}</a> beside it.</p>");
        page.Append("</footer>\n");
        page.Append(PageFrame.Scripts("paper.js"));
        if (HasCharts && plotly is not null) page.Append(plotly.Markup).Append(PageFrame.Scripts("figure.js", "panels.js", "report.js"));
        return PageFrame.Close(page);
    }

    private void Head()
    {
        page.Append("<header>\n");
        if (Gallery is not null) page.Markup($"<p class=\"back\"><a href=\"{Gallery}\">All runs</a></p>");
        page.Markup($"<h1>{run.Description}</h1>");
        string started = run.Started.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        page.Markup(
            $"<p class=\"facts\">{run.Script} · seed {run.Seed} · {started} · {Math.Round(run.Seconds, 1)} s · {Badge(run.Status, run.HasFailedCheck)}{(run.IsQuick ? Quick : new(""))}</p>");
        if (run.Status == RunStatus.Interrupted)
            page.Markup($"<p class=\"banner warn\">This run was interrupted. The page shows what was done until then.</p>");
        if (error is not null) page.Markup($"<p class=\"banner bad\">This run ended with an error: {error}</p>");
        foreach (RunAlert alert in run.Alerts)
            page.Markup($"<p class=\"banner warn\">After {Math.Round(alert.Seconds, 1)} s: {alert.Line}</p>");
        page.Append("</header>\n");
    }

    /// <summary>A word and its colour: green only for a run that ended by itself with every check met.</summary>
    internal static Html.Raw Badge(RunStatus status, bool hasFailedCheck)
    {
        (string color, string word) = (status, hasFailedCheck) switch
        {
            (RunStatus.Failed, _) => ("bad", "failed"),
            (RunStatus.Interrupted, _) => ("warn", "interrupted"),
            (RunStatus.Running, _) => ("warn", "not ended"),
            (_, true) => ("bad", "check failed"),
            _ => ("good", "completed"),
        };
        return new($"<span class=\"badge {color}\">{word}</span>");
    }

    /// <summary>Said beside the status of a run that did less work than usual.</summary>
    internal static Html.Raw Quick =>
        new(" <span class=\"badge warn\" title=\"less work than usual: its numbers only show that everything runs\">quick</span>");

    private void Contents()
    {
        HeadingBlock[] headings = [.. blocks.OfType<HeadingBlock>()];
        if (headings.Length < 3) return;
        page.Append("<nav aria-label=\"Sections\"><ul>\n");
        for (int place = 0; place < headings.Length; place++)
            page.Markup($"<li><a href=\"#section-{place + 1}\">{headings[place].Title}</a></li>");
        page.Append("</ul></nav>\n");
    }

    private void Answer(AnswerBlock answer)
    {
        page.Markup($"<section class=\"answer\" aria-label=\"Answer\"><p class=\"sentence\">{answer.Sentence}</p>\n<div class=\"shown\">");
        Estimate[] measured = [.. answer.Estimates.Where(one => !double.IsNaN(one.Value))];
        if (measured.Length > 0)
        {
            page.Append("<dl class=\"estimates\">\n");
            foreach (Estimate one in measured)
                page.Markup($"<div><dt>{one.Name}</dt><dd>{one.Number} <span class=\"unit\">{one.Rest}</span></dd></div>");
            page.Append("</dl>\n");
        }

        if (answer.Figure is not null) body.Write(new FiguresBlock([answer.Figure], answer.Caption));
        page.Append("</div>\n");
        if (measured.Length < answer.Estimates.Count)
        {
            string leftOut = string.Join(", ", answer.Estimates.Where(one => double.IsNaN(one.Value)).Select(one => one.Name));
            page.Markup($"<p class=\"where\">Left out, because {(run.IsQuick ? "--quick" : "this run")} gave no number: {leftOut}.</p>");
        }

        page.Append("</section>\n");
    }

    /// <summary>What stands for an answer that the script does not give in words.</summary>
    private void Headlines()
    {
        if (run.Metrics.Count == 0) return;
        KeyValuePair<string, double>[] shown =
            [.. run.Headlines.Count > 0 ? run.Metrics.Where(metric => run.Headlines.Contains(metric.Key)) : run.Metrics.Take(FewResults)];
        page.Append("<section aria-label=\"Main results\">\n<dl class=\"cards\">\n");
        foreach ((string name, double value) in shown)
            page.Markup($"<div><dt>{run.TitleOf(name)}</dt><dd>{value}</dd></div>");
        page.Append("</dl>\n</section>\n");
    }

    /// <summary>All results, those whose names begin alike in a table of their own; pointing at one shows its name in run.json.</summary>
    private void Results()
    {
        if (run.Metrics.Count == 0) return;
        ILookup<string, KeyValuePair<string, double>> groups = run.Metrics.ToLookup(metric => metric.Key.Split('_', '.')[0]);
        IGrouping<string, KeyValuePair<string, double>>[] large = [.. groups.Where(IsLarge)];
        string columns = large.Length > 1 ? " several" : "";
        page.Markup($"<section aria-label=\"All results\"><h2>All results</h2>\n<div class=\"results{columns}\">");
        Group(null, groups.Where(group => !IsLarge(group)).SelectMany(group => group));
        foreach (IGrouping<string, KeyValuePair<string, double>> group in large) Group(Numbers.Words(group.Key), group);
        page.Append("</div></section>\n");
    }

    /// <summary>Whether results whose names begin alike are so many, and so called, that they make a table of their own.</summary>
    private bool IsLarge(IGrouping<string, KeyValuePair<string, double>> group) => group.Count() >= LeastGroup
        && group.All(metric => run.TitleOf(metric.Key).StartsWith(Numbers.Words(group.Key), StringComparison.OrdinalIgnoreCase));

    private void Group(string? caption, IEnumerable<KeyValuePair<string, double>> metrics)
    {
        object?[][] rows =
        [
            .. metrics.Select(metric => new object?[]
            {
                new Html.Raw($"<span title=\"{Html.Encode(metric.Key)}\">{Html.Encode(run.TitleOf(metric.Key))}</span>"),
                new Html.Raw(Html.Encode(metric.Value), IsNumber: true),
            }),
        ];
        if (rows.Length > 0) page.Table(new TableData(["result", "value"], rows), caption);
    }

    /// <summary>The checks, folded where all are met, and what was measured that cannot fail.</summary>
    private void Checks()
    {
        if (run.Checks.Count + run.Notes.Count == 0) return;
        page.Append("<section aria-label=\"Checks\"><h2>Checks</h2>\n");
        if (run.Checks.Count > 0)
        {
            string open = run.HasFailedCheck ? " open" : "";
            page.Markup($"<details{open}><summary>{run.Checks.Count(check => check.IsOk)} of {run.Checks.Count} met</summary>");
            page.Table(new TableData(["", "what is checked", "expected", "actual"], [.. run.Checks.Select(Row)]), null);
            page.Append("</details>\n");
        }

        if (run.Notes.Count > 0)
            page.Table(
                new TableData(["measured", "result"], [.. run.Notes.Select(note => new object?[] { note.Name, note.Text })]),
                "What depends on this machine");
        page.Append("</section>\n");

        static object?[] Row(Check check) =>
        [
            new Html.Raw($"<span class=\"badge {(check.IsOk ? "good\">✓ met" : "bad\">✗ not met")}</span>"),
            check.Name,
            check.Expected,
            check.Actual,
        ];
    }

    private void Circumstances()
    {
        page.Append("<details><summary>Command, configuration, machine and versions</summary>\n");
        Facts("Script", new JsonObject { ["command"] = run.Command, ["SHA-256 of the script and what it loads"] = run.ScriptHash });
        Facts("Configuration", run.Config);
        Facts("Data: SHA-256 of each file", run.Data);
        Facts("Machine", run.Machine);
        Facts("Versions", run.Versions);
        page.Append("</details>\n");
    }

    private void Facts(string caption, JsonObject facts)
    {
        if (facts.Count > 0)
            page.Table(
                new TableData(["name", "value"], [.. facts.Select(fact => new object?[] { fact.Key, fact.Value?.ToString() })]), caption);
    }
}
