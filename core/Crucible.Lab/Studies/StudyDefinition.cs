namespace Crucible.Lab.Studies;

/// <summary>What makes a study the same study: from these and the objective alone follow all its trials.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Directions">One an objective.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Sampler">The sampler with its options.</param>
/// <param name="Pruner">The pruner with its options.</param>
/// <param name="Window">How many consecutive trials may be under way at once.</param>
public sealed record StudyDefinition(string Name, IReadOnlyList<StudyDirection> Directions, ulong Seed, string Sampler, string Pruner, int Window);
