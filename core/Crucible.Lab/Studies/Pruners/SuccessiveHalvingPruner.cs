using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Asynchronous successive halving: at 1, η, η², … times the least number of reports, only the best 1/η of the trials
/// that came so far go on. A trial is compared with those of
/// smaller numbers that had ended before it began, and waits for none. Li and others, "A System for Massively Parallel
/// Hyperparameter Tuning" (2020).
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
    public override string ToString() =>
        Invariant($"successive halving (least {LeastReports}, factor {ReductionFactor}, skipped {SkippedRungs})");

    /// <summary>Whether the trial is at a rung and not among the best 1/η of itself and its rivals there.</summary>
    internal static bool IsWorse(PrunerContext context, int least, int factor, int skipped, Func<int, bool> isRival)
    {
        if (least < 1) throw StudyErrors.StudyOption("LeastReports", "at least 1", least);
        if (factor < 2) throw StudyErrors.StudyOption("ReductionFactor", "at least 2", factor);
        if (skipped < 0) throw StudyErrors.StudyOption("SkippedRungs", "at least 0", skipped);
        long rung = least;
        for (int i = 0; i < skipped; i++) rung *= factor;
        while (rung < context.Reports.Count) rung *= factor;
        if (rung != context.Reports.Count) return false;
        double own = context.Loss(context.Reports[^1].Value);
        int count = 1;
        int better = 0;
        foreach (FrozenTrial trial in context.Trials)
        {
            if (trial.Reports.Count < rung || !isRival(trial.Number)) continue;
            count++;
            if (context.Loss(trial.Reports[(int)rung - 1].Value) < own) better++;
        }

        return better >= Math.Max(count / factor, 1);
    }
}

/// <summary>
/// Successive halving with several least numbers of reports at once, because it is not known how early a good trial
/// shows: each trial belongs to one bracket and is compared within it.
/// Li and others, "Hyperband" (2018).
/// </summary>
public sealed class HyperbandPruner : Pruner
{
    /// <summary>Reports before the first decision of the most eager bracket.</summary>
    public int LeastReports { get; init; } = 1;

    /// <summary>Reports of a trial that runs to its end.</summary>
    public int MostReports { get; init; } = 100;

    /// <summary>η: one of so many trials goes on, at least 2.</summary>
    public int ReductionFactor { get; init; } = 3;

    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context)
    {
        if (MostReports < LeastReports)
            throw StudyErrors.StudyOption(nameof(MostReports), Invariant($"at least LeastReports = {LeastReports}"), MostReports);
        int bracket = BracketOf(context.Number);
        return SuccessiveHalvingPruner.IsWorse(context, LeastReports, ReductionFactor, bracket, number => BracketOf(number) == bracket);
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"hyperband (least {LeastReports}, most {MostReports}, factor {ReductionFactor})");

    /// <summary>The bracket of a trial, drawn by its number with the share that gives each bracket the same number of reports.</summary>
    internal int BracketOf(int number)
    {
        int last = (int)Math.Floor((Math.Log((double)MostReports / LeastReports) / Math.Log(ReductionFactor)) + 1e-9);
        double[] shares = [.. Enumerable.Range(0, last + 1)
            .Select(skipped => Math.Ceiling((last + 1) * Math.Pow(ReductionFactor, last - skipped) / (last - skipped + 1)))];
        double place = new Generator((ulong)number).NextDouble() * shares.Sum();
        for (int bracket = 0; bracket < last; bracket++)
        {
            if ((place -= shares[bracket]) < 0) return bracket;
        }

        return last;
    }
}
