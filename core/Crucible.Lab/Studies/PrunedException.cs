namespace Crucible.Lab.Studies;

/// <summary>Ends a trial that is not worth going on with; <see cref="Trial.Prune"/> raises it.</summary>
public sealed class PrunedException() : CrucibleException("The trial was pruned.");
