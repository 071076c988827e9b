using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Lets another pruner decide only once a trial has stopped getting better: its best value did not fall by more than
/// <see cref="LeastGain"/> within the last reports.
/// </summary>
/// <param name="inner">The pruner that decides then.</param>
/// <param name="patience">How many reports without gain are borne, at least 0.</param>
public sealed class PatientPruner(Pruner inner, int patience) : Pruner
{
    private readonly int patience = patience >= 0 ? patience : throw StudyErrors.StudyOption("patience", "at least 0", patience);

    /// <summary>What counts as getting better.</summary>
    public double LeastGain { get; init; }

    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context)
    {
        int recent = patience + 1;
        if (context.Reports.Count <= recent) return false;
        double before = context.Reports.SkipLast(recent).Min(report => context.Loss(report.Value));
        double after = context.Reports.TakeLast(recent).Min(report => context.Loss(report.Value));
        return after >= before - LeastGain && inner.ShouldPrune(context);
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"patient {patience} (gain {LeastGain}, {inner})");
}
