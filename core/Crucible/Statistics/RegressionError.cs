using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>How far predictions are from what came, in doubles. Tensors are [rows] or [rows, 1], numbers one a row.</summary>
public static class RegressionError
{
    private const string Operation = "regression error";

    /// <summary>The mean squared error, mean of (predicted − actual)².</summary>
    /// <param name="predicted">One value a row.</param>
    /// <param name="actual">As many.</param>
    /// <exception cref="ShapeException">The numbers of values differ, or a tensor has more than one number a row.</exception>
    public static double MeanSquared(IReadOnlyList<double> predicted, IReadOnlyList<double> actual) =>
        Mean(predicted, actual, error => error * error);

    /// <inheritdoc cref="MeanSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double MeanSquared(Tensor predicted, Tensor actual) => MeanSquared(Predicted(predicted), Actual(actual));

    /// <summary>The root of the mean squared error, in the target's unit.</summary>
    /// <inheritdoc cref="MeanSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double RootMeanSquared(IReadOnlyList<double> predicted, IReadOnlyList<double> actual) =>
        Math.Sqrt(MeanSquared(predicted, actual));

    /// <inheritdoc cref="RootMeanSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double RootMeanSquared(Tensor predicted, Tensor actual) => RootMeanSquared(Predicted(predicted), Actual(actual));

    /// <summary>The mean absolute error, mean of |predicted − actual|.</summary>
    /// <inheritdoc cref="MeanSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double MeanAbsolute(IReadOnlyList<double> predicted, IReadOnlyList<double> actual) => Mean(predicted, actual, Math.Abs);

    /// <inheritdoc cref="MeanAbsolute(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double MeanAbsolute(Tensor predicted, Tensor actual) => MeanAbsolute(Predicted(predicted), Actual(actual));

    /// <summary>R², the share of the variance that is predicted, 1 − MSE / variance: 1 is perfect, 0 no better than the mean.</summary>
    /// <inheritdoc cref="MeanSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double RSquared(IReadOnlyList<double> predicted, IReadOnlyList<double> actual)
    {
        double scale = Columnwise.Scale([.. actual]);
        if (scale != 1) (predicted, actual) = ([.. predicted.Select(y => y * scale)], [.. actual.Select(y => y * scale)]);
        double error = MeanSquared(predicted, actual), mean = actual.Average();
        return 1 - (error / actual.Average(y => (y - mean) * (y - mean)));
    }

    /// <inheritdoc cref="RSquared(IReadOnlyList{double}, IReadOnlyList{double})"/>
    public static double RSquared(Tensor predicted, Tensor actual) => RSquared(Predicted(predicted), Actual(actual));

    /// <summary>
    /// An error with its bootstrap interval (<see cref="Statistics.Interval.OfResamples"/>): in F#
    /// <c>RegressionError.Interval(predicted, actual, RegressionError.RSquared, Generator 0)</c>.
    /// </summary>
    /// <param name="predicted">[rows] or [rows, 1], at least two.</param>
    /// <param name="actual">As many.</param>
    /// <param name="error">One of the errors above, or another of predicted and actual values.</param>
    /// <param name="generator">The source of randomness; its state moves on.</param>
    /// <param name="resamples">How often rows are drawn, at least 2.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <exception cref="ShapeException">The numbers of values differ, or a tensor has more than one number a row.</exception>
    /// <exception cref="OptionException">A number is out of its range.</exception>
    public static Interval Interval(
        Tensor predicted, Tensor actual, Func<IReadOnlyList<double>, IReadOnlyList<double>, double> error, Generator generator,
        int resamples = 1000, double confidence = 0.95)
    {
        (double[] p, double[] a) = (Predicted(predicted), Actual(actual));
        if (p.Length != a.Length) MeanSquared(p, a); // says so
        return Statistics.Interval.OfResamples(
            p.Length, rows => error(Array.ConvertAll(rows, row => p[row]), Array.ConvertAll(rows, row => a[row])), generator, resamples,
            confidence);
    }

    private static double[] Predicted(Tensor values) => Columnwise.Single(Operation, "predicted", values);

    private static double[] Actual(Tensor values) => Columnwise.Single(Operation, "actual", values);

    private static double Mean(IReadOnlyList<double> predicted, IReadOnlyList<double> actual, Func<double, double> of) =>
        predicted.Count == actual.Count && actual.Count > 0
            ? predicted.Zip(actual, (p, a) => of(p - a)).Average()
            : throw Errors.Shape(Invariant(
                $"{Operation}: predicted and actual must have the same length of at least 1, got {predicted.Count} and {actual.Count}"));
}
