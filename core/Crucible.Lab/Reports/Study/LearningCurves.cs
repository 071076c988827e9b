using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>What trials reported on their way.</summary>
/// <param name="Shown">The trials that are drawn, by number.</param>
/// <param name="Best">The number of the best complete trial that reported, or none.</param>
/// <param name="Of">How many trials reported.</param>
/// <param name="PrunedAfter">How many reports pruned trials made, in the mean; NaN if none was pruned.</param>
/// <param name="Whole">The most reports that a trial made.</param>
/// <param name="Saved">The share of reports that pruning saved, if each pruned trial had made as many as the longest.</param>
internal sealed record LearningCurves(IReadOnlyList<FrozenTrial> Shown, int? Best, int Of, double PrunedAfter, int Whole, double Saved)
{
    private const string Title = "Intermediate values";
    private const int MostCurves = 150;
    private const int BestCurves = 20;

    internal static Panel Draw(StudyView study)
    {
        if (study.Objectives.Length > 1)
            return Panel.LeftOut(Title, "Trials with several objectives report no values that could be compared with these.");
        Objective objective = study.Objectives[0];
        LearningCurves curves = LearningCurves.From(study, objective);
        if (curves.Of == 0) return Panel.LeftOut(Title, "No trial reported a value on its way.");
        ValueRange range = ValueRange.Of(objective, curves.Shown.SelectMany(trial => trial.Reports).Select(report => report.Value));
        List<JsonObject> traces = [];
        Add("complete", Figure.Good, 0.5, trial => trial.State == TrialState.Complete && trial.Number != curves.Best);
        Add("pruned", Figure.Cut, 0.7, trial => trial.State == TrialState.Pruned);
        Add("failed", Figure.Bad, 0.8, trial => trial.State == TrialState.Failed);
        Add("best", Figure.Best, 1, trial => trial.Number == curves.Best);
        if (curves.Best is not null) traces[^1]["line"]!["width"] = 3.5;
        return Panel.Drawn(
            Title,
            new Figure(traces, new JsonObject { ["xaxis"] = Figure.Axis("step"), ["yaxis"] = ParameterAxis.Of(range) }),
            Says(study, curves, range));

        void Add(string name, string color, double opacity, Func<FrozenTrial, bool> isOf)
        {
            FrozenTrial[] trials = [.. curves.Shown.Where(isOf)];
            if (trials.Length > 0) traces.Add(Curves(trials, name, color, opacity));
        }
    }

    /// <summary>All curves of a state as one trace, with gaps between them: a trace a trial would be slow.</summary>
    private static JsonObject Curves(FrozenTrial[] trials, string name, string color, double opacity)
    {
        IEnumerable<object?> Joined(Func<Measurement, object> part) =>
            trials.SelectMany(trial => trial.Reports.Select(report => (object?)part(report)).Append(null));
        JsonObject trace = Figure.Line(Joined(report => report.Step), Joined(report => report.Value), name, color, 1.25);
        trace["opacity"] = opacity;
        trace["customdata"] = Numbers.Plot(trials.SelectMany(trial => trial.Reports.Select(_ => (object?)trial.Number).Append(null)));
        trace["hovertemplate"] = "trial %{customdata}<br>step %{x}<br>%{y}<extra></extra>";
        // a single report makes no line
        if (trials.Any(trial => trial.Reports.Count == 1)) (trace["mode"], trace["marker"]) = ("lines+markers", Figure.Marker(color, 3));
        return trace;
    }

    private static string Says(StudyView study, LearningCurves curves, ValueRange range)
    {
        int pruned = study.Trials.Count(trial => trial.State == TrialState.Pruned && trial.Reports.Count > 0);
        string cut = pruned == 0
            ? "No trial was pruned."
            : Invariant(
                $"{Words.Count(pruned, "trial was", "trials were")} pruned, after {curves.PrunedAfter:0.#} of {Words.Count(curves.Whole, "report")} in the mean, which saved {Words.Percent(curves.Saved)} of all reports.");
        string drawn = curves.Shown.Count < curves.Of
            ? Invariant($" Drawn are {curves.Shown.Count} of {Numeral.Of(curves.Of)} trials, the best among them.")
            : "";
        return cut + range.Says() + drawn;
    }

    internal static LearningCurves From(StudyView study, Objective objective)
    {
        FrozenTrial[] all = [.. study.Trials.Where(trial => trial.Reports.Count > 0)];
        FrozenTrial[] pruned = [.. all.Where(trial => trial.State == TrialState.Pruned)];
        FrozenTrial[] best =
            [.. all.Where(trial => trial.State == TrialState.Complete).OrderBy(trial => trial.Violation).ThenBy(objective.Loss)
                .ThenBy(trial => trial.Number)];
        int whole = all.Length == 0 ? 0 : all.Max(trial => trial.Reports.Count);
        double saved = pruned.Sum(trial => (double)(whole - trial.Reports.Count));
        double made = all.Sum(trial => (double)trial.Reports.Count);
        return new LearningCurves(
            all.Length <= MostCurves ? all : Thinned.Kept([.. best.Take(BestCurves)], all, MostCurves), best.Length > 0
                ? best[0].Number
                : null, all.Length,
            pruned.Length == 0 ? double.NaN : pruned.Average(trial => trial.Reports.Count), whole, saved == 0 ? 0 : saved / (saved + made));
    }
}
