namespace Crucible.Lab.Studies;

/// <summary>
/// Ends trials that are not worth going on with. A decision may depend on its context alone, never on the clock or on earlier calls. Several threads may call at once.
/// <see cref="object.ToString"/> names the options, because a stored study goes on only with the pruner that it began with.
/// </summary>
public abstract class Pruner
{
    /// <summary>Whether the trial should end after its last report.</summary>
    public abstract bool ShouldPrune(PrunerContext context);

    /// <summary>The name of the pruner and its options.</summary>
    public abstract override string ToString();
}
