using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>How the volume that the Pareto front dominates grew.</summary>
/// <param name="Reference">The worst value of each objective, but for those far worse than all others: the volume counts from there.</param>
/// <param name="Points">The volume after a trial, wherever it grew, and after the last trial.</param>
internal sealed record HypervolumeHistory(IReadOnlyList<double> Reference, IReadOnlyList<(int Trial, double Volume)> Points)
{
    private const int MostPoints = 200;

    internal static HypervolumeHistory Of(StudyView study)
    {
        double[][] losses = [.. study.Complete.Select(trial => study.Objectives.Select(objective => objective.Loss(trial)).ToArray())];
        double[] limits = [.. study.Objectives.Select(objective => Fence.Worst(study.Complete.Select(objective.Loss)))];
        List<(int Trial, double[][] Front)> fronts = [];
        List<double[]> front = [];
        for (int i = 0; i < losses.Length; i++)
        {
            double[] point = losses[i];
            if (front.Any(other => Pareto.Dominates(other, point) || other.SequenceEqual(point))) continue;
            front.RemoveAll(other => Pareto.Dominates(point, other));
            front.Add(point);
            fronts.Add((study.Complete[i].Number, [.. front]));
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
