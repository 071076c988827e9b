using Crucible.Lab.Studies;
using Crucible.Statistics;

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
        Texts(study));

    /// <summary>All of each trial at the place of its number: where some have not ended, places stay empty.</summary>
    private static string[] Texts(StudyView study)
    {
        string[] texts = new string[study.Trials.Count == 0 ? 0 : study.Trials[^1].Number + 1];
        Array.Fill(texts, "");
        foreach (FrozenTrial trial in study.Trials) texts[trial.Number] = Words.Of(trial, study.Objectives);
        return texts;
    }

    /// <summary>A paragraph on how many trials there were and what was best.</summary>
    /// <param name="study">The study.</param>
    /// <param name="wanted">How many trials there will be, where there are fewer yet.</param>
    internal static string Summary(StudyView study, int wanted = 0)
    {
        string trials = wanted > study.Trials.Count
            ? $"{Numeral.Of(study.Trials.Count)} of {Words.Count(wanted, "trial")} in the figures"
            : Words.Count(study.Trials.Count, "trial");
        string counts =
            $"{trials}: {Numeral.Of(study.Complete.Length)} complete, {Numeral.Of(study.Count(TrialState.Pruned))} pruned, {Numeral.Of(study.Count(TrialState.Failed))} failed.";
        if (study.Reused is { } reused) counts += $" {reused}.";
        if (study.Infeasible.Length > 0)
            counts += study.Feasible.Length == 0
                ? $" {Sentence(StudyErrors.Infeasible($"'{study.Name}'", study.Complete))}."
                : $" {Words.Count(study.Infeasible.Length, "complete trial misses a constraint", "complete trials miss a constraint")}.";
        if (study.Objectives.Length > 1 || study.Feasible.Length == 0) return counts;
        FrozenTrial winner = study.Objectives[0].Best(study.Feasible)!;
        string settings =
            string.Join(", ", winner.Set.Entries.Select(entry => $"{entry.Parameter.Name} = {Words.Setting(entry.Parameter, entry.Value)}"));
        string best = wanted > study.Trials.Count ? $"The best {study.Objectives[0].Name} so far" : $"The best {study.Objectives[0].Name}";
        return $"{counts} {best} is {Words.Value(winner.Value)}{(settings.Length > 0 ? $", with {settings}" : "")}.";
    }

    private static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
