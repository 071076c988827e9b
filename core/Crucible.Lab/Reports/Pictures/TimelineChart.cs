using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws what each worker did when, coloured by how the trials ended.</summary>
internal static class TimelineChart
{
    private const string Title = "Timeline";

    internal static Picture Draw(StudyView study)
    {
        if (study.Trials.Count == 0) return Picture.LeftOut(Title, "No trial has ended.");
        Timeline timeline = Timeline.Of(study.Trials);
        (double unit, string name) = timeline.Seconds switch
        {
            < 300 => (1, "seconds"),
            < 18000 => (60, "minutes"),
            < 432000 => (3600, "hours"),
            _ => (86400.0, "days"),
        };
        IEnumerable<JsonObject> traces =
            from state in new[] { (TrialState.Complete, "complete", Traces.Good), (TrialState.Pruned, "pruned", Traces.Cut), (TrialState.Failed, "failed", Traces.Bad) }
            let bars = timeline.Bars.Where(bar => bar.State == state.Item1).ToArray()
            where bars.Length > 0
            select Bars(bars, unit, state.Item2, state.Item3);
        JsonObject workers = new() { ["type"] = "category", ["categoryorder"] = "array", ["categoryarray"] = Numbers.Plot(timeline.Workers.Reverse()) };
        JsonObject layout = new()
        {
            ["xaxis"] = ParameterAxis.Titled($"{name} since the first trial began"),
            ["yaxis"] = workers,
            ["barmode"] = "overlay",
            ["bargap"] = 0.25,
            ["height"] = Math.Clamp(150 + (34 * timeline.Workers.Length), 200, 700),
        };
        return Picture.Drawn(Title, Chart.Of(traces, layout), Says(timeline));
    }

    private static JsonObject Bars(TimelineBar[] bars, double unit, string name, string color) => Traces.OfTrials(
        new JsonObject
        {
            ["type"] = "bar",
            ["orientation"] = "h",
            ["textposition"] = "none", // what hovering shows
            ["name"] = name,
            ["y"] = Numbers.Plot(bars.Select(bar => bar.Worker)),
            ["base"] = Numbers.Plot(bars.Select(bar => bar.Start / unit)),
            ["x"] = Numbers.Plot(bars.Select(bar => (bar.End - bar.Start) / unit)),
            ["marker"] = new JsonObject { ["color"] = color, ["line"] = new JsonObject { ["width"] = 0 } },
        },
        bars.Select(bar => bar.Trial));

    private static string Says(Timeline timeline)
    {
        string joined = timeline.Bars.Any(bar => bar.Count > 1) ? " Trials too short to be told apart are drawn as one bar." : "";
        return Errors.Text($"{Words.Count(timeline.Workers.Length, "worker")} did trials for {Words.Percent(timeline.Busy)} of {Duration(timeline.Seconds)}; half of the trials took at most {Duration(timeline.Median)}, the longest (trial {timeline.Longest.Number}) {Duration(timeline.Longest.Seconds)}.{joined}");
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 1 => Errors.Text($"{1000 * seconds:G3} ms"),
        < 300 => Errors.Text($"{seconds:G3} s"),
        < 18000 => Errors.Text($"{seconds / 60:G3} min"),
        _ => Errors.Text($"{seconds / 3600:G3} h"),
    };
}
