using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The strategy against Hansen's equations (figure 6 and table 1 of his tutorial), written out with loops.</summary>
public sealed class CmaEsStateTests
{
    private const double Width = 0.2;

    [Theory]
    [InlineData(3, 7)]
    [InlineData(1, 4)]
    [InlineData(5, 2)]
    [InlineData(2, 40)]
    public void Advance_ManyGenerations_HasMeanAndCovarianceOfTheEquations(int n, int population)
    {
        CmaEsState state = new(n, population, Width);
        Slow slow = new(n, population);
        Random random = new(3);
        for (int generation = 0; generation < 12; generation++)
        {
            // Places at random, then far in one direction, so that the path grows and the covariance waits; then close to the mean.
            double[][] points = [.. Enumerable.Range(0, population).Select(_ => Enumerable.Range(0, n).Select(i =>
                generation < 4 ? random.NextDouble() : generation < 8 ? slow.Mean[i] + 0.5 + (0.1 * random.NextDouble())
                : slow.Mean[i] + (1e-3 * random.NextDouble())).ToArray())];
            if (generation is 1 or 9) points[0][n - 1] = double.NaN;
            bool isUsable = generation != 2;
            state.Advance(points, isUsable);
            slow.Advance(points, isUsable);
            Assert.Equal(generation + 1, state.Generation);
            (Vector<double> mean, Matrix<double> covariance) = Drawn(state);
            for (int i = 0; i < n; i++)
            {
                Assert.Equal(slow.Mean[i], mean[i], 1e-9);
                for (int j = 0; j < n; j++)
                {
                    double scale = slow.Sigma * slow.Sigma * Math.Sqrt(slow.Covariance[i, i] * slow.Covariance[j, j]);
                    Assert.Equal(slow.Sigma * slow.Sigma * slow.Covariance[i, j] / scale, covariance[i, j] / scale, 1e-6);
                }
            }
        }

        Assert.True(slow.Stalled > 0, "the path never grew so far that the covariance waited");
    }

    /// <summary>A draw is mean + A·z: mean and A·Aᵀ from as many draws as it takes, of which the normal numbers are known.</summary>
    private static (Vector<double> Mean, Matrix<double> Covariance) Drawn(CmaEsState state)
    {
        int n = state.Dimensions;
        Generator random = new(11), same = new(11);
        Matrix<double> normal = Matrix<double>.Build.Dense(n + 1, n + 1, 1), points = Matrix<double>.Build.Dense(n, n + 1);
        for (int draw = 0; draw <= n; draw++)
        {
            double[] z = new double[n];
            same.Normal(z);
            normal.SetSubMatrix(0, n, draw, 1, Vector<double>.Build.Dense(z).ToColumnMatrix());
            points.SetColumn(draw, state.Draw(random));
        }

        Matrix<double> both = points * normal.Inverse(); // [A, mean]
        Matrix<double> a = both.SubMatrix(0, n, 0, n);
        return (both.Column(n), a * a.Transpose());
    }

    private sealed class Slow(int n, int population)
    {
        private readonly double[] path = new double[n];
        private readonly double[] pathSigma = new double[n];
        private int generation;

        internal double[] Mean { get; } = [.. Enumerable.Repeat(0.5, n)];

        internal Matrix<double> Covariance { get; } = Matrix<double>.Build.DenseIdentity(n);

        internal double Sigma { get; private set; } = Width;

        internal int Stalled { get; private set; }

        internal void Advance(double[][] points, bool isUsable)
        {
            generation++;
            if (!isUsable) return;
            int mu = population / 2;
            double[] w = new double[mu];
            for (int i = 0; i < mu; i++) w[i] = Math.Log((population + 1) / 2.0) - Math.Log(i + 1);
            double sum = w.Sum(), squares = 0;
            for (int i = 0; i < mu; i++) w[i] /= sum;
            for (int i = 0; i < mu; i++) squares += w[i] * w[i];
            double muEff = 1 / squares;
            double cSigma = (muEff + 2) / (n + muEff + 5), cc = (4 + (muEff / n)) / (n + 4 + (2 * muEff / n));
            double c1 = 2 / (Math.Pow(n + 1.3, 2) + muEff);
            double cMu = Math.Min(1 - c1, 2 * (muEff - 2 + (1 / muEff)) / (Math.Pow(n + 2, 2) + (2 * muEff / 2)));
            double damping = 1 + (2 * Math.Max(0, Math.Sqrt((muEff - 1) / (n + 1)) - 1)) + cSigma;
            double length = Math.Sqrt(n) * (1 - (1.0 / (4 * n)) + (1.0 / (21 * n * n))); // E‖N(0, I)‖

            double[][] y = [.. points.Take(mu).Select(point =>
                point.Select((x, i) => double.IsNaN(x) ? 0 : (x - Mean[i]) / Sigma).ToArray())];
            double[] step = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, mu).Sum(k => w[k] * y[k][i]))];
            for (int i = 0; i < n; i++) Mean[i] += Sigma * step[i];

            Matrix<double> root = Root();
            Vector<double> white = root.Inverse() * Vector<double>.Build.Dense(step); // C^(-1/2) y
            for (int i = 0; i < n; i++)
                pathSigma[i] = ((1 - cSigma) * pathSigma[i]) + (Math.Sqrt(cSigma * (2 - cSigma) * muEff) * white[i]);
            double norm = Math.Sqrt(pathSigma.Sum(one => one * one));
            bool isSteady = norm / Math.Sqrt(1 - Math.Pow(1 - cSigma, 2 * generation)) < (1.4 + (2.0 / (n + 1))) * length;
            if (!isSteady) Stalled++;
            for (int i = 0; i < n; i++)
                path[i] = ((1 - cc) * path[i]) + (isSteady ? Math.Sqrt(cc * (2 - cc) * muEff) * step[i] : 0);
            double lost = isSteady ? 0 : c1 * cc * (2 - cc);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    double rankMu = Enumerable.Range(0, mu).Sum(k => w[k] * y[k][i] * y[k][j]);
                    Covariance[i, j] = ((1 - c1 - cMu + lost) * Covariance[i, j]) + (c1 * path[i] * path[j]) + (cMu * rankMu);
                    Covariance[j, i] = Covariance[i, j];
                }
            }

            Sigma = Math.Clamp(Sigma * Math.Exp(cSigma / damping * ((norm / length) - 1)), 1e-9, 1);
        }

        /// <summary>The square root of the covariance by Denman and Beavers's iteration.</summary>
        private Matrix<double> Root()
        {
            (Matrix<double> root, Matrix<double> inverse) = (Covariance.Clone(), Matrix<double>.Build.DenseIdentity(n));
            for (int i = 0; i < 40; i++) (root, inverse) = ((root + inverse.Inverse()) / 2, (inverse + root.Inverse()) / 2);
            return root;
        }
    }

    [Theory]
    [InlineData(6, "0.453186600 0.409059624 0.237222533 0.569137487")]
    [InlineData(13, "0.464740096 0.343704878 0.868541500 0.596122258")]
    [InlineData(40, "0.934810121 0.166838687 0.653268871 0.602643672")]
    public void CmaEs_AfterAFixedHistory_ChoosesWhatItAlwaysDid(int trials, string units) =>
        Assert.Equal(units, Choices.Text(new CmaEsSampler().Sample(Choices.Context(Choices.Mixed(trials)))));

    [Fact]
    public void CmaEs_KeptBetweenTrials_ChoosesAsANewOneDoes()
    {
        CmaEsSampler kept = new() { Population = 5 };
        FrozenTrial[] all = Choices.Mixed(30);
        FrozenTrial[] others = [.. all.Select(one => Ended.Complete(one.Number, -one.Value, [.. one.Set.Entries]))];
        // Forward, back, and on with other trials of the same numbers.
        (FrozenTrial[], int)[] calls =
            [(all, 5), (all, 6), (all, 15), (all, 30), (all, 10), (others, 10), (all, 11), (others, 30)];
        foreach ((FrozenTrial[] trials, int count) in calls)
        {
            double[]? expected = new CmaEsSampler { Population = 5 }.Sample(Choices.Context(trials[..count]));
            Assert.Equal(expected, kept.Sample(Choices.Context(trials[..count])));
        }
    }

    [Fact]
    public void CmaEs_OnlyChoices_AreRandom()
    {
        FrozenTrial[] trials = [.. Enumerable.Range(0, 8).Select(i => Ended.Complete(i, i, (Ended.Kind, i % 3)))];
        Assert.Equal(new RandomSampler().Sample(Choices.Context(trials)), new CmaEsSampler().Sample(Choices.Context(trials)));
    }

    [Theory]
    [InlineData(13, 8, 3, 7)] // 4 + ⌊3 ln 3⌋ = 7 a generation: the one of 7 to 13 waits for 0 to 6
    [InlineData(14, 8, 3, 14)]
    [InlineData(20, 4, 3, 17)] // no more than 4 at once
    [InlineData(9, 99, 0, 8)] // 4 a generation
    [InlineData(11, 99, 10, 10)] // 4 + ⌊6.9⌋ = 10
    public void CmaEs_Needs_TheGenerationBefore(int number, int window, int dimensions, int needed) =>
        Assert.Equal(needed, new CmaEsSampler().Needs(number, window, dimensions));

    [Fact]
    public void CmaEs_Options_AreCheckedAndTold()
    {
        Assert.Equal(4, new CmaEsSampler { Population = 2 }.Needs(5, 99, 3));
        Assert.Equal(
            "study: Population must be 0 or at least 2, but is 1",
            Assert.Throws<StudyException>(() => new CmaEsSampler { Population = 1 }.Needs(5, 99, 3)).Message);
        SamplerContext two = Choices.Context(Choices.Mixed(9), 0, [StudyDirection.Minimize, StudyDirection.Minimize]);
        Assert.Contains("cma-es searches for one objective", Assert.Throws<StudyException>(() => new CmaEsSampler().Sample(two)).Message);
        Assert.Equal("cma-es (population 0, width 0.25)", new CmaEsSampler { InitialWidth = 0.25 }.ToString());
    }
}
