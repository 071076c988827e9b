using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>Runs from files, side by side on one page that needs no other file: lines over settings, a table, and charts.</summary>
/// <param name="runs">The runs, at least two.</param>
internal sealed class ComparisonPage(IReadOnlyList<SentRun> runs)
{
    private const int MostFigures = 50; // runs whose figures and details the page carries: they are most of it

    private readonly StringBuilder page = new();
    private readonly RunCoordinates coordinates = RunCoordinates.Of([.. runs.Select(run => run.Record)]);

    private bool IsWhole => runs.Count <= MostFigures;

    /// <summary>The page.</summary>
    /// <param name="plotly">What draws its figures.</param>
    internal string Render(PlotlyScript plotly)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"{runs.Count} runs compared");
        PageFrame.Open(page, title, "report.css", "gallery.css");
        page.Markup($"<header><h1>{title}</h1></header>");
        page.Append("<main>\n");
        if (coordinates.Draw() is { } figure && runs.Count > 2)
        {
            page.Append("<section aria-label=\"Settings and results\" class=\"panel\"><h2>Settings and results</h2>\n");
            page.Append("<figure><div class=\"plot\" id=\"lines\" role=\"figure\" aria-label=\"Settings and results\"></div>\n");
            page.Markup($"<figcaption>{coordinates.Says()}</figcaption></figure>");
            page.Append("<script type=\"application/json\" id=\"lines-data\">").Append(figure.ToJson()).Append("</script>\n</section>\n");
        }

        Table();
        page.Append("<section id=\"comparison\" aria-label=\"Comparison\" hidden></section>\n</main>\n<footer></footer>\n");
        page.Append("<script type=\"application/json\" id=\"runs\">").Append(new JsonArray([.. runs.Select(Data)]).ToJsonString());
        page.Append("</script>\n").Append(plotly.Markup);
        page.Append(PageFrame.Scripts("figure.js", "statistics.js", "comparison.js", "beside.js", "compare.js"));
        return PageFrame.Close(page);
    }

    private JsonNode Data(SentRun run)
    {
        JsonObject record = [];
        string[] kept = IsWhole ? [] : ["script", "seed", "status", "command", "seconds", "config", "metrics", "titles", "script_sha256"];
        foreach ((string name, JsonNode? value) in run.Record)
        {
            if (name is not (RunOrigin.Key or UsageCurve.Key) && (IsWhole || kept.Contains(name))) record[name] = value?.DeepClone();
        }

        if (record["checks"] is not JsonArray) record["checks"] = new JsonArray(); // what the page's script counts on
        JsonNode? figures = IsWhole ? JsonNode.Parse(run.Figures) : new JsonArray();
        return new JsonObject { ["key"] = run.Name, ["record"] = record, ["figures"] = figures };
    }

    private void Table()
    {
        RunAxis[] columns = [.. coordinates.Results, .. coordinates.Settings];
        page.Append("<section aria-label=\"All runs\"><h2>All runs</h2>\n<p class=\"facts\"><output id=\"count\"></output></p>\n");
        page.Append("<div class=\"scroll\" tabindex=\"0\"><table id=\"all\"><thead><tr><th></th><th data-column=\"1\">run</th>");
        for (int place = 0; place < columns.Length; place++)
            page.Markup($"<th class=\"{(columns[place].Texts.Length == 0 ? "number" : "")}\" data-column=\"{place + 2}\">{columns[place].Name}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        for (int run = 0; run < runs.Count; run++)
        {
            page.Append("<tr>");
            page.Markup($"<td><input type=\"checkbox\" aria-label=\"beside others: {runs[run].Name}\"></td><td>{runs[run].Name}</td>");
            foreach (RunAxis axis in columns) Cell(axis, axis.Places[run]);
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n<p><button type=\"button\" id=\"more\" hidden>show all</button></p>\n</section>\n");
    }

    private void Cell(RunAxis axis, double place)
    {
        if (double.IsNaN(place)) page.Append("<td></td>");
        else if (axis.Texts.Length > 0) page.Markup($"<td>{axis.Texts[(int)place]}</td>");
        else page.Markup($"<td class=\"number\" data-value=\"{place.ToString("R", CultureInfo.InvariantCulture)}\">{Numbers.Cell(place)}</td>");
    }
}
