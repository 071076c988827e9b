using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>How the volume that the Pareto front dominates grew.</summary>
/// <param name="Reference">The worst value of each objective, but for those far worse than all others: the volume
/// counts from there.</param>
/// <param name="Points">The volume after a trial, wherever it grew, and after the last trial.</param>
internal sealed record HypervolumeHistory(IReadOnlyList<double> Reference, IReadOnlyList<(int Trial, double Volume)> Points)
{
    private const string Title = "Hypervolume history";
    private const int MostPoints = 200;

    internal static Panel Draw(StudyView study)
    {
        if (study.Objectives.Length == 1) return Panel.LeftOut(Title, "The study has one objective.");
        if (study.Complete.Length == 0) return Panel.LeftOut(Title, "No trial is complete.");
        if (study.Feasible.Length == 0) return Panel.LeftOut(Title, "No complete trial satisfies its constraints.");
        HypervolumeHistory history = HypervolumeHistory.Of(study);
        JsonObject line = Figure.Line(
            history.Points.Select(point => point.Trial), history.Points.Select(point => point.Volume), null, Figure.Good, 2.5, "hv");
        JsonObject volume = Figure.Axis("dominated volume");
        volume["rangemode"] = "tozero";
        return Panel.Drawn(
            Title, new Figure([line], new JsonObject { ["xaxis"] = Figure.Axis("trial"), ["yaxis"] = volume }), Says(study, history));
    }

    private static string Says(StudyView study, HypervolumeHistory history)
    {
        double whole = history.Points[^1].Volume;
        string reference =
            Words.List([.. study.Objectives.Select((objective, i) => $"{objective.Name} {Words.Value(history.Reference[i])}")]);
        if (whole == 0) return $"No trial is better than the worst value in every objective ({reference}), so the volume is 0.";
        int most = history.Points.First(point => point.Volume >= 0.95 * whole).Trial;
        int last = history.Points.First(point => point.Volume == whole).Trial;
        return Invariant(
            $"95 % of the final volume, {Words.Value(whole)}, was reached with trial {most}; it last grew with trial {last}. It is counted from {reference}.");
    }

    internal static HypervolumeHistory Of(StudyView study)
    {
        double[][] losses = [.. study.Feasible.Select(trial => study.Objectives.Select(objective => objective.Loss(trial)).ToArray())];
        double[] limits = [.. study.Objectives.Select(objective => Fence.Worst(study.Feasible.Select(objective.Loss)))];
        List<(int Trial, double[][] Front)> fronts = [];
        List<double[]> front = [];
        for (int i = 0; i < losses.Length; i++)
        {
            double[] point = losses[i];
            if (front.Any(other => Pareto.Dominates(other, point) || other.SequenceEqual(point))) continue;
            front.RemoveAll(other => Pareto.Dominates(point, other));
            front.Add(point);
            fronts.Add((study.Feasible[i].Number, [.. front]));
        }

        // A volume takes time: of very many changes some are taken, the last always.
        int count = Math.Min(fronts.Count, MostPoints);
        List<(int Trial, double Volume)> points = [];
        for (int i = 1; i <= count; i++)
        {
            (int trial, double[][] reached) = fronts[(int)((long)i * fronts.Count / count) - 1];
            double volume = Hypervolume.Of(reached, limits);
            if (points.Count == 0 || volume > points[^1].Volume) points.Add((trial, volume));
        }

        int last = study.Trials[^1].Number;
        if (points[^1].Trial < last) points.Add((last, points[^1].Volume));
        return new HypervolumeHistory([.. limits.Select((limit, i) => study.Objectives[i].IsMinimized ? limit : -limit)], points);
    }
}
