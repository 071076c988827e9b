using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>All that the store knows of a trial.</summary>
internal sealed class TrialPage(StoreReader store, WatchedStudy study, FrozenTrial trial)
{
    private const int FewReports = 50; // are marked each
    private const string Curves = "Intermediate values";

    /// <summary>The page's frame.</summary>
    internal string Render(HttpRequest request) => DashboardPages.Frame(
        Invariant($"Trial {trial.Number}"), study.Study.Name, isFirst: false, hasFigures: true, page =>
        {
            page.Append("<section data-part=\"trial.html\" aria-label=\"Trial\"></section>\n");
            page.Append("<section data-figures=\"curve.json\" aria-label=\"Intermediate values\"></section>\n");
        });

    /// <summary>Writes what it is and was.</summary>
    internal void Append(StringBuilder page)
    {
        AppendLinks(page);
        page.Append("<dl class=\"cards\">\n");
        Card("state", TrialList.StateOf(trial));
        foreach (Objective objective in Objective.Of(study.Study.Directions).Where(one => one.Index < trial.Values.Count))
            Card(objective.Name, Numbers.Exact(objective.Of(trial)));
        bool isOpen = trial.State is TrialState.Waiting or TrialState.Running;
        Card("began", DashboardPages.Time(trial.Started));
        if (!isOpen) Card("ended", DashboardPages.Time(trial.Started.AddSeconds(trial.Seconds)));
        if (!isOpen) Card("seconds", Numeral.Of(trial.Seconds));
        Card("attempts", Numbers.Show(trial.Attempts));
        if (trial.Worker.Length > 0) Card("worker", trial.Worker);
        page.Append("</dl>\n");
        if (trial.Error is { } error) page.Markup($"<h2>Error</h2><pre>{error}</pre>");
        AppendParameters(page);
        AppendConstraints(page);
        DashboardPages.AppendValues(page, "User attributes", trial.UserAttributes);
        new KeptFiles(store, study.Study.Name, trial.Number).Append(page);

        void Card(string name, string value) => page.Markup($"<div><dt>{name}</dt><dd>{value}</dd></div>");
    }

    /// <summary>What it reported on its way.</summary>
    internal byte[] Curve()
    {
        Panel panel = trial.Reports.Count == 0
            ? Panel.LeftOut(Curves, "The trial reported no value on its way.")
            : Panel.Drawn(Curves, Drawn(trial.Reports), Says(trial.Reports));
        return Panel.ToPlacedJson(new PanelsBlock([panel.Wide()], []));
    }

    private static Figure Drawn(IReadOnlyList<Measurement> reports)
    {
        JsonObject line = Figure.Line(
            reports.Select(report => report.Step), reports.Select(report => report.Value), null, Figure.Good,
            hasMarkers: reports.Count <= FewReports);
        return new Figure([line], new JsonObject { ["xaxis"] = Figure.Axis("step"), ["yaxis"] = Figure.Axis("value") });
    }

    private static string Says(IReadOnlyList<Measurement> reports)
    {
        (int step, double value) = reports[^1];
        return Invariant($"{Words.Count(reports.Count, "report")}, the last {Words.Value(value)} at step {step}.");
    }

    /// <summary>The study and the trials before and after this one.</summary>
    private void AppendLinks(StringBuilder page)
    {
        FrozenTrial[] all = study.Trials();
        int place = Array.FindIndex(all, one => one.Number == trial.Number);
        string[] links =
        [
            DashboardPages.Link(study.Study.Name).Markup,
            .. place > 0 ? new[] { DashboardPages.Link(study.Study.Name, all[place - 1].Number, "before").Markup } : [],
            .. place + 1 < all.Length ? new[] { DashboardPages.Link(study.Study.Name, all[place + 1].Number, "next").Markup } : [],
        ];
        page.Append("<p>").AppendJoin(" · ", links).Append("</p>\n");
    }

    private void AppendParameters(StringBuilder page)
    {
        if (trial.Set.Entries.Count == 0) return;
        page.Append("<h2>Parameters</h2>\n");
        page.Table(
            TableData.From(
                ["parameter", "value", "range"],
                trial.Set.Entries.Select(entry => (
                    entry.Parameter.Name, Html.Linked(Numbers.Exact(ParameterAxis.Shown(entry.Parameter, entry.Value))),
                    Html.Encode(entry.Parameter.Distribution)))),
            null);
    }

    private void AppendConstraints(StringBuilder page)
    {
        if (trial.Constraints.Count == 0) return;
        page.Append("<h2>Constraints</h2>\n");
        page.Table(
            TableData.From(
                ["constraint", "value", "satisfied"],
                trial.Constraints.Select(one => (one.Key, one.Value, one.Value <= 0 ? "yes" : "no, it is above 0"))),
            null);
    }
}
