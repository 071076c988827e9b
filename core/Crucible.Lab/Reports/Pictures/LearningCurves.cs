using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>What trials reported on their way.</summary>
/// <param name="Shown">The trials that are drawn, by number.</param>
/// <param name="Best">The number of the best complete trial that reported, or none.</param>
/// <param name="Of">How many trials reported.</param>
/// <param name="PrunedAfter">How many reports pruned trials made, in the mean; NaN if none was pruned.</param>
/// <param name="Whole">The most reports that a trial made.</param>
/// <param name="Saved">The share of reports that pruning saved, if each pruned trial had made as many as the longest.</param>
internal sealed record LearningCurves(IReadOnlyList<FrozenTrial> Shown, int? Best, int Of, double PrunedAfter, int Whole, double Saved)
{
    private const int MostCurves = 150;
    private const int BestCurves = 20;

    internal static LearningCurves From(StudyView study, Objective objective)
    {
        FrozenTrial[] all = [.. study.Trials.Where(trial => trial.Reports.Count > 0)];
        FrozenTrial[] pruned = [.. all.Where(trial => trial.State == TrialState.Pruned)];
        FrozenTrial[] best = [.. all.Where(trial => trial.State == TrialState.Complete).OrderBy(objective.Loss).ThenBy(trial => trial.Number)];
        int whole = all.Length == 0 ? 0 : all.Max(trial => trial.Reports.Count);
        double saved = pruned.Sum(trial => (double)(whole - trial.Reports.Count));
        double made = all.Sum(trial => (double)trial.Reports.Count);
        return new LearningCurves(
            all.Length <= MostCurves ? all : Thinned.Kept([.. best.Take(BestCurves)], all, MostCurves), best.Length > 0 ? best[0].Number : null, all.Length,
            pruned.Length == 0 ? double.NaN : pruned.Average(trial => trial.Reports.Count), whole, saved == 0 ? 0 : saved / (saved + made));
    }
}
