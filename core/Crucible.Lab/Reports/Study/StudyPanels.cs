using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>All figures of a study, in the order in which they are looked at: what came out, what mattered, how the search went.</summary>
internal static class StudyPanels
{
    internal static PanelsBlock Of(StudyView study, IReadOnlyList<StudyView> others) => new(
        [
            OptimizationHistory.Draw(study).Wide(),
            ImportanceBars.Draw(study),
            Slice.Draw(study),
            Contour.Draw(study),
            Rank.Draw(study),
            ParallelCoordinates.Draw(study).Wide(),
            ParetoFront.Draw(study).Wide(),
            LearningCurves.Draw(study),
            EmpiricalDistribution.Draw(study, others),
            HypervolumeHistory.Draw(study),
            Terminator.Draw(study).Wide(),
            Timeline.Draw(study).Wide(),
        ],
        [.. study.Trials.Select(trial => Words.Of(trial, study.Objectives))]);

    /// <summary>A paragraph on how many trials there were and what was best.</summary>
    internal static string Summary(StudyView study)
    {
        string counts = Invariant(
            $"{Words.Count(study.Trials.Count, "trial")}: {study.Complete.Length:N0} complete, {study.Count(TrialState.Pruned):N0} pruned, {study.Count(TrialState.Failed):N0} failed.");
        if (study.Reused is { } reused) counts += $" {reused}.";
        if (study.Objectives.Length > 1 || study.Complete.Length == 0) return counts;
        FrozenTrial best = study.Objectives[0].Best(study.Complete)!;
        string settings =
            string.Join(", ", best.Set.Entries.Select(entry => $"{entry.Parameter.Name} = {Words.Setting(entry.Parameter, entry.Value)}"));
        return $"{counts} The best {study.Objectives[0].Name} is {Words.Value(best.Value)}{(settings.Length > 0 ? $", with {settings}" : "")}.";
    }
}
