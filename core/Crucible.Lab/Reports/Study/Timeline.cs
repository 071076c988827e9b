using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>When each worker did which trial.</summary>
/// <param name="Bars">The trials; neighbours of one worker and state that are too short to be told apart are one bar.</param>
/// <param name="Seconds">From the first start to the last end.</param>
/// <param name="Busy">The share of the workers' time that went into trials.</param>
/// <param name="Median">How long half of the trials took at most, in seconds.</param>
/// <param name="Longest">The trial that took longest.</param>
internal sealed record Timeline(IReadOnlyList<TimelineBar> Bars, double Seconds, double Busy, double Median, FrozenTrial Longest)
{
    private const string Title = "Timeline";
    private const int FewBars = 1000;
    private const double Narrow = 1.0 / 800; // of the width: a pixel or so

    internal static Panel Draw(StudyView study)
    {
        if (study.Trials.Count == 0) return Panel.LeftOut(Title, "No trial has ended.");
        Timeline timeline = Timeline.Of(study.Trials);
        (double unit, string name) = timeline.Seconds switch
        {
            < 300 => (1, "seconds"),
            < 18000 => (60, "minutes"),
            < 432000 => (3600, "hours"),
            _ => (86400.0, "days"),
        };
        IEnumerable<JsonObject> traces =
            from state in new[] { (TrialState.Complete, "complete", Figure.Good), (TrialState.Pruned, "pruned", Figure.Cut), (
                TrialState.Failed, "failed", Figure.Bad) }
            let bars = timeline.Bars.Where(bar => bar.State == state.Item1).ToArray()
            where bars.Length > 0
            select BarsOf(bars, unit, state.Item2, state.Item3);
        JsonObject workers =
            new() { ["type"] = "category", ["categoryorder"] = "array", ["categoryarray"] = Numbers.Plot(timeline.Workers.Reverse()) };
        JsonObject layout = new()
        {
            ["xaxis"] = Figure.Axis($"{name} since the first trial began"),
            ["yaxis"] = workers,
            ["barmode"] = "overlay",
            ["bargap"] = 0.25,
            ["height"] = Math.Clamp(150 + (34 * timeline.Workers.Length), 200, 700),
        };
        return Panel.Drawn(Title, new Figure(traces, layout), Says(timeline));
    }

    private static JsonObject BarsOf(TimelineBar[] bars, double unit, string name, string color) => Figure.OfTrials(
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
        return Invariant(
            $"{Words.Count(timeline.Workers.Length, "worker")} did trials for {Words.Percent(timeline.Busy)} of {Duration(timeline.Seconds)}; half of the trials took at most {Duration(timeline.Median)}, the longest (trial {timeline.Longest.Number}) {Duration(timeline.Longest.Seconds)}.{joined}");
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 1 => $"{Numeral.Of(1000 * seconds, 3)} ms",
        < 300 => $"{Numeral.Of(seconds, 3)} s",
        < 18000 => $"{Numeral.Of(seconds / 60, 3)} min",
        _ => $"{Numeral.Of(seconds / 3600, 3)} h",
    };

    /// <summary>The workers, in the order of their names.</summary>
    internal string[] Workers =>
        [.. Bars.Select(bar => bar.Worker).Distinct().OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];

    internal static Timeline Of(IReadOnlyList<FrozenTrial> trials)
    {
        FrozenTrial[] order = [.. trials.OrderBy(trial => trial.Started).ThenBy(trial => trial.Number)];
        DateTimeOffset first = order[0].Started;
        List<TimelineBar> bars = [.. Lanes(order, first)];
        double seconds = bars.Max(bar => bar.End);
        double busy = bars.Sum(bar => bar.End - bar.Start) / Math.Max(seconds * bars.Select(bar => bar.Worker).Distinct().Count(), 1e-9);
        double[] durations = [.. trials.Select(trial => trial.Seconds).Order()];
        if (bars.Count > FewBars) bars = Joined(bars, Narrow * seconds);
        return new Timeline(bars, seconds, Math.Min(busy, 1), durations[durations.Length / 2], trials.MaxBy(trial => trial.Seconds)!);
    }

    /// <summary>Workers of several processes may have the same name: what happened at once gets a line of its own.</summary>
    private static IEnumerable<TimelineBar> Lanes(FrozenTrial[] order, DateTimeOffset first)
    {
        Dictionary<string, List<double>> ends = [];
        foreach (FrozenTrial trial in order)
        {
            double start = (trial.Started - first).TotalSeconds;
            string worker = trial.Worker.Length > 0 ? trial.Worker : "worker";
            List<double> lanes = ends.TryGetValue(worker, out List<double>? known) ? known : ends[worker] = [];
            int lane = lanes.FindIndex(end => end <= start + 1e-3); // clocks of start and end differ by less
            if (lane < 0)
            {
                lane = lanes.Count;
                lanes.Add(0);
            }

            lanes[lane] = start + trial.Seconds;
            yield return new TimelineBar(
                lane == 0 ? worker : Invariant($"{worker} ({lane + 1})"), start, start + trial.Seconds, trial.State, trial.Number, 1);
        }
    }

    /// <summary>
    /// Joins bars of a worker and a state that lie within a pixel or two, over bars of other states, too: however many
    /// trials there are, the bars are few.
    /// </summary>
    private static List<TimelineBar> Joined(List<TimelineBar> bars, double narrow)
    {
        List<TimelineBar> joined = [];
        foreach (TimelineBar bar in bars.GroupBy(bar => (bar.Worker, bar.State)).SelectMany(group => group))
        {
            bool isNext = joined.Count > 0 && joined[^1] is { } last && last.Worker == bar.Worker && last.State == bar.State
                && bar.End - last.Start < 2 * narrow && bar.Start - last.End < narrow;
            if (isNext) joined[^1] = joined[^1] with { End = bar.End, Count = joined[^1].Count + 1 };
            else joined.Add(bar);
        }

        return joined;
    }
}

/// <summary>A trial, or several short ones after each other.</summary>
/// <param name="Worker">Who did it.</param>
/// <param name="Start">Seconds after the first start of all.</param>
/// <param name="End">Seconds after the first start of all.</param>
/// <param name="State">How it ended.</param>
/// <param name="Trial">The number of the (first) trial.</param>
/// <param name="Count">How many trials.</param>
internal sealed record TimelineBar(string Worker, double Start, double End, TrialState State, int Trial, int Count);
