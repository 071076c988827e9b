using MathNet.Numerics.Statistics;

namespace Crucible.Data;

/// <summary>The usual statistics of a column of numbers.</summary>
/// <param name="Count">The number of values.</param>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="StandardDeviation">The sample standard deviation, √(Σ(x - mean)² / (count - 1)); NaN for one value.</param>
/// <param name="Minimum">The smallest value.</param>
/// <param name="LowerQuartile">The 0.25 quantile, interpolated linearly between neighbours (definition R-7, that of NumPy and pandas).</param>
/// <param name="Median">The 0.5 quantile.</param>
/// <param name="UpperQuartile">The 0.75 quantile, as <paramref name="LowerQuartile"/>.</param>
/// <param name="Maximum">The largest value.</param>
/// <param name="Skewness">The sample skewness, corrected for bias (G₁); NaN below three values or when all are equal.</param>
public sealed record ColumnSummary(
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
    /// <summary>Summarizes numbers.</summary>
    /// <param name="values">At least one number.</param>
    /// <param name="name">What they are called in an error message.</param>
    /// <exception cref="DataException">There is no value, or one is not finite.</exception>
    public static ColumnSummary Of(ReadOnlySpan<double> values, string name = "values")
    {
        Require.Rows("summary", values.Length);
        Require.Finite("summary", name, values);
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return new(
            sorted.Length,
            ArrayStatistics.Mean(sorted),
            ArrayStatistics.StandardDeviation(sorted),
            sorted[0],
            Quantile(sorted, 0.25),
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.75),
            sorted[^1],
            sorted[0] == sorted[^1] ? double.NaN : Statistics.Skewness(sorted));
    }

    private static double Quantile(double[] sorted, double share) => SortedArrayStatistics.QuantileCustom(sorted, share, QuantileDefinition.R7);
}
