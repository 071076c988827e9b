using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>
/// Whether probabilities mean what they say: of all rows given 0.8, are 80 % positive? Rows fall into bins of equal width by
/// their probability; a reliability diagram draws <see cref="ReliabilityBin.Share"/> against
/// <see cref="ReliabilityBin.MeanProbability"/>.
/// </summary>
public sealed class Calibration
{
    private const string Operation = "calibration";

    private readonly double[] probabilities;
    private readonly bool[] positive;
    private readonly int binCount;

    private Calibration(double[] probabilities, bool[] positive, int binCount)
    {
        (this.probabilities, this.positive, this.binCount) = (probabilities, positive, binCount);
        int[] all = [.. Enumerable.Range(0, probabilities.Length)];
        ExpectedError = ErrorOf(all);
        Bins = [.. from row in all group row by BinOf(row) into bin orderby bin.Key select Bin(bin.Key, [.. bin])];
    }

    /// <summary>The bins that hold rows, the lowest probabilities first.</summary>
    public IReadOnlyList<ReliabilityBin> Bins { get; }

    /// <summary>
    /// The expected calibration error (ECE), Σ rows of the bin / rows · |share positive − mean probability|: 0 is perfect. It
    /// depends on the number of bins.
    /// </summary>
    /// <remarks>Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), equation 3.</remarks>
    public double ExpectedError { get; }

    /// <summary>
    /// Bins of probabilities. For several classes take the highest probability of each row, and whether its class was right.
    /// </summary>
    /// <param name="probabilities">A probability a row, from 0 to 1.</param>
    /// <param name="isPositive">Whether the row came true, as many.</param>
    /// <param name="bins">How many bins, at least 1: bin i of n holds what is above i/n, up to (i + 1)/n, the first 0 too.</param>
    /// <exception cref="DataException">There is no row, the lengths differ, or a value is no probability.</exception>
    /// <exception cref="OptionException">There is no bin.</exception>
    public static Calibration Of(IReadOnlyList<double> probabilities, IReadOnlyList<bool> isPositive, int bins = 10)
    {
        if (bins < 1) throw Errors.Option(Operation, "bins", "at least 1", bins);
        if (probabilities.Count != isPositive.Count)
            throw Errors.DataSizes(
                Operation, "probabilities and rows must be equally many", $"there are {probabilities.Count} and {isPositive.Count}");
        Require.Rows(Operation, probabilities.Count);
        for (int row = 0; row < probabilities.Count; row++)
            if (!(probabilities[row] is >= 0 and <= 1))
                throw Errors.DataSizes(
                    Operation, "probabilities must be from 0 to 1", Invariant($"row {row} has {probabilities[row]}"));
        return new([.. probabilities], [.. isPositive], bins);
    }

    /// <summary>Bins of tensors.</summary>
    /// <param name="probabilities">[rows] or [rows, 1].</param>
    /// <param name="isPositive">[rows] or [rows, 1]: bool, or numbers of which 0 is negative.</param>
    /// <param name="bins">How many bins, at least 1.</param>
    /// <exception cref="ShapeException">A tensor has more than one value a row.</exception>
    /// <exception cref="DataException">There is no row, the lengths differ, or a value is no probability.</exception>
    /// <exception cref="OptionException">There is no bin.</exception>
    public static Calibration Of(Tensor probabilities, Tensor isPositive, int bins = 10) => Of(
        Columnwise.Single(Operation, "probabilities", probabilities),
        [.. Columnwise.Single(Operation, "rows", isPositive).Select(value => value != 0)],
        bins);

    /// <summary>The expected error with its bootstrap interval (<see cref="Interval.OfResamples"/>).</summary>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="resamples">How often rows are drawn, at least 2.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="OptionException">A number is out of its range.</exception>
    public Interval ExpectedErrorInterval(Generator generator, int resamples = 1000, double confidence = 0.95) =>
        Interval.OfResamples(probabilities.Length, ErrorOf, generator, resamples, confidence);

    private double ErrorOf(int[] rows)
    {
        double[] excess = new double[binCount]; // positive rows - probabilities, of each bin
        foreach (int row in rows) excess[BinOf(row)] += (positive[row] ? 1 : 0) - probabilities[row];
        return excess.Sum(Math.Abs) / rows.Length;
    }

    private ReliabilityBin Bin(int place, int[] rows) => new(
        (double)place / binCount, (double)(place + 1) / binCount, rows.Average(row => probabilities[row]),
        Interval.OfShare(rows.Count(row => positive[row]), rows.Length), rows.Length);

    private int BinOf(int row) => Math.Max(0, (int)Math.Ceiling(probabilities[row] * binCount) - 1);
}

/// <summary>The rows whose probability lies in one part of 0 to 1.</summary>
/// <param name="Low">The bin's lower end.</param>
/// <param name="High">Its upper end.</param>
/// <param name="MeanProbability">The mean of its rows' probabilities.</param>
/// <param name="Share">The share of its rows that came true, with Wilson's interval (95 %).</param>
/// <param name="Count">Its rows.</param>
public sealed record ReliabilityBin(double Low, double High, double MeanProbability, Interval Share, int Count)
{
    /// <summary>The bin in a line: <c>0.7 to 0.8: 0.74 said, 0.69 (0.6 to 0.77) came true, 120 rows</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        Invariant($"{Numeral.Of(Low, 3)} to {Numeral.Of(High, 3)}: {Numeral.Of(MeanProbability, 3)} said, {Share} came true, {Count} rows");
}
