using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>When each worker did which trial.</summary>
/// <param name="Bars">The trials; neighbours of one worker and state that are too short to be told apart are one bar.</param>
/// <param name="Seconds">From the first start to the last end.</param>
/// <param name="Busy">The share of the workers' time that went into trials.</param>
/// <param name="Median">How long half of the trials took at most, in seconds.</param>
/// <param name="Longest">The trial that took longest.</param>
internal sealed record Timeline(IReadOnlyList<TimelineBar> Bars, double Seconds, double Busy, double Median, FrozenTrial Longest)
{
    private const int FewBars = 1000;
    private const double Narrow = 1.0 / 800; // of the width: a pixel or so

    /// <summary>The workers, in the order of their names.</summary>
    internal string[] Workers => [.. Bars.Select(bar => bar.Worker).Distinct().OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];

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
            yield return new TimelineBar(lane == 0 ? worker : Errors.Text($"{worker} ({lane + 1})"), start, start + trial.Seconds, trial.State, trial.Number, 1);
        }
    }

    /// <summary>Joins bars of a worker and a state that lie within a pixel or two, over bars of other states, too: however many trials there are, the bars are few.</summary>
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
