using Crucible.Tensors;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>An estimate with its confidence interval.</summary>
/// <param name="Estimate">The value estimated.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Estimate, double Low, double High)
{
    private const string Operation = "interval";

    /// <summary>The mean of independent values, with Student's t.</summary>
    /// <param name="values">At least two values, finite.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="DataException">There are fewer than two values, or one is not finite.</exception>
    /// <exception cref="OptionException">The confidence is not between 0 and 1.</exception>
    public static Interval OfMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        double[] numbers = [.. values];
        if (numbers.Length < 2) throw Errors.TooFew(Operation, "values", 2, numbers.Length);
        Require.Finite(Operation, "values", numbers);
        double share = UpperShare(confidence), mean = ArrayStatistics.Mean(numbers);
        double half = StudentT.InvCDF(0, 1, numbers.Length - 1, share) * StandardError(numbers);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>
    /// The geometric mean of independent values: <see cref="OfMean"/> of their logarithms. For errors and times, whose
    /// spread grows with their size.
    /// </summary>
    /// <param name="values">At least two values, finite and above 0.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="DataException">There are fewer than two values, or one is not finite or not above 0.</exception>
    /// <exception cref="OptionException">The confidence is not between 0 and 1.</exception>
    public static Interval OfGeometricMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        for (int i = 0; i < values.Count; i++)
            if (values[i] <= 0) throw Errors.NotPositive(Operation, "values", i, values[i]);
        Interval logs = OfMean([.. values.Select(value => Math.Log(value))], confidence);
        return new(Math.Exp(logs.Estimate), Math.Exp(logs.Low), Math.Exp(logs.High));
    }

    /// <summary>
    /// The mean difference first − second of paired values, as of two methods on the same seeds: what the seeds share
    /// falls out.
    /// </summary>
    /// <param name="first">At least two values, finite.</param>
    /// <param name="second">As many.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="DataException">The lengths differ, there are fewer than two pairs, or a value is not finite.</exception>
    /// <exception cref="OptionException">The confidence is not between 0 and 1.</exception>
    public static Interval OfDifference(IReadOnlyList<double> first, IReadOnlyList<double> second, double confidence = 0.95) =>
        OfMean(Paired(first, second, (a, b) => a - b), confidence);

    /// <summary>The geometric mean of the ratios first / second of paired values.</summary>
    /// <param name="first">At least two values, finite and above 0.</param>
    /// <param name="second">As many.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="DataException">
    /// The lengths differ, there are fewer than two pairs, or a value is not finite or not above 0.
    /// </exception>
    /// <exception cref="OptionException">The confidence is not between 0 and 1.</exception>
    public static Interval OfRatio(IReadOnlyList<double> first, IReadOnlyList<double> second, double confidence = 0.95) =>
        OfGeometricMean(Paired(first, second, (a, b) => a / b), confidence);

    /// <summary>A share of successes, with Wilson's score interval, for which none and all are ordinary cases.</summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="OptionException">A number is out of its range.</exception>
    /// <remarks>
    /// Wilson, "Probable inference, the law of succession, and statistical inference", J. American Statistical
    /// Association 22 (1927).
    /// </remarks>
    public static Interval OfShare(int successes, int trials, double confidence = 0.95)
    {
        if (trials < 1) throw Errors.Option(Operation, "trials", "at least 1", trials);
        if (successes < 0 || successes > trials)
            throw Errors.Option(Operation, "successes", Invariant($"from 0 to the {trials} trials"), successes);
        double z = Normal.InvCDF(0, 1, UpperShare(confidence)), n = trials, p = successes / n;
        double centre = p + (z * z / (2 * n)), half = z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))), scale = 1 + (z * z / n);
        return new(p, (centre - half) / scale, (centre + half) / scale);
    }

    /// <summary>
    /// The median of independent values, between two of them that hold it whatever their distribution: fewer than
    /// (1 - confidence) / 2 of all samples have so many values on one side of it.
    /// </summary>
    /// <param name="values">At least one value, finite.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <returns>The median and the interval; NaN ends where there are too few values to say (below 6 for 0.95).</returns>
    /// <exception cref="DataException">There is no value, or one is not finite.</exception>
    /// <exception cref="OptionException">The confidence is not between 0 and 1.</exception>
    /// <remarks>Conover, "Practical nonparametric statistics" (1999), section 3.2.</remarks>
    public static Interval OfMedian(IReadOnlyList<double> values, double confidence = 0.95)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length < 1) throw Errors.TooFew(Operation, "values", 1, sorted.Length);
        Require.Finite(Operation, "values", sorted);
        double below = 1 - UpperShare(confidence), median = Summary.Quantile(sorted, 0.5);
        int outside = 0; // values on each side of the interval
        while (Binomial.CDF(0.5, sorted.Length, outside) <= below) outside++;
        return outside == 0
            ? new(median, double.NaN, double.NaN)
            : new(median, sorted[outside - 1], sorted[^outside]);
    }

    /// <summary>
    /// Any statistic of rows, with the bootstrap's percentile interval: rows are drawn anew with replacement, and the
    /// interval holds the middle share of what the statistic then is. For what has no formula, as F1 or R².
    /// </summary>
    /// <param name="rowCount">The number of rows, at least 2.</param>
    /// <param name="statistic">
    /// The statistic of the rows of these numbers, from 0. Where it is not finite, as an area under the curve without a
    /// positive row, the draw does not count.
    /// </param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="resamples">How often rows are drawn, at least 2.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <returns>The statistic of the rows as they are, and the interval; NaN ends when no draw has a value.</returns>
    /// <exception cref="OptionException">A number is out of its range.</exception>
    /// <remarks>Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13.</remarks>
    public static Interval OfResamples(
        int rowCount, Func<int[], double> statistic, Generator generator, int resamples = 1000, double confidence = 0.95)
    {
        if (rowCount < 2) throw Errors.Option(Operation, "rowCount", "at least 2", rowCount);
        if (resamples < 2) throw Errors.Option(Operation, "resamples", "at least 2", resamples);
        double upper = UpperShare(confidence);
        int[] rows = [.. Enumerable.Range(0, rowCount)];
        double estimate = statistic(rows);
        List<double> values = [];
        for (int sample = 0; sample < resamples; sample++)
        {
            for (int i = 0; i < rows.Length; i++) rows[i] = generator.NextInt(rowCount);
            double value = statistic(rows);
            if (double.IsFinite(value)) values.Add(value);
        }
        if (values.Count == 0) return new(estimate, double.NaN, double.NaN);
        return new(estimate, Summary.Quantile(values, 1 - upper), Summary.Quantile(values, upper));
    }

    /// <summary>The standard error of the mean of independent values, standard deviation / √count.</summary>
    /// <param name="values">At least two values, finite.</param>
    /// <exception cref="DataException">There are fewer than two values, or one is not finite.</exception>
    public static double StandardError(IReadOnlyList<double> values)
    {
        double[] numbers = [.. values];
        if (numbers.Length < 2) throw Errors.TooFew("standard error", "values", 2, numbers.Length);
        Require.Finite("standard error", "values", numbers);
        return ArrayStatistics.StandardDeviation(numbers) / Math.Sqrt(numbers.Length);
    }

    /// <summary>Whether a value lies in the interval: 0 for a difference, or 1 for a ratio, that is not clear.</summary>
    /// <param name="value">The value.</param>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Half of the interval's width: how far off the estimate may be, where it lies in the middle.</summary>
    public double HalfWidth => (High - Low) / 2;

    /// <summary>The estimate and its interval, as <c>12.3 (11.8 to 12.9)</c>.</summary>
    public override string ToString() => $"{Numeral.Of(Estimate, 3)} ({Numeral.Of(Low, 3)} to {Numeral.Of(High, 3)})";

    private static double UpperShare(double confidence) =>
        confidence > 0 && confidence < 1
            ? 1 - ((1 - confidence) / 2)
            : throw Errors.Option(Operation, "confidence", "above 0 and below 1", confidence);

    private static double[] Paired(IReadOnlyList<double> first, IReadOnlyList<double> second, Func<double, double, double> of) =>
        first.Count == second.Count
            ? [.. first.Zip(second, of)]
            : throw Errors.DataSizes(Operation, "paired values must be equally many", $"there are {first.Count} and {second.Count}");
}
