using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws the values trial by trial, and the best so far as steps.</summary>
internal static class OptimizationHistoryChart
{
    private const string Title = "Optimization history";

    internal static Picture Draw(StudyView study) => study.Complete.Length == 0
        ? Picture.LeftOut(Title, study.Trials.Count == 0 ? "No trial has ended." : "No trial is complete.")
        : Picture.ByObjective(Title, study, objective => Draw(study, objective));

    private static (Chart Chart, string Says) Draw(StudyView study, Objective objective)
    {
        OptimizationHistory history = OptimizationHistory.Of(study, objective);
        ValueRange range = ValueRange.Of(objective, history.Complete.Select(point => point.Value)).With(history.Pruned.Select(point => point.Value));
        List<JsonObject> traces = [Points(history.Complete, "complete", Traces.Marker(Traces.Good, opacity: 0.75))];
        if (history.Pruned.Count > 0) traces.Add(Points(history.Pruned, "pruned, last report", Traces.Marker(Traces.Cut, 5, 0.9, "x-thin-open")));
        if (history.Failed.Count > 0) traces.Add(Failed(history.Failed));
        traces.Add(Traces.Line(history.Best.Select(point => point.Trial), history.Best.Select(point => point.Value), "best so far", Traces.Bad, 2.5, "hv"));
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Titled("trial"), ["yaxis"] = ParameterAxis.Of(range) };
        if (history.Failed.Count > 0) layout["yaxis2"] = Rug();
        return (Chart.Of(traces, layout), Says(study, history, range));
    }

    private static JsonObject Points(IReadOnlyList<(int Trial, double Value)> points, string name, JsonObject marker)
    {
        JsonObject trace = Traces.Points(points.Select(point => point.Trial), points.Select(point => point.Value), points.Select(point => point.Trial), name, marker);
        if (points.Count > Traces.ManyPoints) trace["type"] = "scattergl";
        return trace;
    }

    /// <summary>Failed trials have no value: they are marked along the lower edge.</summary>
    private static JsonObject Failed(IReadOnlyList<int> trials)
    {
        JsonObject marker = Traces.Marker(Traces.Bad, 9, 1, "line-ns-open");
        marker["line"] = new JsonObject { ["width"] = 2 };
        JsonObject trace = Traces.Points(trials, trials.Select(_ => 0.02), trials, "failed", marker);
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
        (int trial, double value, int after) = history.Last(study.Trials[^1].Number + 1);
        string later = after == 0 ? "the last one" : Errors.Text($"{Words.Count(after, "trial")} before the end");
        (int pruned, int failed) = (study.Count(TrialState.Pruned), study.Count(TrialState.Failed));
        string[] others = [.. pruned > 0 ? new[] { Errors.Text($"{pruned:N0} {(pruned == 1 ? "was" : "were")} pruned") } : [], .. failed > 0 ? new[] { Errors.Text($"{failed:N0} failed") } : []];
        return Errors.Text($"The best {range.Objective.Name}, {Words.Value(value)}, came from trial {trial}, {later}.")
            + (others.Length > 0 ? $" Of {Words.Count(study.Trials.Count, "trial")} {Words.List(others)}." : "") + range.Says();
    }
}
