using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using MathNet.Numerics.Distributions;
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

        Assert.InRange(largest - fitted, 0, 0.25); // of the logarithm, a climb ends at the top near its start
        Assert.Equal("0.123659 1.440450 2.977811 -9.908536", string.Join(' ', logs.Select(log => Invariant($"{log:F6}"))));
    }

    /// <summary>Slopes against differences of the values a little to both sides.</summary>
    [Fact]
    public void SlopesAt_AnyPlace_AreThoseOfTheValues()
    {
        (double[][] points, double[] values) = Data(20);
        double[] logs = [Math.Log(0.4), Math.Log(0.9), Math.Log(1.5), -5];
        GaussianProcess process = GaussianProcess.Given(points, values, IsNumeric, logs);
        GaussianProcess limit = GaussianProcess.Given(points, [.. values.Select(value => value * value)], IsNumeric, logs);
        Improvement improvement = new(process, values.Min(), [(limit, 0.1)]);
        Improvement hopeless = new(process, values.Min() - 30, [(limit, 0.1)]); // where its logarithm is that of a series
        foreach (double[] place in (double[][])[[0.3, 0.6, 0.25], [0.9, double.NaN, 0.75], [0.1, 0.2, double.NaN]])
        {
            (double mean, double deviation, double[] ofMean, double[] ofDeviation) = process.SlopesAt(place);
            Assert.Equal(process.At(place), (mean, deviation));
            foreach (Improvement one in (Improvement[])[improvement, hopeless])
            {
                (double value, double[] slopes) = one.SlopesAt(place);
                Assert.Equal(one.At(place), value, 1e-12);
                for (int axis = 0; axis < 2; axis++)
                    Assert.Equal(Difference(place, axis, one.At), slopes[axis], 1e-5 * (1 + Math.Abs(slopes[axis])));
            }

            for (int axis = 0; axis < 2; axis++)
            {
                Assert.Equal(Difference(place, axis, at => process.At(at).Mean), ofMean[axis], 1e-6);
                Assert.Equal(Difference(place, axis, at => process.At(at).Deviation), ofDeviation[axis], 1e-6);
            }

            Assert.Equal((0, 0), (ofMean[2], ofDeviation[2])); // choices have no slope
        }

        static double Difference(double[] place, int axis, Func<double[], double> value)
        {
            if (double.IsNaN(place[axis])) return 0;
            double[] above = [.. place], below = [.. place];
            above[axis] += 1e-5;
            below[axis] -= 1e-5;
            return (value(above) - value(below)) / 2e-5;
        }
    }

    [Fact]
    public void Improvement_AnyPlace_IsThatOfTheNormalDistribution()
    {
        (double[][] points, double[] values) = Data(20);
        double[] logs = [Math.Log(0.4), Math.Log(0.9), Math.Log(1.5), -5];
        GaussianProcess process = GaussianProcess.Given(points, values, IsNumeric, logs);
        double[] place = [0.3, 0.6, 0.25];
        (double mean, double deviation) = process.At(place);
        foreach (double z in (double[])[2, 0.1, -3])
        {
            double expected = deviation * (Normal.PDF(0, 1, z) + (z * Normal.CDF(0, 1, z)));
            double possible = Normal.CDF(0, 1, (0.2 - mean) / deviation);
            Assert.Equal(Math.Log(expected), new Improvement(process, mean + (z * deviation), []).At(place), 1e-9);
            Assert.Equal(Math.Log(expected * possible), new Improvement(process, mean + (z * deviation), [(process, 0.2)]).At(place), 1e-9);
        }

        // Where the expectation is a difference of equal numbers, the series goes on from it without a step
        double above = new Improvement(process, mean - (5.9999 * deviation), []).At(place);
        Assert.Equal(above, new Improvement(process, mean - (6.0001 * deviation), []).At(place), 0.005);
        Assert.True(double.IsFinite(new Improvement(process, mean - (1e6 * deviation), [(process, 0.2)]).At(place)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void LowerTriangle_AnySize_IsWhatMatricesGive(int size)
    {
        Random random = new(size);
        Matrix<double> x = Matrix<double>.Build.Dense(size, size + 2, (_, _) => random.NextDouble() - 0.5);
        Matrix<double> matrix = x * x.Transpose();
        LowerTriangle triangle = new(size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++) triangle.Row(i)[j] = matrix[i, j];
        }

        LowerTriangle factor = triangle.Factor();
        Matrix<double> lower = matrix.Cholesky().Factor;
        Same(lower, factor);
        Assert.Equal(0.5 * Math.Log(matrix.Determinant()), factor.LogDiagonal(), 1e-8);
        LowerTriangle inverse = factor.Inverse();
        Same(lower.Inverse(), inverse);
        Same(matrix.Inverse(), inverse.Square());
        double[] vector = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble())];
        Assert.Equal(lower.Inverse() * Vector<double>.Build.Dense(vector), Vector<double>.Build.Dense(inverse.Times(vector)), Close);
        Assert.Equal(
            lower.Inverse().Transpose() * Vector<double>.Build.Dense(vector),
            Vector<double>.Build.Dense(inverse.TransposeTimes(vector)), Close);

        static bool Close(Vector<double> a, Vector<double> b) => (a - b).L2Norm() <= 1e-7 * (1 + a.L2Norm());

        void Same(Matrix<double> expected, LowerTriangle actual)
        {
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j <= i; j++) Assert.Equal(expected[i, j], actual.Row(i)[j], 1e-7 * (1 + Math.Abs(expected[i, j])));
            }
        }
    }

    [Fact]
    public void Climb_BentValleyInABox_EndsAtItsBottomOrItsSide()
    {
        static (double, double[]) Valley(double[] x)
        {
            double a = x[1] - (x[0] * x[0]), b = 1 - x[0];
            return (-(100 * a * a) - (b * b), [(400 * a * x[0]) + (2 * b), -200 * a]);
        }

        (double value, double[] place) = BoxAscent.Climb([-1.2, 1], [-2, -2], [2, 2], Valley, 200);
        Assert.Equal((0, 1, 1), (Math.Round(value, 6), Math.Round(place[0], 3), Math.Round(place[1], 3)));
        (_, place) = BoxAscent.Climb([-1.2, 1], [-2, -2], [0.5, 2], Valley, 200);
        Assert.Equal((0.5, 0.25), (place[0], Math.Round(place[1], 3)));
        Assert.Equal([3, 3], BoxAscent.Climb([9, 9], [-2, -2], [3, 3], x => (0, [0, 0]), 5).Place); // begins inside
    }

    [Theory]
    [InlineData(9, false, "0.532965158 0.063192149 0.237479722 0.605023221")]
    [InlineData(14, false, "0.255082419 0.125000000 0.500000000 0.000000000")]
    [InlineData(40, false, "0.357791698 0.125000000 0.500000000 0.000000000")]
    [InlineData(40, true, "0.965122314 0.875000000 0.833333333 1.000000000")]
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
        double[] values = GaussianProcessSampler.Standardize([1e9, 2, 3, 1, 10], out double unit);
        Assert.Equal(1.6, unit, 1e-12);
        Assert.Equal([1.125, -0.75, -0.125, -1.375, 1.125], values.Select(value => Math.Round(value, 12)));
        Assert.Equal([0, 0, 0], GaussianProcessSampler.Standardize([4, 4, 4], out unit));
        Assert.Equal(1, unit);
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1e-200)]
    public void Standardize_ValuesWhoseSquaresAreNoNumbers_AreAsOthers(double scale)
    {
        double[] expected = GaussianProcessSampler.Standardize([-1.5, -1, 0, 0.5, 1.7], out _);
        double[] values = GaussianProcessSampler.Standardize([-1.5 * scale, -1 * scale, 0, 0.5 * scale, 1.7 * scale], out _);
        for (int i = 0; i < 5; i++) Assert.Equal(expected[i], values[i], 1e-12);
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
