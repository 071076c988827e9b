namespace Crucible.Lab.Studies;

/// <summary>What a pruning decision may depend on: the trial's own reports, and the trials that had ended before it could begin.</summary>
public sealed class PrunerContext
{
    internal PrunerContext(int number, IReadOnlyList<Measurement> reports, IReadOnlyList<FinishedTrial> trials, StudyDirection direction) =>
        (Number, Reports, Trials, Direction) = (number, reports, trials, direction);

    /// <summary>The trial.</summary>
    public int Number { get; }

    /// <summary>What it reported up to now, by step; at least one value.</summary>
    public IReadOnlyList<Measurement> Reports { get; }

    /// <summary>The step of the last report.</summary>
    public int Step => Reports[^1].Step;

    /// <summary>The trials that the decision may depend on, by number: the first ones of the study, all ended.</summary>
    public IReadOnlyList<FinishedTrial> Trials { get; }

    /// <summary>Which values are better.</summary>
    public StudyDirection Direction { get; }

    /// <summary>A value as something to be made small.</summary>
    /// <param name="value">The value.</param>
    public double Loss(double value) => Direction == StudyDirection.Minimize ? value : -value;
}
