using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>Ends a trial whose best value up to now is worse than a percentile of what other trials had at the same step.</summary>
/// <param name="percentile">The share of trials that go on, 0 to 100: 25 keeps the best quarter.</param>
public class PercentilePruner(double percentile) : Pruner
{
    /// <summary>Trials that must have ended before any is pruned.</summary>
    public int StartupTrials { get; init; } = 5;

    /// <summary>Steps, from 0, at which no trial is pruned.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>How many other trials must have reported the step.</summary>
    public int LeastTrials { get; init; } = 1;

    /// <summary>The share of trials that go on.</summary>
    public double Percentile { get; } = percentile is >= 0 and <= 100
        ? percentile
        : throw StudyErrors.StudyOption("percentile", "from 0 to 100", percentile);

    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context)
    {
        if (context.Step < WarmupSteps || context.Trials.Count(trial => trial.State == TrialState.Complete) < StartupTrials) return false;
        List<double> others = [];
        foreach (FrozenTrial trial in context.Trials)
        {
            if (trial.State == TrialState.Complete && trial.At(context.Step) is { } value) others.Add(context.Loss(value));
        }

        if (others.Count < Math.Max(LeastTrials, 1)) return false;
        others.Sort();
        double place = Percentile / 100 * (others.Count - 1);
        int below = (int)place;
        double limit = others[below] + ((place - below) * (others[Math.Min(below + 1, others.Count - 1)] - others[below]));
        return context.Reports.Min(report => context.Loss(report.Value)) > limit;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"percentile {Percentile} (startup {StartupTrials}, warmup {WarmupSteps}, least {LeastTrials})");
}

/// <summary>Ends a trial whose best value up to now is worse than the median of what other trials had at the same step.</summary>
public sealed class MedianPruner() : PercentilePruner(50)
{
    /// <inheritdoc/>
    public override string ToString() => Invariant($"median (startup {StartupTrials}, warmup {WarmupSteps}, least {LeastTrials})");
}
