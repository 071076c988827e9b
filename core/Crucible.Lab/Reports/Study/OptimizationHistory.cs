using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>How the value fared from trial to trial.</summary>
/// <param name="Complete">The values of the complete trials that satisfy their constraints.</param>
/// <param name="Infeasible">Those of the complete ones that do not.</param>
/// <param name="Pruned">What the pruned ones had reached.</param>
/// <param name="Failed">The numbers of the failed ones.</param>
/// <param name="Best">
/// The best so far that satisfies its constraints: a point wherever it improves, and one at the last trial.
/// </param>
internal sealed record OptimizationHistory(
    IReadOnlyList<(int Trial, double Value)> Complete, IReadOnlyList<(int Trial, double Value)> Infeasible,
    IReadOnlyList<(int Trial, double Value)> Pruned, IReadOnlyList<int> Failed, IReadOnlyList<(int Trial, double Value)> Best)
{
    private const string Title = "Optimization history";

    internal static Panel Draw(StudyView study) => study.Complete.Length == 0
        ? Panel.LeftOut(Title, study.Trials.Count == 0 ? "No trial has ended." : "No trial is complete.")
        : Panel.ByObjective(Title, study, objective => Draw(study, objective));

    private static (Figure Figure, string Says) Draw(StudyView study, Objective objective)
    {
        OptimizationHistory history = OptimizationHistory.Of(study, objective);
        ValueRange range =
            ValueRange.Of(objective, study.Complete.Select(objective.Of)).With(history.Pruned.Select(point => point.Value));
        List<JsonObject> traces = [Points(history.Complete, "complete", Figure.Marker(Figure.Good, opacity: 0.75))];
        if (history.Infeasible.Count > 0) traces.Add(Points(history.Infeasible, Figure.InfeasibleName, Figure.InfeasibleMarker()));
        if (history.Pruned.Count > 0)
            traces.Add(Points(history.Pruned, "pruned, last report", Figure.Marker(Figure.Cut, 5, 0.9, "x-thin-open")));
        if (history.Failed.Count > 0) traces.Add(FailedMarks(history.Failed));
        traces.Add(Figure.Line(
            history.Best.Select(point => point.Trial), history.Best.Select(point => point.Value), "best so far", Figure.Best, 2.5, "hv"));
        JsonObject layout = new() { ["xaxis"] = Figure.Axis("trial"), ["yaxis"] = ParameterAxis.Of(range) };
        if (history.Failed.Count > 0) layout["yaxis2"] = Rug();
        return (new Figure(traces, layout), Says(study, history, range));
    }

    private static JsonObject Points(IReadOnlyList<(int Trial, double Value)> points, string name, JsonObject marker)
    {
        JsonObject trace = Figure.Points(
            points.Select(point => point.Trial), points.Select(point => point.Value), points.Select(point => point.Trial), name, marker);
        if (points.Count > Figure.ManyPoints) trace["type"] = "scattergl";
        return trace;
    }

    /// <summary>Failed trials have no value: they are marked along the lower edge.</summary>
    private static JsonObject FailedMarks(IReadOnlyList<int> trials)
    {
        JsonObject marker = Figure.Marker(Figure.Bad, 9, 1, "line-ns-open");
        marker["line"] = new JsonObject { ["width"] = 2 };
        JsonObject trace = Figure.Points(trials, trials.Select(_ => 0.02), trials, "failed", marker);
        trace["yaxis"] = "y2";
        return trace;
    }

    private static JsonObject Rug() => new()
    {
        ["overlaying"] = "y",
        ["range"] = new JsonArray(0, 1),
        ["visible"] = false,
        ["fixedrange"] = true,
    };

    private static string Says(StudyView study, OptimizationHistory history, ValueRange range)
    {
        (int pruned, int failed) = (study.Count(TrialState.Pruned), study.Count(TrialState.Failed));
        string[] others =
        [
            .. pruned > 0 ? new[] { Invariant($"{Numeral.Of(pruned)} {(pruned == 1 ? "was" : "were")} pruned") } : [],
            .. failed > 0 ? new[] { Invariant($"{Numeral.Of(failed)} failed") } : [],
            .. history.Infeasible.Count > 0 ? new[] { Invariant($"{Numeral.Of(history.Infeasible.Count)} missed a constraint") } : [],
        ];
        return Winner(history, range.Objective, study.Trials[^1].Number + 1)
            + (others.Length > 0 ? $" Of {Words.Count(study.Trials.Count, "trial")} {Words.List(others)}." : "") + range.Says();
    }

    /// <summary>How fast studies of the same directions got better.</summary>
    /// <param name="studies">At least one; each has a complete trial that satisfies its constraints.</param>
    internal static Panel Compare(StudyView[] studies) => Panel.ByObjective("Best so far", studies[0], objective =>
    {
        OptimizationHistory[] histories = [.. studies.Select(study => Of(study, objective))];
        ValueRange range = ValueRange.Of(objective, histories.SelectMany(history => history.Best).Select(point => point.Value));
        IEnumerable<JsonObject> traces = histories.Select((history, i) => Figure.Line(
            history.Best.Select(point => point.Trial), history.Best.Select(point => point.Value), studies[i].Name, shape: "hv"));
        int winner = Enumerable.Range(0, studies.Length).MinBy(i => objective.Loss(histories[i].Best[^1].Value));
        string best = Words.Value(histories[winner].Best[^1].Value);
        string says = studies.Length == 1 ? "" : $"{studies[winner].Name} has the best {objective.Name}, {best}.";
        return (new Figure(traces, new() { ["xaxis"] = Figure.Axis("trial"), ["yaxis"] = ParameterAxis.Of(range) }), says + range.Says());
    });

    private static string Winner(OptimizationHistory history, Objective objective, int trials)
    {
        if (history.Best.Count == 0) return "No complete trial satisfies its constraints.";
        (int trial, double value, int after) = history.Last(trials);
        string later = after == 0 ? "the last one" : Invariant($"{Words.Count(after, "trial")} before the end");
        return Invariant($"The best {objective.Name}, {Words.Value(value)}, came from trial {trial}, {later}.");
    }

    /// <summary>A study's best value so far after each trial.</summary>
    internal static Figure BestSoFar(Studies.Study study, string axis)
    {
        StudyView view = StudyView.Of(study, [axis]);
        OptimizationHistory history = Of(view, view.Objectives[0]);
        JsonObject line = Figure.Line(
            history.Best.Select(point => point.Trial), history.Best.Select(point => point.Value), null, shape: "hv");
        return Figure.Over("The best so far", Figure.Axis("trial"), Figure.Axis(axis), [line]);
    }

    internal static OptimizationHistory Of(StudyView study, Objective objective)
    {
        List<(int Trial, double Value)> best = [];
        foreach (FrozenTrial trial in study.Feasible)
        {
            double value = objective.Of(trial);
            if (best.Count == 0 || objective.IsBetter(value, best[^1].Value)) best.Add((trial.Number, value));
        }

        if (best.Count > 0 && study.Trials[^1].Number > best[^1].Trial) best.Add((study.Trials[^1].Number, best[^1].Value));
        return new OptimizationHistory(
            [.. study.Feasible.Select(trial => (trial.Number, objective.Of(trial)))],
            [.. study.Infeasible.Select(trial => (trial.Number, objective.Of(trial)))],
            [.. study.Trials.Where(trial => trial.State == TrialState.Pruned && trial.Values.Count > objective.Index)
                .Select(trial => (trial.Number, objective.Of(trial)))],
            [.. study.Trials.Where(trial => trial.State == TrialState.Failed).Select(trial => trial.Number)],
            best);
    }

    /// <summary>The trial of the best value and how many came after it.</summary>
    internal (int Trial, double Value, int After) Last(int trials)
    {
        (int number, double value) = Best.First(point => point.Value == Best[^1].Value);
        return (number, value, trials - 1 - number);
    }
}
