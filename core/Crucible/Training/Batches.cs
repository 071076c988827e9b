using Crucible.Tensors;

namespace Crucible.Training;

/// <summary>
/// Row numbers in batches, epoch after epoch: every row once an epoch, in a new random order each time, the last batch short when the rows do not divide.
/// An epoch's order follows from a seed and the epoch's number alone, so <see cref="State"/> is small and resumes at exactly the next batch.
/// </summary>
public sealed class Batches
{
    private ulong? seed;
    private int[] order;

    /// <summary>Begins the first epoch.</summary>
    /// <param name="rowCount">The number of rows, at least 1.</param>
    /// <param name="batchSize">Rows a batch, from 1 to the number of rows.</param>
    /// <param name="generator">Gives one number, the seed of all shuffles, and may be used elsewhere afterwards; without a generator, rows come in order.</param>
    /// <exception cref="OptionException">The batch size is below 1 or above the number of rows.</exception>
    public Batches(int rowCount, int batchSize, Generator? generator = null)
    {
        if (batchSize < 1 || batchSize > rowCount) throw Errors.Option("batches", "batchSize", Errors.Text($"at least 1 and at most the {rowCount} rows"), batchSize);
        RowCount = rowCount;
        BatchSize = batchSize;
        seed = generator?.NextUInt64();
        order = Order();
    }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The rows of a batch; the last one of an epoch may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The batches of an epoch, ⌈rows / batch size⌉.</summary>
    public int Count => (RowCount + BatchSize - 1) / BatchSize;

    /// <summary>The epoch of the batch taken last, from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>The number of this epoch's batches that have been taken.</summary>
    public int Position { get; private set; }

    /// <summary>Where the batches stand; after <see cref="Restore"/> the next batch is the same.</summary>
    public BatchesState State => new(Epoch, Position, seed);

    /// <summary>Takes the next batch, the first of a new epoch when this one is finished.</summary>
    /// <returns>Row numbers; the view stays valid and does not change.</returns>
    public ReadOnlySpan<int> Next()
    {
        if (Position == Count)
        {
            Epoch++;
            Position = 0;
            order = Order();
        }
        int start = Position++ * BatchSize;
        return order.AsSpan(start, Math.Min(BatchSize, RowCount - start));
    }

    /// <summary>Takes the batches that this epoch still has, or those of a new epoch when it is finished, as in F# <c>for rows in batches.NextEpoch() do …</c>.</summary>
    /// <returns>Row numbers, batch by batch; a batch counts as taken when it is handed out.</returns>
    public IEnumerable<int[]> NextEpoch()
    {
        do
        {
            yield return Next().ToArray();
        }
        while (Position < Count);
    }

    /// <summary>Goes to where <see cref="State"/> was taken, of these batches or of others with the same rows and batch size.</summary>
    /// <param name="state">The state.</param>
    /// <exception cref="OptionException">The epoch or position cannot be one of these batches, or only one of the two is shuffled.</exception>
    public void Restore(BatchesState state)
    {
        if (state.Epoch < 0) throw Errors.Option("batches", "epoch", "at least 0", state.Epoch);
        if (state.Position < 0 || state.Position > Count) throw Errors.Option("batches", "position", Errors.Text($"at least 0 and at most the {Count} batches of an epoch"), state.Position);
        if (state.Seed.HasValue != seed.HasValue)
            throw Errors.Option("batches", "state", seed.HasValue ? "of shuffled rows" : "of rows in order", seed.HasValue ? "of rows in order" : "of shuffled rows");
        seed = state.Seed;
        Epoch = state.Epoch;
        Position = state.Position;
        order = Order();
    }

    private int[] Order() => seed is { } key ? new Generator(key).Split((ulong)Epoch).Permutation(RowCount) : [.. Enumerable.Range(0, RowCount)];
}
