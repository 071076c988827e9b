namespace Crucible.Lab.Regression;

/// <summary>How far predictions are from what came.</summary>
public static class RegressionError
{
    /// <summary>The mean squared error, mean of (predicted − actual)².</summary>
    /// <param name="predicted">One value a row.</param>
    /// <param name="actual">As many.</param>
    /// <exception cref="ShapeException">The numbers of values differ.</exception>
    public static double MeanSquared(IReadOnlyList<double> predicted, IReadOnlyList<double> actual) => Mean(predicted, actual, error => error * error);

    /// <summary>The mean absolute error, mean of |predicted − actual|.</summary>
    /// <inheritdoc cref="MeanSquared"/>
    public static double MeanAbsolute(IReadOnlyList<double> predicted, IReadOnlyList<double> actual) => Mean(predicted, actual, Math.Abs);

    /// <summary>The share of the variance that is predicted, 1 − MSE / variance: 1 is perfect, 0 no better than the mean.</summary>
    /// <inheritdoc cref="MeanSquared"/>
    public static double Explained(IReadOnlyList<double> predicted, IReadOnlyList<double> actual)
    {
        double mean = actual.Average();
        return 1 - (MeanSquared(predicted, actual) / actual.Average(y => (y - mean) * (y - mean)));
    }

    private static double Mean(IReadOnlyList<double> predicted, IReadOnlyList<double> actual, Func<double, double> of)
    {
        if (predicted.Count != actual.Count) throw Errors.Lengths("regression error", nameof(predicted), predicted.Count, nameof(actual), actual.Count);
        return predicted.Zip(actual, (p, a) => of(p - a)).Average();
    }
}
