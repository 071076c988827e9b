using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>How the value fared from trial to trial.</summary>
/// <param name="Complete">The complete trials' values.</param>
/// <param name="Pruned">What the pruned ones had reached.</param>
/// <param name="Failed">The numbers of the failed ones.</param>
/// <param name="Best">The best so far: a point wherever it improves, and one at the last trial.</param>
internal sealed record OptimizationHistory(
    IReadOnlyList<(int Trial, double Value)> Complete, IReadOnlyList<(int Trial, double Value)> Pruned, IReadOnlyList<int> Failed, IReadOnlyList<(int Trial, double Value)> Best)
{
    internal static OptimizationHistory Of(StudyView study, Objective objective)
    {
        List<(int Trial, double Value)> best = [];
        foreach (FrozenTrial trial in study.Complete)
        {
            double value = objective.Of(trial);
            if (best.Count == 0 || objective.IsBetter(value, best[^1].Value)) best.Add((trial.Number, value));
        }

        if (best.Count > 0 && study.Trials[^1].Number > best[^1].Trial) best.Add((study.Trials[^1].Number, best[^1].Value));
        return new OptimizationHistory(
            [.. study.Complete.Select(trial => (trial.Number, objective.Of(trial)))],
            [.. study.Trials.Where(trial => trial.State == TrialState.Pruned && trial.Values.Count > objective.Index).Select(trial => (trial.Number, objective.Of(trial)))],
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
