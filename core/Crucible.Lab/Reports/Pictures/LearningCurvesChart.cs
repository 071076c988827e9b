using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws what trials reported on their way: one curve a trial, pruned ones in another colour.</summary>
internal static class LearningCurvesChart
{
    private const string Title = "Intermediate values";

    internal static Picture Draw(StudyView study)
    {
        if (study.Objectives.Length > 1) return Picture.LeftOut(Title, "Trials with several objectives report no values that could be compared with these.");
        Objective objective = study.Objectives[0];
        LearningCurves curves = LearningCurves.From(study, objective);
        if (curves.Of == 0) return Picture.LeftOut(Title, "No trial reported a value on its way.");
        ValueRange range = ValueRange.Of(objective, curves.Shown.SelectMany(trial => trial.Reports).Select(report => report.Value));
        List<JsonObject> traces = [];
        Add("complete", Traces.Good, 0.5, trial => trial.State == TrialState.Complete && trial.Number != curves.Best);
        Add("pruned", Traces.Cut, 0.7, trial => trial.State == TrialState.Pruned);
        Add("failed", Traces.Bad, 0.8, trial => trial.State == TrialState.Failed);
        Add("best", Traces.Good, 1, trial => trial.Number == curves.Best);
        if (curves.Best is not null) traces[^1]["line"]!["width"] = 3.5;
        return Picture.Drawn(Title, Chart.Of(traces, new JsonObject { ["xaxis"] = ParameterAxis.Titled("step"), ["yaxis"] = ParameterAxis.Of(range) }), Says(study, curves, range));

        void Add(string name, string color, double opacity, Func<FrozenTrial, bool> isOf)
        {
            FrozenTrial[] trials = [.. curves.Shown.Where(isOf)];
            if (trials.Length > 0) traces.Add(Curves(trials, name, color, opacity));
        }
    }

    /// <summary>All curves of a state as one trace, with gaps between them: a trace a trial would be slow.</summary>
    private static JsonObject Curves(FrozenTrial[] trials, string name, string color, double opacity)
    {
        IEnumerable<object?> Joined(Func<Measurement, object> part) => trials.SelectMany(trial => trial.Reports.Select(report => (object?)part(report)).Append(null));
        JsonObject trace = Traces.Line(Joined(report => report.Step), Joined(report => report.Value), name, color, 1.25);
        trace["opacity"] = opacity;
        trace["customdata"] = Numbers.Plot(trials.SelectMany(trial => trial.Reports.Select(_ => (object?)trial.Number).Append(null)));
        trace["hovertemplate"] = "trial %{customdata}<br>step %{x}<br>%{y}<extra></extra>";
        if (trials.Any(trial => trial.Reports.Count == 1)) (trace["mode"], trace["marker"]) = ("lines+markers", Traces.Marker(color, 3)); // a single report makes no line
        return trace;
    }

    private static string Says(StudyView study, LearningCurves curves, ValueRange range)
    {
        int pruned = study.Trials.Count(trial => trial.State == TrialState.Pruned && trial.Reports.Count > 0);
        string cut = pruned == 0
            ? "No trial was pruned."
            : Errors.Text($"{Words.Count(pruned, "trial was", "trials were")} pruned, after {curves.PrunedAfter:0.#} of {Words.Count(curves.Whole, "report")} in the mean, which saved {Words.Percent(curves.Saved)} of all reports.");
        string drawn = curves.Shown.Count < curves.Of ? Errors.Text($" Drawn are {curves.Shown.Count} of {curves.Of:N0} trials, the best among them.") : "";
        return cut + range.Says() + drawn;
    }
}
