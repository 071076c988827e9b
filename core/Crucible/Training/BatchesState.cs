namespace Crucible.Training;

/// <summary>Where in its epochs a <see cref="Batches"/> stands: enough to go on at exactly the next batch.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Position">The number of batches of the epoch that have been taken.</param>
/// <param name="Seed">The seed of all shuffles; null when rows stay in order.</param>
public sealed record BatchesState(int Epoch, int Position, ulong? Seed);
