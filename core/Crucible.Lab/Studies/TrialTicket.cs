namespace Crucible.Lab.Studies;

/// <summary>Entitles a worker to write about a trial until another has taken it over.</summary>
/// <param name="Number">The trial.</param>
/// <param name="Claim">Which taking of it this is: each has a name of its own.</param>
public readonly record struct TrialTicket(int Number, string Claim);
