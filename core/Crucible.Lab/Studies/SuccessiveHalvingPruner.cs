namespace Crucible.Lab.Studies;

/// <summary>
/// Asynchronous successive halving: at 1, η, η², … times the least number of reports, only the best 1/η of the trials that came so far go on. A trial is compared with those of
/// smaller numbers that had ended before it began, and waits for none. Li and others, "A System for Massively Parallel Hyperparameter Tuning" (2020).
/// </summary>
public sealed class SuccessiveHalvingPruner : Pruner
{
    /// <summary>Reports before the first decision, at least 1.</summary>
    public int LeastReports { get; init; } = 1;

    /// <summary>η: one of so many trials goes on, at least 2.</summary>
    public int ReductionFactor { get; init; } = 4;

    /// <summary>How many of the first decisions are left out.</summary>
    public int SkippedRungs { get; init; }

    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context) => IsWorse(context, LeastReports, ReductionFactor, SkippedRungs, _ => true);

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"successive halving (least {LeastReports}, factor {ReductionFactor}, skipped {SkippedRungs})");

    /// <summary>Whether the trial is at a rung and not among the best 1/η of itself and its rivals there.</summary>
    internal static bool IsWorse(PrunerContext context, int least, int factor, int skipped, Func<int, bool> isRival)
    {
        if (least < 1) throw Errors.StudyOption("LeastReports", "at least 1", least);
        if (factor < 2) throw Errors.StudyOption("ReductionFactor", "at least 2", factor);
        if (skipped < 0) throw Errors.StudyOption("SkippedRungs", "at least 0", skipped);
        long rung = least;
        for (int i = 0; i < skipped; i++) rung *= factor;
        while (rung < context.Reports.Count) rung *= factor;
        if (rung != context.Reports.Count) return false;
        double own = context.Loss(context.Reports[^1].Value);
        int count = 1;
        int better = 0;
        foreach (FinishedTrial trial in context.Trials)
        {
            if (trial.Reports.Count < rung || !isRival(trial.Number)) continue;
            count++;
            if (context.Loss(trial.Reports[(int)rung - 1].Value) < own) better++;
        }

        return better >= Math.Max(count / factor, 1);
    }
}
