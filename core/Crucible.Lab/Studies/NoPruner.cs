namespace Crucible.Lab.Studies;

/// <summary>Lets every trial run to its end.</summary>
public sealed class NoPruner : Pruner
{
    /// <inheritdoc/>
    public override bool ShouldPrune(PrunerContext context) => false;

    /// <inheritdoc/>
    public override string ToString() => "none";
}
