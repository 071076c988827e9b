using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using MathNet.Numerics.LinearAlgebra;
using Xunit;
using static System.FormattableString;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The process against Rasmussen and Williams's equations with a matrix that is inverted, and what is chosen by it.</summary>
public sealed class GaussianProcessTests
{
    private static readonly bool[] IsNumeric = [true, true, false];

    /// <summary>Places of two numbers and a choice of two, some without the second number or the choice, and values at them.</summary>
    private static (double[][] Points, double[] Values) Data(int count)
    {
        Random random = new(4);
        double[][] points = [.. Enumerable.Range(0, count).Select(i => new[]
        {
            random.NextDouble(),
            i % 4 == 1 ? double.NaN : random.NextDouble(),
            i % 5 == 2 ? double.NaN : random.Next(2) == 0 ? 0.25 : 0.75,
        })];
        double[] values = [.. points.Select(point => Math.Sin(5 * point[0]) + (double.IsNaN(point[1]) ? 0.3 : point[1] * point[1])
            + (point[2] > 0.5 ? 0.4 : 0) + (0.05 * random.NextDouble()))];
        double mean = values.Average();
        return (points, [.. values.Select(value => value - mean)]);
    }

    private static double Kernel(double[] x, double[] y, double[] logs)
    {
        double squared = 0;
        for (int axis = 0; axis < 3; axis++)
        {
            (double a, double b) = (x[axis], y[axis]);
            double apart = double.IsNaN(a) && double.IsNaN(b) ? 0
                : !IsNumeric[axis] ? double.IsNaN(a) || double.IsNaN(b) || a != b ? 1 : 0
                : double.IsNaN(a) ? 1 + ((0.5 - b) * (0.5 - b))
                : double.IsNaN(b) ? 1 + ((a - 0.5) * (a - 0.5))
                : (a - b) * (a - b);
            squared += apart / Math.Exp(2 * logs[axis]);
        }

        double r = Math.Sqrt(squared);
        return (1 + (Math.Sqrt(5) * r) + (5.0 / 3 * r * r)) * Math.Exp(-Math.Sqrt(5) * r);
    }

    private static Matrix<double> Covariance(double[][] points, double[] logs) => Matrix<double>.Build.Dense(
        points.Length, points.Length, (i, j) => Kernel(points[i], points[j], logs) + (i == j ? Math.Exp(logs[3]) : 0));

    [Fact]
    public void At_AnyPlace_IsTheConditionalDistribution()
    {
        (double[][] points, double[] values) = Data(20);
        double[] logs = [Math.Log(0.4), Math.Log(0.9), Math.Log(1.5), -5];
        GaussianProcess process = GaussianProcess.Given(points, values, IsNumeric, logs);
        Matrix<double> inverse = Covariance(points, logs).Inverse();
        Vector<double> y = Vector<double>.Build.Dense(values);
        double variance = y * inverse * y / 20;
        Assert.Equal(Math.Sqrt(variance * Math.Exp(-5)), process.Noise, 1e-9);
        foreach (double[] place in (double[][])[[0.3, 0.6, 0.25], [0.9, double.NaN, 0.75], [0.1, 0.2, double.NaN], points[3]])
        {
            Vector<double> k = Vector<double>.Build.Dense(20, i => Kernel(place, points[i], logs));
            (double mean, double deviation) = process.At(place);
            Assert.Equal(k * inverse * y, mean, 1e-9);
            Assert.Equal(Math.Sqrt(variance * (1 - (k * inverse * k))), deviation, 1e-9);
        }
    }

    /// <summary>ln p(y | lengths, noise) at the best variance (equation 5.8), and the priors of both.</summary>
    private static double Posterior(double[][] points, double[] values, double[] logs)
    {
        Matrix<double> covariance = Covariance(points, logs);
        Vector<double> y = Vector<double>.Build.Dense(values);
        double variance = y * covariance.Inverse() * y / values.Length;
        double typical = Math.Sqrt(2) + (0.5 * Math.Log(3)) - Math.Log(3);
        return (-0.5 * values.Length * Math.Log(variance)) - (0.5 * Math.Log(covariance.Determinant()))
            - logs.Take(3).Sum(log => (log - typical) * (log - typical) / 6) - (Math.Pow(logs[3] + 8, 2) / 8);
    }

    [Fact]
    public void Fit_AllLengthsAndTheNoise_ComesNearTheLargestPosterior()
    {
        (double[][] points, double[] values) = Data(30);
        double[] logs = GaussianProcess.Fit(points, values, IsNumeric), best = [.. logs];
        double fitted = Posterior(points, values, logs), largest = fitted;
        for (double step = 0.5; step > 0.01; step /= 2) // uphill, one after the other
        {
            for (int i = 0; i < 80; i++)
            {
                double[] moved = [.. best];
                moved[i % 4] += i % 8 < 4 ? step : -step;
                if (Posterior(points, values, moved) is double higher && higher > largest) (largest, best) = (higher, moved);
            }
        }

        Assert.InRange(largest - fitted, 0, 0.25); // of the logarithm, after 30 steps that only signs decide
        Assert.Equal("-0.026959 1.288232 2.614535 -9.325118", string.Join(' ', logs.Select(log => Invariant($"{log:F6}"))));
    }

    [Theory]
    [InlineData(9, false, "0.532965158 0.063192149 0.237479722 0.605023221")]
    [InlineData(14, false, "0.000000000 0.125000000 0.500000000 0.000000000")]
    [InlineData(40, false, "0.300643225 0.125000000 0.500000000 0.000000000")]
    [InlineData(40, true, "1.000000000 0.875000000 0.166666667 1.000000000")]
    public void GaussianProcess_AfterAFixedHistory_ChoosesWhatItAlwaysDid(int trials, bool maximizes, string units)
    {
        SamplerContext context = Choices.Context(
            Choices.Mixed(trials), trials + 1, [maximizes ? StudyDirection.Maximize : StudyDirection.Minimize],
            [(Ended.X, 0.3), (Ended.Depth, 2), (Ended.Kind, 1)]);
        Assert.Equal(units, Choices.Text(new GaussianProcessSampler().Sample(context)));
    }

    [Fact]
    public void GaussianProcess_StartupTrials_AreRandom()
    {
        FrozenTrial[] trials = Choices.Mixed(12); // 9 of them complete
        Assert.Equal(
            new RandomSampler().Sample(Choices.Context(trials)),
            new GaussianProcessSampler { StartupTrials = 10 }.Sample(Choices.Context(trials)));
        Assert.NotEqual(
            new RandomSampler().Sample(Choices.Context(trials)),
            new GaussianProcessSampler { StartupTrials = 9 }.Sample(Choices.Context(trials)));
        Assert.Equal("gp (startup 10)", new GaussianProcessSampler().ToString());
    }

    [Fact]
    public void Standardize_ValuesFarAboveTheMedian_AreClipped()
    {
        // The median is 3 and the best 1, so that 5 is the worst that counts: 1, 2, 3, 5, 5 of mean 3.2 and variance 2.56.
        (double[] values, double unit) = GaussianProcessSampler.Standardize([1, 2, 3, 10, 1e9]);
        Assert.Equal(1.6, unit, 1e-12);
        Assert.Equal([-1.375, -0.75, -0.125, 1.125, 1.125], values.Select(value => Math.Round(value, 12)));
        Assert.Equal(1, GaussianProcessSampler.Standardize([4, 4, 4]).Unit);
        Assert.Equal([0, 0, 0], GaussianProcessSampler.Standardize([4, 4, 4]).Values);
    }

    [Fact]
    public void Thinned_LongLists_KeepTheirFirstHalf()
    {
        int[] sorted = [.. Enumerable.Range(0, 16)];
        Assert.Equal(sorted, GaussianProcessSampler.Thinned(sorted, 16));
        Assert.Equal([0, 1, 2, 3, 4, 7, 10, 13], GaussianProcessSampler.Thinned(sorted, 8)); // from 4 on every 12 / 4
        Assert.Equal([0, 1, 2, 6, 11], GaussianProcessSampler.Thinned(sorted, 5)); // from 2 on every 14 / 3
    }
}
