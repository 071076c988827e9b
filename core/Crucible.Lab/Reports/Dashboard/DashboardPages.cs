using System.Globalization;
using System.Text;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>The frames of the pages. What they show is fetched in parts, again and again, by the page's script.</summary>
internal static class DashboardPages
{
    /// <summary>The list of all studies.</summary>
    internal static string Studies(string store, HttpRequest request) => Frame(
        "Studies", store, isFirst: true, hasFigures: false, page =>
        {
            page.Markup(
                $"<form id=\"tools\" role=\"search\"><input type=\"search\" name=\"words\" value=\"{request.One("words")}\" placeholder=\"words of the name\" aria-label=\"words of the name\"><button type=\"button\" id=\"mark-all\">mark all shown</button><button type=\"button\" id=\"mark-none\">mark none</button></form>");
            page.Append("<section data-part=\"studies.html\" aria-label=\"Studies\"></section>\n");
            page.Append("<div id=\"bar\"><p><a id=\"compare\" aria-disabled=\"true\">Mark studies to compare them.</a></p></div>\n");
        });

    /// <summary>A study.</summary>
    internal static string Study(StudyDefinition study, HttpRequest request) => Frame(
        study.Name, $"{string.Join(", ", study.Directions.Select(Direction))} · {study.Sampler} · {study.Pruner} · seed {study.Seed}",
        isFirst: false, hasFigures: true, page =>
        {
            page.Append("<nav aria-label=\"On this page\"><ul><li><a href=\"#figures\">Figures</a></li><li><a href=\"#trials\">Trials</a></li></ul></nav>\n");
            page.Append("<section data-part=\"summary.html\" aria-label=\"Summary\"></section>\n");
            page.Append("<section aria-label=\"Figures\"><h2 id=\"figures\">Figures</h2>\n");
            page.Append("<div data-figures=\"figures.json\"><p class=\"facts\">The figures are being computed.</p></div></section>\n");
            page.Append("<section aria-label=\"Trials\"><h2 id=\"trials\">Trials</h2>\n<form id=\"tools\" role=\"search\">");
            page.Append("<select name=\"state\" aria-label=\"state\"><option value=\"\">any state</option>");
            foreach (string state in Enum.GetNames<TrialState>().Select(name => name.ToLowerInvariant()))
                page.Markup($"<option{new Html.Raw(request.One("state") == state ? " selected" : "")}>{state}</option>");
            page.Markup(
                $"</select><input type=\"search\" name=\"where\" value=\"{request.One("where")}\" placeholder=\"rate &lt; 0.01, value &lt;= 0.3, error ~ memory\" aria-label=\"conditions, as rate &lt; 0.01\"></form>");
            page.Append("<div data-part=\"trials.html\"></div></section>\n");
        });

    /// <summary>Several studies side by side.</summary>
    internal static string Compare(HttpRequest request) => Frame(
        "Studies compared", string.Join(" · ", request.All("study").Distinct()), isFirst: false, hasFigures: true, page =>
        {
            page.Append("<section aria-label=\"Figures\"><div data-figures=\"compare.json\"></div></section>\n");
            page.Append("<section data-part=\"compare.html\" aria-label=\"Best settings\"></section>\n");
        });

    /// <summary>A page with its parts; the links in it are relative, so that a token before them stays.</summary>
    internal static string Frame(string title, string facts, bool isFirst, bool hasFigures, Action<StringBuilder> body)
    {
        StringBuilder page = new();
        PageFrame.Open(page, title, "report.css", "gallery.css", "dashboard.css");
        page.Append("<header>\n");
        if (!isFirst) page.Append("<p class=\"back\"><a href=\"./\">all studies</a></p>\n");
        page.Markup(
            $"<h1>{title}</h1>\n<p class=\"facts\">{facts} <span class=\"badge warn\" id=\"status\" role=\"status\">asking</span></p>");
        page.Append("<noscript><p class=\"banner warn\">These pages need JavaScript.</p></noscript>\n</header>\n<main>\n");
        body(page);
        page.Append("</main>\n<footer><p>All of this is read from the store, which stays as it is.</p></footer>\n");
        if (hasFigures) page.Append("<script src=\"plotly.js\"></script>\n").Append(PageFrame.Scripts("figure.js", "panels.js"));
        return PageFrame.Close(page.Append(PageFrame.Scripts("dashboard.js")));
    }

    /// <summary>What a study has come to, its attributes, and why trials failed.</summary>
    internal static void AppendSummary(StringBuilder page, WatchedStudy study, StudyLine line, StoreReader store)
    {
        FrozenTrial[] trials = study.Ended();
        StudyView view = study.View(trials);
        page.Markup($"<p class=\"lead\">{StudyPanels.Summary(view)}{new Html.Raw(Best(view))}</p>");
        if (line.Running + line.Waiting > 0)
            page.Markup($"<p>{Words.Count(line.Running, "trial")} running, {line.Waiting} interrupted.</p>");
        AppendValues(page, "Attributes", JsonValues.ValuesOf(store.Attributes(study.Study.Name)));
        new KeptFiles(store, study.Study.Name, Artifact.OfStudy).Append(page);
        (string, object?)[] failures =
        [
            .. trials.Where(trial => trial.State == TrialState.Failed).CountBy(trial => trial.Error ?? "")
                .OrderByDescending(group => group.Value).Take(10).Select(group => (group.Key, (object?)group.Value)),
        ];
        if (failures.Length > 0) page.Table(TableData.From(["why trials failed", "trials"], failures), null);
    }

    /// <summary>Names and values, whose addresses can be followed.</summary>
    internal static void AppendValues(StringBuilder page, string heading, IEnumerable<KeyValuePair<string, object?>> values)
    {
        (string, Html.Raw)[] rows = [.. values.Select(one => (one.Key, Html.Linked(JsonValues.TextOf(one.Value))))];
        if (rows.Length == 0) return;
        page.Markup($"<h2>{heading}</h2>");
        page.Table(TableData.From(["name", "value"], rows), null);
    }

    internal static string Direction(StudyDirection direction) => direction.ToString().ToLowerInvariant();

    /// <summary>A time as this machine's clock shows it.</summary>
    internal static string Time(DateTimeOffset? time) => time is { } known && known != default
        ? known.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "";

    /// <summary>A link to a study's page.</summary>
    internal static Html.Raw Link(string study) => new($"<a href=\"study?study={Uri.EscapeDataString(study)}\">{Html.Encode(study)}</a>");

    /// <summary>A link to a trial's page.</summary>
    internal static Html.Raw Link(string study, int number, string? text = null)
    {
        string shown = number.ToString(CultureInfo.InvariantCulture);
        return new Html.Raw($"<a href=\"trial?study={Uri.EscapeDataString(study)}&amp;number={shown}\">{Html.Encode(text ?? shown)}</a>");
    }

    private static string Best(StudyView view)
    {
        if (view.Feasible.Length == 0) return "";
        IEnumerable<string> links = view.Objectives.Select(objective =>
            Link(view.Name, objective.Best(view.Feasible)!.Number,
                view.Objectives.Length == 1 ? "The best trial" : $"Best {objective.Name}").Markup);
        return $" {string.Join(" · ", links)}";
    }
}
