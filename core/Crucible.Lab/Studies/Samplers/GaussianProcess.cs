using System.Numerics;
using System.Numerics.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// A normal distribution over functions on the unit cube, given some of their values: covariance (1 + √5 r + 5/3 r²)
/// e^(−√5 r) (Matérn, 5/2) with a length for each axis.
/// Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapters 2, 4 and 5.
/// </summary>
internal sealed class GaussianProcess
{
    private const int Iterations = 40; // of the fit, at most
    private const double LeastNoise = -14; // logarithms; noise as a share of the variance
    private const double MostNoise = 0;
    private const double TypicalNoise = -8;

    private readonly KernelAxes axes;
    private readonly double[] weights; // one over the square of the length of each axis
    private readonly LowerTriangle inverse; // of the Cholesky factor
    private readonly double[] alpha;
    private readonly double variance;
    private readonly double noise; // its deviation as a share of the function's

    private GaussianProcess(double[][] points, double[] values, bool[] isNumeric, double[] logs)
    {
        (axes, weights, noise) = (new(points, isNumeric), Weights(logs), Math.Exp(0.5 * logs[^1]));
        inverse = Covariance(axes, weights, Math.Exp(logs[^1]), slopes: null).Factor().Inverse();
        double[] whitened = inverse.Times(values);
        alpha = inverse.TransposeTimes(whitened);
        variance = Math.Max(LowerTriangle.Dot(whitened, whitened) / values.Length, 1e-12);
    }

    /// <summary>The standard deviation of what is in the values beside the function.</summary>
    internal double Noise => Math.Sqrt(variance) * noise;

    /// <summary>
    /// Fits the logarithms of the length of each axis and, last, of the noise by the largest posterior density, for
    /// which fewer points may be used than for the prediction. The noise is at least a share of the variance.
    /// </summary>
    internal static double[] Fit(double[][] points, double[] values, bool[] isNumeric, double share = 0)
    {
        KernelAxes axes = new(points, isNumeric);
        int count = isNumeric.Length;
        double least = Math.Max(Math.Log(share), LeastNoise);
        double[] start = [.. Enumerable.Repeat(Math.Log(0.5), count), Math.Max(TypicalNoise, least)];
        double[] low = [.. Enumerable.Repeat(Math.Log(0.005), count), least];
        double[] high = [.. Enumerable.Repeat(Math.Log(1e4), count), MostNoise];
        return BoxAscent.Climb(start, low, high, logs => Posterior(axes, values, logs), Iterations).Place;
    }

    /// <summary>The process given the values and what <see cref="Fit"/> found.</summary>
    internal static GaussianProcess Given(double[][] points, double[] values, bool[] isNumeric, double[] logs) =>
        new(points, values, isNumeric, logs);

    /// <summary>The mean and standard deviation of the function at a place.</summary>
    internal (double Mean, double Deviation) At(double[] place)
    {
        double[] covariances = axes.Covariances(place, weights, slopes: null);
        double[] whitened = inverse.Times(covariances);
        return (LowerTriangle.Dot(covariances, alpha), Deviation(whitened));
    }

    /// <summary>The mean and standard deviation at a place, and their slopes along each axis, 0 along those of choices.</summary>
    internal (double Mean, double Deviation, double[] MeanSlope, double[] DeviationSlope) SlopesAt(double[] place)
    {
        double[] slopes = new double[alpha.Length];
        double[] covariances = axes.Covariances(place, weights, slopes);
        double[] whitened = inverse.Times(covariances);
        double deviation = Deviation(whitened);
        double[] ofMean = axes.Pull(place, weights, slopes, alpha);
        double[] ofSquare = axes.Pull(place, weights, slopes, inverse.TransposeTimes(whitened));
        return (LowerTriangle.Dot(covariances, alpha), deviation, ofMean, [.. ofSquare.Select(slope => -variance * slope / deviation)]);
    }

    /// <summary>
    /// The logarithm of the posterior density of <paramref name="logs"/> but for a constant, the variance at its best (equation
    /// 5.8 with the priors), and its derivatives (5.9).
    /// </summary>
    internal static (double Value, double[] Slope) Posterior(KernelAxes axes, double[] values, double[] logs)
    {
        int n = values.Length;
        double[] weights = Weights(logs), slope = new double[logs.Length];
        double noise = Math.Exp(logs[^1]);
        LowerTriangle slopes = new(n);
        LowerTriangle factor = Covariance(axes, weights, noise, slopes).Factor();
        double logDeterminant = factor.LogDiagonal();
        LowerTriangle inverse = factor.Inverse();
        double[] whitened = inverse.Times(values), alpha = inverse.TransposeTimes(whitened);
        double variance = Math.Max(LowerTriangle.Dot(whitened, whitened) / n, 1e-12);
        LowerTriangle precision = inverse.Square();
        for (int i = 0; i < n; i++)
        {
            Span<double> row = precision.Row(i), common = slopes.Row(i);
            slope[^1] += 0.5 * noise * ((alpha[i] * alpha[i] / variance) - row[i]);
            double own = alpha[i] / variance;
            for (int j = 0; j < i; j++) common[j] *= (own * alpha[j]) - row[j]; // both triangles: twice a half
            axes.AddDistances(i, common, slope);
        }

        for (int axis = 0; axis < weights.Length; axis++) slope[axis] *= weights[axis];
        double value = (-0.5 * n * Math.Log(variance)) - logDeterminant;
        // Lengths that grow with the dimension: the prior of Hvarfner, Hellsten and Nardi, "Vanilla Bayesian
        // Optimization Performs Great in High Dimensions" (2024).
        double typical = Math.Sqrt(2) + (0.5 * Math.Log(weights.Length)) - Math.Log(3);
        for (int axis = 0; axis < weights.Length; axis++)
        {
            value -= (logs[axis] - typical) * (logs[axis] - typical) / 6;
            slope[axis] -= (logs[axis] - typical) / 3;
        }

        // Little noise, unless the values say otherwise
        value -= (logs[^1] - TypicalNoise) * (logs[^1] - TypicalNoise) / 8;
        slope[^1] -= (logs[^1] - TypicalNoise) / 4;
        return (value, slope);
    }

    private static double[] Weights(double[] logs) => [.. logs.SkipLast(1).Select(log => Math.Exp(-2 * log))];

    private static LowerTriangle Covariance(KernelAxes axes, double[] weights, double noise, LowerTriangle? slopes)
    {
        LowerTriangle covariance = new(axes.Count);
        for (int i = 0; i < axes.Count; i++)
        {
            Span<double> row = covariance.Row(i);
            axes.Covariances(i, weights, row, slopes is null ? [] : slopes.Row(i));
            row[i] += noise;
        }

        return covariance;
    }

    private double Deviation(double[] whitened) =>
        Math.Sqrt(variance * Math.Max(1 - LowerTriangle.Dot(whitened, whitened), 1e-12));
}

/// <summary>
/// Places along their axes, and how alike they are. Choices are alike or not. A parameter that only one place has lies as far
/// apart as ends do, on an axis of its own: any other rule may be no distance between places of any space, and so give no
/// covariance.
/// </summary>
internal sealed class KernelAxes
{
    private readonly bool[] isNumeric;
    private readonly double[][] values; // [axis][place]; what is missing lies in the middle
    private readonly double[]?[] missing; // [axis][place], 1 or 0; none where nothing is

    internal KernelAxes(double[][] points, bool[] isNumeric)
    {
        (this.isNumeric, Count) = (isNumeric, points.Length);
        values = [.. isNumeric.Select((_, axis) => points.Select(point => Known(point[axis], axis)).ToArray())];
        missing = [.. isNumeric.Select((isOrdered, axis) => isOrdered && points.Any(point => double.IsNaN(point[axis]))
            ? points.Select(point => double.IsNaN(point[axis]) ? 1.0 : 0).ToArray()
            : null)];
    }

    /// <summary>How many places there are.</summary>
    internal int Count { get; }

    /// <summary>
    /// The covariances of a place with those before it and with itself, and where asked for, 5/3 (1 + √5 r) e^(−√5 r): minus
    /// twice their derivative by the squared distance.
    /// </summary>
    internal void Covariances(int place, double[] weights, Span<double> covariances, Span<double> slopes)
    {
        covariances.Clear();
        for (int axis = 0; axis < values.Length; axis++)
        {
            AddSquares(axis, values[axis], values[axis][place], weights[axis], covariances);
            if (missing[axis] is { } absent) AddSquares(axis, absent, absent[place], weights[axis], covariances);
        }

        Matern(covariances, slopes);
    }

    /// <summary>The covariances of any place with all of these, and their slopes where asked for.</summary>
    internal double[] Covariances(double[] place, double[] weights, double[]? slopes)
    {
        double[] covariances = new double[Count];
        for (int axis = 0; axis < values.Length; axis++)
        {
            AddSquares(axis, values[axis], Known(place[axis], axis), weights[axis], covariances);
            double absence = isNumeric[axis] && double.IsNaN(place[axis]) ? 1 : 0;
            if (missing[axis] is { } absent) AddSquares(axis, absent, absence, weights[axis], covariances);
            else if (absence > 0) TensorPrimitives.Add(covariances, weights[axis], covariances);
        }

        Matern(covariances, slopes);
        return covariances;
    }

    /// <summary>The slopes along the axes of numbers of Σ covariance × factor, 0 along the others.</summary>
    internal double[] Pull(double[] place, double[] weights, double[] slopes, double[] factors)
    {
        double[] pull = new double[values.Length], products = new double[Count];
        TensorPrimitives.Multiply(slopes, factors, products);
        double sum = products.Sum();
        for (int axis = 0; axis < pull.Length; axis++)
        {
            if (!isNumeric[axis] || double.IsNaN(place[axis])) continue;
            pull[axis] = weights[axis] * (LowerTriangle.Dot(products, values[axis]) - (place[axis] * sum));
        }

        return pull;
    }

    /// <summary>Adds to each axis the squared distances along it of a place to those before it, times factors.</summary>
    internal void AddDistances(int place, ReadOnlySpan<double> factors, double[] sums)
    {
        double[] squares = new double[place];
        for (int axis = 0; axis < values.Length; axis++)
        {
            Array.Clear(squares);
            AddSquares(axis, values[axis], values[axis][place], 1, squares);
            if (missing[axis] is { } absent) AddSquares(axis, absent, absent[place], 1, squares);
            sums[axis] += LowerTriangle.Dot(squares, factors[..place]);
        }
    }

    private static void Matern(Span<double> squares, Span<double> slopes)
    {
        double[] decay = new double[squares.Length];
        TensorPrimitives.Multiply(squares, 5, squares);
        TensorPrimitives.Sqrt<double>(squares, squares);
        TensorPrimitives.Negate<double>(squares, decay);
        TensorPrimitives.Exp<double>(decay, decay);
        for (int i = 0; i < slopes.Length; i++) slopes[i] = 5.0 / 3 * (1 + squares[i]) * decay[i];
        for (int i = 0; i < squares.Length; i++) squares[i] = (1 + squares[i] + (squares[i] * squares[i] / 3)) * decay[i];
    }

    private double Known(double unit, int axis) => double.IsNaN(unit) ? isNumeric[axis] ? 0.5 : -1 : unit;

    private void AddSquares(int axis, double[] values, double at, double weight, Span<double> sums)
    {
        Vector<double> place = new(at), factor = new(weight), least = new(1e-9);
        int i = 0;
        for (; i <= sums.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            Vector<double> apart = new Vector<double>(values, i) - place;
            Vector<double> square = isNumeric[axis]
                ? apart * apart
                : Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(apart), least), Vector<double>.One, Vector<double>.Zero);
            (new Vector<double>(sums[i..]) + (factor * square)).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            double apart = values[i] - at;
            sums[i] += weight * (isNumeric[axis] ? apart * apart : Math.Abs(apart) > 1e-9 ? 1 : 0);
        }
    }
}
