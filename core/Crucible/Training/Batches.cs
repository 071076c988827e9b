using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Training;

/// <summary>
/// Data to train on, a batch for each update. The batch of an update follows from a seed and the update's number alone, so that a run has
/// nothing else to remember of its data to go on with the same bits. <see cref="RowBatches"/> are rows of tensors, <see
/// cref="TokenWindows"/> windows of a text; what else there is to learn from (pairs of sequences, pictures from files) implements this.
/// </summary>
public interface IBatches
{
    /// <summary>The updates of an epoch, 1 or more: after so many, about every item was used once.</summary>
    int Count { get; }

    /// <summary>What must be the same for a run to be continued: <c>50 rows, batch size 8, shuffled</c>.</summary>
    string Description { get; }

    /// <summary>The batch of an update.</summary>
    /// <param name="seed">The seed of the run. Take <c>Generator(seed).Split(1)</c>: stream 0 is that of dropout.</param>
    /// <param name="update">The update's number, from 0.</param>
    /// <returns>The batch, in memory of its own.</returns>
    Batch At(ulong seed, int update);

    /// <summary>Every item once and in order, in batches that suit an evaluation.</summary>
    /// <returns>The batches.</returns>
    IEnumerable<Batch> InOrder();
}

/// <summary>What one update learns from. Who asked for it gives its memory back with <see cref="Release"/>.</summary>
/// <param name="items">What counts and weighs the batch: its rows, its tokens.</param>
/// <param name="tensors">The inputs, what else a loss needs, and last the targets.</param>
public sealed class Batch(int items, params IReadOnlyList<Tensor> tensors)
{
    /// <summary>The number of items: rows, tokens.</summary>
    public int Items { get; } = items;

    /// <summary>All tensors of the batch.</summary>
    public IReadOnlyList<Tensor> Tensors { get; } = tensors;

    /// <summary>The first tensor.</summary>
    public Tensor Inputs => Tensors[0];

    /// <summary>The last tensor.</summary>
    public Tensor Targets => Tensors[^1];

    /// <summary>Whether the tensors are those of someone else, which are not released.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gives the memory back; the tensors cannot be read from then on.</summary>
    public void Release()
    {
        if (IsShared) return;
        foreach (Tensor tensor in Tensors) tensor.Release();
    }
}

/// <summary>
/// Rows of inputs and targets: every row once an epoch, in a new random order each time, the last batch short when the rows do not divide.
/// <c>RowBatches(x, y, 32)</c>; in a loop of one's own <c>let batch = batches.At(seed, update)</c>.
/// </summary>
public sealed class RowBatches : IBatches
{
    private const int UsualSize = 32;
    private const int EvaluationRows = 4096;

    private readonly Tensor inputs;
    private readonly Tensor targets;
    private readonly bool isShuffled;
    private EpochOrder? last; // replaced as a whole, so that several runs may share the rows

    /// <summary>The batches of some rows.</summary>
    /// <param name="inputs">The inputs, first axis rows.</param>
    /// <param name="targets">The targets, as many rows.</param>
    /// <param name="batchSize">Rows a batch, from 1 to the number of rows; null for 32, or all rows where there are fewer.</param>
    /// <param name="shuffle">Draw another order of the rows for every epoch; otherwise they come as they are.</param>
    /// <exception cref="DataException">There are no rows, the numbers of rows differ, or a value is not finite.</exception>
    /// <exception cref="OptionException">The batch size is below 1 or above the number of rows.</exception>
    public RowBatches(Tensor inputs, Tensor targets, int? batchSize = null, bool shuffle = true)
    {
        Check(inputs, targets, "batches");
        (this.inputs, this.targets, isShuffled, RowCount) = (inputs, targets, shuffle, inputs.Shape[0]);
        BatchSize = batchSize ?? Math.Min(UsualSize, RowCount);
        if (BatchSize < 1 || BatchSize > RowCount)
            throw Errors.Option("batches", nameof(batchSize), Invariant($"at least 1 and at most the {RowCount} rows"), BatchSize);
    }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The rows of a batch; the last one of an epoch may have fewer.</summary>
    public int BatchSize { get; }

    /// <summary>The batches of an epoch, ⌈rows / batch size⌉.</summary>
    public int Count => (RowCount + BatchSize - 1) / BatchSize;

    /// <inheritdoc/>
    public string Description => Invariant($"{RowCount} rows, batch size {BatchSize}, {(isShuffled ? "shuffled" : "in order")}");

    /// <summary>The numbers of the rows of an update's batch.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="update">The update's number, from 0.</param>
    /// <returns>Row numbers; the view stays valid and does not change.</returns>
    public ReadOnlySpan<int> Rows(ulong seed, int update)
    {
        int[] order = Order(seed, update / Count);
        int start = update % Count * BatchSize;
        return order.AsSpan(start, Math.Min(BatchSize, RowCount - start));
    }

    /// <inheritdoc/>
    public Batch At(ulong seed, int update)
    {
        ReadOnlySpan<int> rows = Rows(seed, update);
        Tensor index = Tensor.From(rows);
        Batch batch = new(rows.Length, inputs.IndexSelect(0, index), targets.IndexSelect(0, index));
        index.Release();
        return batch;
    }

    /// <inheritdoc/>
    public IEnumerable<Batch> InOrder()
    {
        for (int start = 0; start < RowCount; start += EvaluationRows)
        {
            int stop = Math.Min(RowCount, start + EvaluationRows);
            bool isAll = stop - start == RowCount; // then the slices are the tensors themselves
            yield return new(stop - start, inputs.Slice(0, start, stop), targets.Slice(0, start, stop)) { IsShared = isAll };
        }
    }

    /// <summary>Refuses empty data, unequal numbers of rows, and values that are not finite.</summary>
    internal static void Check(Tensor inputs, Tensor targets, string operation)
    {
        int rows = inputs.Rank == 0 ? 0 : inputs.Shape[0];
        if (rows == 0 || targets.Rank == 0) throw Errors.TooFew(operation, "rows", 1, rows);
        if (rows != targets.Shape[0])
        {
            string sizes = Invariant($"there are {rows} and {targets.Shape[0]}");
            throw Errors.DataSizes(operation, "inputs and targets must have equally many rows", sizes);
        }

        CheckFinite(inputs, operation, "the inputs");
        CheckFinite(targets, operation, "the targets");
    }

    private static void CheckFinite(Tensor values, string operation, string name)
    {
        if (!values.DType.IsFloat() || values.AllFinite()) return;
        int position = 0;
        while (double.IsFinite(values.Element(position))) position++;
        int rowLength = values.ElementCount / values.Shape[0];
        string place = Invariant($"row {position / rowLength} holds {values.Element(position)} in column {position % rowLength}");
        throw Errors.DataSizes(operation, name + " must be finite", place + "; fill or drop missing values first");
    }

    private int[] Order(ulong seed, int epoch)
    {
        if (last is { } known && known.Seed == seed && known.Epoch == epoch) return known.Rows;
        int[] rows = isShuffled
            ? new Generator(new Generator(seed).Split(1).NextUInt64()).Split((ulong)epoch).Permutation(RowCount)
            : [.. Enumerable.Range(0, RowCount)];
        last = new(seed, epoch, rows);
        return rows;
    }

    private sealed record EpochOrder(ulong Seed, int Epoch, int[] Rows);
}
