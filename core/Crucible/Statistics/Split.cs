using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// Divides rows at random into parts that do not overlap, so that a model is tested on rows it never saw. The same
/// generator state gives the same parts. The parts are row numbers, for <see cref="Tensor.Rows(int[])"/>.
/// </summary>
public static class Split
{
    private const string Operation = "split";

    /// <summary>Shuffles the rows 0 to <paramref name="rowCount"/> - 1 and cuts them into parts.</summary>
    /// <param name="rowCount">The number of rows, at least 1.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="counts">The size of each part, at least 1; together all rows.</param>
    /// <returns>One array of row numbers a part, together every row once.</returns>
    /// <exception cref="OptionException">A size is below 1, or the sizes do not add up to the rows.</exception>
    public static int[][] Rows(int rowCount, Generator generator, params int[] counts)
    {
        foreach (int count in counts)
            if (count < 1) throw Errors.Option(Operation, "each part", "at least 1 row", count);
        long sum = counts.Sum(count => (long)count);
        if (sum != rowCount)
            throw Errors.Option(
                Operation, "the sum of the parts", Invariant($"the {rowCount} rows"), Invariant($"{string.Join(" + ", counts)} = {sum}"));
        ReadOnlySpan<int> order = generator.Permutation(rowCount);
        int[][] parts = new int[counts.Length][];
        for (int part = 0, start = 0; part < parts.Length; start += counts[part++])
            parts[part] = order.Slice(start, counts[part]).ToArray();
        return parts;
    }

    /// <summary>
    /// Divides rows into training and test rows by their numbers, as in F#
    /// <c>let train, test = Split.ByCounts(506, 300, 206, generator)</c>.
    /// </summary>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="trainingRows">The number of training rows, at least 1.</param>
    /// <param name="testRows">The number of test rows, at least 1; together with the training rows all rows.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The numbers of the training rows and of the test rows, together every row once.</returns>
    /// <exception cref="OptionException">A number is below 1, or they do not add up to the rows.</exception>
    public static Tuple<int[], int[]> ByCounts(int rowCount, int trainingRows, int testRows, Generator generator)
    {
        int[][] parts = Rows(rowCount, generator, trainingRows, testRows);
        return Tuple.Create(parts[0], parts[1]);
    }

    /// <summary>Divides rows into training and test rows by the share of test rows.</summary>
    /// <param name="rowCount">The number of rows, at least 2.</param>
    /// <param name="testFraction">
    /// The share of test rows, between 0 and 1; the number is rounded, but each part gets a row at least.
    /// </param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <returns>The numbers of the training rows and of the test rows, together every row once.</returns>
    /// <exception cref="OptionException">The share is not between 0 and 1.</exception>
    /// <exception cref="DataException">There are fewer than two rows.</exception>
    public static Tuple<int[], int[]> ByFraction(int rowCount, double testFraction, Generator generator)
    {
        if (!(testFraction > 0 && testFraction < 1)) throw Errors.Option(Operation, "testFraction", "above 0 and below 1", testFraction);
        if (rowCount < 2) throw Errors.TooFew(Operation, "rows", 2, rowCount);
        int testRows = Math.Clamp((int)Math.Round(testFraction * rowCount), 1, rowCount - 1);
        return ByCounts(rowCount, rowCount - testRows, testRows, generator);
    }
}
