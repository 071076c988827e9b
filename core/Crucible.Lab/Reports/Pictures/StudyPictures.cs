using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>All pictures of a study, in the order in which they are looked at: what came out, what mattered, how the search went.</summary>
internal static class StudyPictures
{
    internal static PicturesBlock Of(StudyView study, IReadOnlyList<StudyView> others) => new(
        [
            OptimizationHistoryChart.Draw(study).Wide(),
            ImportanceChart.Draw(study),
            SliceChart.Draw(study),
            ContourChart.Draw(study),
            RankChart.Draw(study),
            ParallelCoordinatesChart.Draw(study).Wide(),
            ParetoFrontChart.Draw(study).Wide(),
            LearningCurvesChart.Draw(study),
            EmpiricalDistributionChart.Draw(study, others),
            HypervolumeChart.Draw(study),
            TerminatorChart.Draw(study).Wide(),
            TimelineChart.Draw(study).Wide(),
        ],
        [.. study.Trials.Select(trial => Words.Of(trial, study.Objectives))]);

    /// <summary>A paragraph on how many trials there were and what was best.</summary>
    internal static string Summary(StudyView study)
    {
        string counts = Errors.Text($"{Words.Count(study.Trials.Count, "trial")}: {study.Complete.Length:N0} complete, {study.Count(TrialState.Pruned):N0} pruned, {study.Count(TrialState.Failed):N0} failed.");
        if (study.Objectives.Length > 1 || study.Complete.Length == 0) return counts;
        FrozenTrial best = study.Objectives[0].Best(study.Complete)!;
        string settings = string.Join(", ", best.Set.Entries.Select(entry => $"{entry.Parameter.Name} = {Words.Setting(entry.Parameter, entry.Value)}"));
        return $"{counts} The best {study.Objectives[0].Name} is {Words.Value(best.Value)}{(settings.Length > 0 ? $", with {settings}" : "")}.";
    }
}
