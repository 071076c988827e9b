namespace Crucible.Lab.Studies;

/// <summary>Ends a trial whose best value up to now is worse than the median of what other trials had at the same step.</summary>
public sealed class MedianPruner() : PercentilePruner(50)
{
    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"median (startup {StartupTrials}, warmup {WarmupSteps}, least {LeastTrials})");
}
