using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Crucible.Lab.Studies;

/// <summary>
/// A normal distribution over functions on the unit cube, given some of their values: covariance (1 + √5 r + 5/3 r²)
/// e^(−√5 r) (Matérn, 5/2) with a length for each axis.
/// Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), chapters 2, 4 and 5.
/// </summary>
internal sealed class GaussianProcess
{
    private const int Iterations = 30;
    private const double LeastNoise = -14; // logarithms; noise as a share of the variance
    private const double MostNoise = 0;

    private readonly double[][] points;
    private readonly bool[] isNumeric;
    private readonly double[] scales; // one over the length of each axis
    private readonly Cholesky<double> factor;
    private readonly Vector<double> alpha;
    private readonly double variance;
    private readonly double noise; // its deviation as a share of the function's

    private GaussianProcess(double[][] points, double[] values, bool[] isNumeric, double[] logs)
    {
        (this.points, this.isNumeric, scales) = (points, isNumeric, Scales(logs));
        noise = Math.Exp(0.5 * logs[^1]);
        Vector<double> targets = Vector<double>.Build.Dense(values);
        factor = Covariance(points, isNumeric, logs).Cholesky();
        alpha = factor.Solve(targets);
        variance = Math.Max(targets.DotProduct(alpha) / values.Length, 1e-12);
    }

    /// <summary>The standard deviation of what is in the values beside the function.</summary>
    internal double Noise => Math.Sqrt(variance) * noise;

    /// <summary>
    /// Fits the logarithms of the length of each axis and, last, of the noise by the largest posterior density, for
    /// which fewer points may be used than for the prediction.
    /// </summary>
    internal static double[] Fit(double[][] points, double[] values, bool[] isNumeric)
    {
        int axes = isNumeric.Length;
        double[] logs = [.. Enumerable.Repeat(Math.Log(0.5), axes), -8];
        double[] steps = [.. Enumerable.Repeat(0.3, axes + 1)];
        double[] before = new double[axes + 1];
        // Signs of the slope alone decide (Rprop, Riedmiller and Braun, 1993): robust where the density falls off
        // steeply.
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            double[] slope = Slope(points, values, isNumeric, logs);
            for (int i = 0; i <= axes; i++)
            {
                double turn = slope[i] * before[i];
                steps[i] = Math.Clamp(steps[i] * (turn > 0 ? 1.2 : turn < 0 ? 0.5 : 1), 1e-3, 1);
                before[i] = turn < 0 ? 0 : slope[i];
                logs[i] += Math.Sign(before[i]) * steps[i];
            }

            logs[axes] = Math.Clamp(logs[axes], LeastNoise, MostNoise);
        }

        return logs;
    }

    /// <summary>The process given the values and what <see cref="Fit"/> found.</summary>
    internal static GaussianProcess Given(double[][] points, double[] values, bool[] isNumeric, double[] logs) =>
        new(points, values, isNumeric, logs);

    /// <summary>The mean and standard deviation of the function at a place.</summary>
    internal (double Mean, double Deviation) At(double[] place)
    {
        Vector<double> covariances = Vector<double>.Build.Dense(points.Length, i => Matern(Squared(points[i], place, isNumeric, scales)));
        double explained = covariances.DotProduct(factor.Solve(covariances));
        return (covariances.DotProduct(alpha), Math.Sqrt(variance * Math.Max(1 - explained, 1e-12)));
    }

    private static double[] Scales(double[] logs) => [.. logs.SkipLast(1).Select(log => Math.Exp(-log))];

    private static double Matern(double squared)
    {
        double r = Math.Sqrt(5 * squared);
        return (1 + r + (r * r / 3)) * Math.Exp(-r);
    }

    /// <summary>
    /// The squared distance along one axis. Choices are alike or not. A parameter that only one point has lies as far
    /// apart as ends do, on an axis of its own: any other rule
    /// may be no distance between places of any space, and so give no covariance.
    /// </summary>
    private static double SquaredAlong(double x, double y, bool isNumeric)
    {
        double missing = double.IsNaN(x) != double.IsNaN(y) ? 1 : 0;
        double apart = (double.IsNaN(x) ? 0.5 : x) - (double.IsNaN(y) ? 0.5 : y);
        return isNumeric ? missing + (apart * apart) : missing > 0 || Math.Abs(apart) > 1e-9 ? 1 : 0;
    }

    private static double Squared(double[] x, double[] y, bool[] isNumeric, double[] scales)
    {
        double sum = 0;
        for (int axis = 0; axis < isNumeric.Length; axis++)
        {
            sum += SquaredAlong(x[axis], y[axis], isNumeric[axis]) * scales[axis] * scales[axis];
        }

        return sum;
    }

    private static Matrix<double> Covariance(double[][] points, bool[] isNumeric, double[] logs)
    {
        Matrix<double> covariance = Matrix<double>.Build.Dense(points.Length, points.Length);
        double noise = Math.Exp(logs[^1]);
        double[] scales = Scales(logs);
        for (int i = 0; i < points.Length; i++)
        {
            covariance[i, i] = 1 + noise;
            for (int j = 0; j < i; j++) covariance[i, j] = covariance[j, i] = Matern(Squared(points[i], points[j], isNumeric, scales));
        }

        return covariance;
    }

    /// <summary>
    /// The derivatives of the logarithm of the posterior density by each of <paramref name="logs"/>, the variance at
    /// its best (equation 5.9).
    /// </summary>
    private static double[] Slope(double[][] points, double[] values, bool[] isNumeric, double[] logs)
    {
        Cholesky<double> factor = Covariance(points, isNumeric, logs).Cholesky();
        Vector<double> targets = Vector<double>.Build.Dense(values);
        Vector<double> alpha = factor.Solve(targets);
        double variance = Math.Max(targets.DotProduct(alpha) / values.Length, 1e-12);
        Matrix<double> inverse = factor.Solve(Matrix<double>.Build.DenseIdentity(values.Length));
        double[] slope = new double[logs.Length];
        double[] scales = Scales(logs);
        for (int i = 0; i < points.Length; i++)
        {
            slope[^1] += 0.5 * Math.Exp(logs[^1]) * ((alpha[i] * alpha[i] / variance) - inverse[i, i]);
            for (int j = 0; j < i; j++)
            {
                double r = Math.Sqrt(5 * Squared(points[i], points[j], isNumeric, scales));
                // Both triangles: twice a half
                double common = ((alpha[i] * alpha[j] / variance) - inverse[i, j]) * 5 / 3 * (1 + r) * Math.Exp(-r);
                for (int axis = 0; axis < isNumeric.Length; axis++)
                {
                    slope[axis] += common * SquaredAlong(points[i][axis], points[j][axis], isNumeric[axis]) * scales[axis] * scales[axis];
                }
            }
        }

        // Lengths that grow with the dimension: the prior of Hvarfner, Hellsten and Nardi, "Vanilla Bayesian
        // Optimization Performs Great in High Dimensions" (2024).
        double typical = Math.Sqrt(2) + (0.5 * Math.Log(isNumeric.Length)) - Math.Log(3);
        for (int axis = 0; axis < isNumeric.Length; axis++) slope[axis] -= (logs[axis] - typical) / 3;
        slope[^1] -= (logs[^1] + 8) / 4; // little noise, unless the values say otherwise
        return slope;
    }
}
