namespace Crucible.Tensors;

/// <summary>Everything a <see cref="Generator"/> is: a generator made from it continues exactly where the other stood.</summary>
/// <param name="Seed">The seed, the key of the Philox cipher.</param>
/// <param name="Stream">The number of the stream; streams of one seed are independent.</param>
/// <param name="Position">How many words of 32 bits have been used.</param>
public readonly record struct GeneratorState(ulong Seed, ulong Stream, ulong Position);
