using Crucible.Tensors;
using MathNet.Numerics.Statistics;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>The usual statistics of a column of numbers.</summary>
/// <param name="Count">The number of values.</param>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="StandardDeviation">The sample standard deviation, √(Σ(x - mean)² / (count - 1)); NaN for one value.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="LowerQuartile">The 0.25 quantile, as <see cref="Quantile"/>.</param>
/// <param name="Median">The 0.5 quantile.</param>
/// <param name="UpperQuartile">The 0.75 quantile.</param>
/// <param name="Maximum">The largest value.</param>
/// <param name="Skewness">The sample skewness, corrected for bias (G₁); NaN below three values or when all are equal.</param>
public sealed record Summary(
    int Count,
    double Mean,
    double StandardDeviation,
    double Minimum,
    double LowerQuartile,
    double Median,
    double UpperQuartile,
    double Maximum,
    double Skewness)
{
    private const string Operation = "summary";

    /// <summary>Summarizes numbers.</summary>
    /// <param name="values">At least one number.</param>
    /// <exception cref="DataException">There is no value, or one is not finite.</exception>
    public static Summary Of(IEnumerable<double> values) => Of([.. values], "values");

    /// <summary>Summarizes each column of a matrix, in doubles.</summary>
    /// <param name="rows">[rows, columns], at least one row.</param>
    /// <returns>One summary a column.</returns>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    /// <exception cref="DataException">There is no row, or a value is not finite.</exception>
    public static IReadOnlyList<Summary> OfColumns(Tensor rows) =>
        [.. Columnwise.Of(Operation, "rows", rows).Select((values, column) => Of(values, Invariant($"column {column}")))];

    /// <summary>
    /// The value below which a share of the numbers lies, interpolated linearly between neighbours (definition R-7,
    /// that of NumPy and pandas).
    /// </summary>
    /// <param name="values">At least one number.</param>
    /// <param name="share">From 0 to 1: 0.5 is the median.</param>
    /// <exception cref="DataException">There is no value, or one is not finite.</exception>
    /// <exception cref="OptionException">The share is not from 0 to 1.</exception>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        if (!(share >= 0 && share <= 1)) throw Errors.Option("quantile", "share", "from 0 to 1", share);
        double[] sorted = Sorted([.. values], "quantile", "values");
        double scale = Columnwise.Scale(sorted);
        return OfSorted([.. sorted.Select(value => value * scale)], share) / scale;
    }

    /// <summary>Pearson's correlation of every pair of columns, cov(x, y) / (std x · std y).</summary>
    /// <param name="rows">[rows, columns], at least two rows; computed in doubles.</param>
    /// <returns>
    /// A symmetric float64 matrix [columns, columns] with ones on its diagonal; NaN in the row and column of a constant
    /// one, whose correlation is undefined.
    /// </returns>
    /// <exception cref="ShapeException">The rows are not a matrix.</exception>
    /// <exception cref="DataException">There are fewer than two rows, or a value is not finite.</exception>
    public static Tensor Correlations(Tensor rows)
    {
        const string operation = "correlations";
        double[][] columns = Columnwise.Of(operation, "rows", rows);
        if (rows.Shape[0] < 2) throw Errors.TooFew(operation, "rows", 2, rows.Shape[0]);
        double[,] correlations = new double[columns.Length, columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            Require.Finite(operation, Invariant($"column {i}"), columns[i]);
            double scale = Columnwise.Scale(columns[i]);
            for (int row = 0; row < columns[i].Length; row++) columns[i][row] *= scale;
            bool constant = columns[i].AsSpan().IndexOfAnyExcept(columns[i][0]) < 0;
            correlations[i, i] = constant ? double.NaN : 1;
            for (int j = 0; j < i; j++)
            {
                bool undefined = constant || double.IsNaN(correlations[j, j]);
                correlations[i, j] = correlations[j, i] = undefined ? double.NaN : Correlation.Pearson(columns[i], columns[j]);
            }
        }
        return Tensor.Of(correlations, DType.Float64);
    }

    private static Summary Of(double[] values, string name)
    {
        double[] sorted = Sorted(values, Operation, name);
        double scale = Columnwise.Scale(sorted);
        for (int i = 0; i < sorted.Length; i++) sorted[i] *= scale;
        return new(
            sorted.Length,
            ArrayStatistics.Mean(sorted) / scale,
            ArrayStatistics.StandardDeviation(sorted) / scale,
            sorted[0] / scale,
            OfSorted(sorted, 0.25) / scale,
            OfSorted(sorted, 0.5) / scale,
            OfSorted(sorted, 0.75) / scale,
            sorted[^1] / scale,
            sorted[0] == sorted[^1] ? double.NaN : MathNet.Numerics.Statistics.Statistics.Skewness(sorted));
    }

    private static double[] Sorted(double[] values, string operation, string name)
    {
        Require.Rows(operation, values.Length);
        Require.Finite(operation, name, values);
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted;
    }

    private static double OfSorted(double[] sorted, double share) =>
        SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);
}
