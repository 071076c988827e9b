namespace Crucible.Lab.Studies;

/// <summary>
/// Ends trials that are not worth going on with. A decision may depend on its context alone, never on the clock or on
/// earlier calls. Several threads may call at once.
/// <see cref="object.ToString"/> names the options, because a stored study goes on only with the pruner that it began
/// with.
/// </summary>
public abstract class Pruner
{
    /// <summary>Whether the trial should end after its last report.</summary>
    public abstract bool ShouldPrune(PrunerContext context);

    /// <summary>The name of the pruner and its options.</summary>
    public abstract override string ToString();
}

/// <summary>What a pruning decision may depend on: the trial's own reports, and the trials that had ended before it could begin.</summary>
public sealed class PrunerContext
{
    internal PrunerContext(int number, IReadOnlyList<Measurement> reports, IReadOnlyList<FrozenTrial> trials, StudyDirection direction) =>
        (Number, Reports, Trials, Direction) = (number, reports, trials, direction);

    /// <summary>The trial.</summary>
    public int Number { get; }

    /// <summary>What it reported up to now, by step; at least one value.</summary>
    public IReadOnlyList<Measurement> Reports { get; }

    /// <summary>The step of the last report.</summary>
    public int Step => Reports[^1].Step;

    /// <summary>The trials that the decision may depend on, by number: the first ones of the study, all ended.</summary>
    public IReadOnlyList<FrozenTrial> Trials { get; }

    /// <summary>Which values are better.</summary>
    public StudyDirection Direction { get; }

    /// <summary>A value as something to be made small.</summary>
    /// <param name="value">The value.</param>
    public double Loss(double value) => Direction == StudyDirection.Minimize ? value : -value;
}

/// <summary>Lets every trial run to its end.</summary>
public sealed class NoPruner : Pruner
{
    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context) => false;

    /// <inheritdoc/>
    public override string ToString() => "none";
}
