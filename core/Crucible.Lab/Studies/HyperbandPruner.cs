using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// Successive halving with several least numbers of reports at once, because it is not known how early a good trial shows: each trial belongs to one bracket and is compared within it.
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
        if (MostReports < LeastReports) throw Errors.StudyOption(nameof(MostReports), Errors.Text($"at least LeastReports = {LeastReports}"), MostReports);
        int bracket = BracketOf(context.Number);
        return SuccessiveHalvingPruner.IsWorse(context, LeastReports, ReductionFactor, bracket, number => BracketOf(number) == bracket);
    }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"hyperband (least {LeastReports}, most {MostReports}, factor {ReductionFactor})");

    /// <summary>The bracket of a trial, drawn by its number with the share that gives each bracket the same number of reports.</summary>
    internal int BracketOf(int number)
    {
        int last = (int)Math.Floor((Math.Log((double)MostReports / LeastReports) / Math.Log(ReductionFactor)) + 1e-9);
        double[] shares = [.. Enumerable.Range(0, last + 1).Select(skipped => Math.Ceiling((last + 1) * Math.Pow(ReductionFactor, last - skipped) / (last - skipped + 1)))];
        double place = new Generator((ulong)number).NextDouble() * shares.Sum();
        for (int bracket = 0; bracket < last; bracket++)
        {
            if ((place -= shares[bracket]) < 0) return bracket;
        }

        return last;
    }
}
