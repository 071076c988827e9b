using System.Text;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>Studies side by side: how fast each got better, what all of their trials reach, and the settings of the best.</summary>
internal sealed class StudyComparison
{
    private readonly StoreReader store;
    private readonly StudyLine[] lines;

    /// <param name="store">Where their trials are.</param>
    /// <param name="lines">The studies, at least one; figures show those that have the directions of the first.</param>
    internal StudyComparison(StoreReader store, StudyLine[] lines) => (this.store, this.lines) = (store, lines);

    /// <summary>The figures.</summary>
    internal PanelsBlock Panels()
    {
        StudyView[] views = [.. lines.Where(IsAlike).Select(View).Where(view => view.Feasible.Length > 0)];
        Panel[] panels = views.Length == 0
            ? [Panel.LeftOut("Best so far", "No trial is complete and satisfies its constraints.")]
            : [OptimizationHistory.Compare(views).Wide(), EmpiricalDistribution.Compare(views).Wide()];
        return new PanelsBlock(panels, []);
    }

    /// <summary>Writes the table of the best settings.</summary>
    internal void Append(StringBuilder page)
    {
        string[] others = [.. lines.Where(line => !IsAlike(line)).Select(line => line.Study.Name)];
        if (others.Length > 0)
        {
            (string have, string them) = others.Length == 1 ? ("has", "it") : ("have", "them");
            page.Markup(
                $"<p class=\"banner warn\">{Words.List(others)} {have} other directions than {lines[0].Study.Name}, so the figures are without {them}.</p>");
        }

        page.Append("<h2>Best settings</h2>\n");
        (StudyLine Line, Objective Objective, FrozenTrial Best)[] best =
        [
            .. from line in lines
               from objective in line.Objectives
               where line.Best[objective.Index] is not null
               select (line, objective, Whole(line, line.Best[objective.Index]!)),
        ];
        string[] names = [.. best.SelectMany(one => one.Best.Set.Entries.Select(entry => entry.Parameter.Name)).Distinct()];
        bool isOne = lines.All(line => line.Objectives.Length == 1);
        string[] headings = ["study", .. isOne ? Array.Empty<string>() : ["of"], "best value", "trial", "trials", .. names];
        object?[][] rows =
        [
            .. best.Select(one => (object?[])
            [
                DashboardPages.Link(one.Line.Study.Name),
                .. isOne ? Array.Empty<object?>() : [one.Objective.Name],
                one.Objective.Of(one.Best), DashboardPages.Link(one.Line.Study.Name, one.Best.Number), one.Line.Ended,
                .. names.Select(name => one.Best.Set.Find(name) is { } range
                    ? ParameterAxis.Shown(new Parameter(name, range), one.Best.Set[name]!.Value)
                    : null),
            ]),
        ];
        page.Table(new TableData(headings, rows), null);
    }

    private bool IsAlike(StudyLine line) => line.Study.Directions.SequenceEqual(lines[0].Study.Directions);

    /// <summary>A study with the values of its trials alone.</summary>
    private StudyView View(StudyLine line) => new(
        line.Study.Name, line.Study.Directions,
        [
            .. store.BriefNews(line.Study.Name, new TrialsRead()).Where(row => row.State is not (TrialState.Waiting or TrialState.Running))
                .Select(row => new FrozenTrial(row, new ParameterSet())),
        ]);

    private FrozenTrial Whole(StudyLine line, FrozenTrial brief)
    {
        IReadOnlyDictionary<string, Distribution> ranges = store.Parameters(line.Study.Name);
        return store.Trial(line.Study.Name, brief.Number) is { } row
            ? new FrozenTrial(row, ParameterSet.Of(row, name => ranges[name]))
            : brief;
    }
}
