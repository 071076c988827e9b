using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Crucible.Tensors;
using MathNet.Numerics.Distributions;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>The mixture of kernels against its definition, computed kernel by kernel, and what the sampler makes of it.</summary>
public sealed class ParzenEstimatorTests
{
    private const int Choices3 = 3;
    private const int Levels = 4;

    private static (ParzenEstimator Estimator, SamplerContext Context, double[][] Centers) Of(int trials)
    {
        FrozenTrial[] all = Choices.Mixed(trials - 1);
        SamplerContext context = Choices.Context(all, pending: [(Ended.X, 0.97), (Ended.Kind, 2)]);
        double[] Units(int trial) => [.. context.Space.Select(parameter => context.Units(parameter.Name)[trial])];
        double[][] centers = [.. all.Select(trial => Units(trial.Number)), context.Pending[0]];
        return (new(context, [0, 1, 2, 3], [.. Enumerable.Range(0, trials - 1)], context.Pending), context, centers);
    }

    private static double Deviation(int trials) => Math.Max(0.15 * Math.Pow(trials, -1.0 / 8), 0.01); // 8: 4 parameters and 4

    /// <summary>25 trials have their whole weight; the older, the less, down to a trial's share; the last kernel knows nothing.</summary>
    private static double[] Weights(int trials)
    {
        double[] weights = [.. Enumerable.Repeat(1.0, trials + 1)];
        for (int i = 0; i < trials - 25; i++)
            weights[i] = trials == 26 ? 1.0 / trials : double.Lerp(1.0 / trials, 1, (double)i / (trials - 26));
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double Inside(double center, double deviation, double low, double high) =>
        Normal.CDF(center, deviation, high) - Normal.CDF(center, deviation, low);

    private static double OfChoice(double center, int choice, int trials)
    {
        if (double.IsNaN(center)) return 1.0 / Choices3;
        double share = 1.0 / (trials + 1);
        return ((Math.Abs(center - ((choice + 0.5) / Choices3)) < 1e-9 ? 1 : 0) + share) / (1 + (Choices3 * share));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(26)]
    [InlineData(27)]
    [InlineData(60)]
    public void LogHeight_AnyPlace_IsThatOfTheDefinition(int trials)
    {
        (ParzenEstimator estimator, _, double[][] centers) = Of(trials);
        double[] weights = Weights(trials);
        Random random = new(1);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            int choice = random.Next(Choices3);
            double[] place = [random.NextDouble(), (random.Next(Levels) + 0.5) / Levels, (choice + 0.5) / Choices3, random.NextDouble()];
            double sum = weights[^1] / Choices3;
            foreach (int p in (int[])[0, 1, 3]) sum *= Math.Exp(-0.5 * Math.Pow(place[p] - 0.5, 2)) / Inside(0.5, 1, 0, 1);
            for (int k = 0; k < trials; k++)
            {
                double height = weights[k] * OfChoice(centers[k][2], choice, trials);
                foreach (int p in (int[])[0, 1, 3])
                {
                    if (double.IsNaN(centers[k][p])) continue;
                    double apart = (place[p] - centers[k][p]) / Deviation(trials);
                    height *= Math.Exp(-0.5 * apart * apart) / Inside(centers[k][p], Deviation(trials), 0, 1);
                }

                sum += height;
            }

            Assert.Equal(Math.Log(sum), estimator.LogHeight(place), 0.01); // of the table between whose entries it is linear
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(60)]
    public void Draw_TwentyThousandTimes_HasTheSharesOfTheKernels(int trials)
    {
        const int Draws = 20_000;
        const double Tolerance = 0.016; // 4.5 deviations of a share of one half
        (ParzenEstimator estimator, _, double[][] centers) = Of(trials);
        double[] weights = Weights(trials);
        Generator random = new(7);
        double[][] draws = [.. Enumerable.Range(0, Draws).Select(_ => estimator.Draw(random))];
        for (int tenth = 1; tenth < 10; tenth++)
        {
            Assert.Equal(Below(0, tenth / 10.0), Share(units => units[0] < tenth / 10.0), Tolerance);
            Assert.Equal(Below(3, tenth / 10.0), Share(units => units[3] < tenth / 10.0), Tolerance);
        }

        for (int level = 0; level < Levels; level++)
        {
            double expected = Below(1, (level + 1.0) / Levels) - Below(1, (double)level / Levels);
            Assert.Equal(expected, Share(units => units[1] == (level + 0.5) / Levels), Tolerance);
        }

        for (int choice = 0; choice < Choices3; choice++)
        {
            double expected = weights[^1] / Choices3;
            for (int k = 0; k < trials; k++) expected += weights[k] * OfChoice(centers[k][2], choice, trials);
            Assert.Equal(expected, Share(units => Math.Abs(units[2] - ((choice + 0.5) / Choices3)) < 1e-9), Tolerance);
        }

        double Share(Func<double[], bool> holds) => draws.Count(holds) / (double)Draws;

        double Below(int parameter, double place)
        {
            double sum = weights[^1] * Inside(0.5, 1, 0, place) / Inside(0.5, 1, 0, 1);
            for (int k = 0; k < trials; k++)
            {
                (double center, double width) = (centers[k][parameter], Deviation(trials));
                sum += weights[k] * (double.IsNaN(center) ? place : Inside(center, width, 0, place) / Inside(center, width, 0, 1));
            }

            return sum;
        }
    }

    /// <summary>What was chosen once: after few trials at random, then by the model; small values are sought, or large ones.</summary>
    [Theory]
    [InlineData(9, false, "0.532965158 0.063192149 0.237479722 0.605023221")]
    [InlineData(12, false, "0.543174815 0.125000000 0.166666667 0.080203060")]
    [InlineData(40, false, "0.255959384 0.125000000 0.500000000 0.862821330")]
    [InlineData(40, true, "0.904254455 0.875000000 0.166666667 0.153207679")]
    [InlineData(300, false, "0.336376103 0.125000000 0.500000000 0.999667737")]
    [InlineData(2400, false, "0.259963951 0.125000000 0.500000000 0.183148097")]
    public void Tpe_AfterAFixedHistory_ChoosesWhatItAlwaysDid(int trials, bool maximizes, string units)
    {
        SamplerContext context = Choices.Context(
            Choices.Mixed(trials), trials + 1, [maximizes ? StudyDirection.Maximize : StudyDirection.Minimize],
            [(Ended.X, 0.3), (Ended.Depth, 2), (Ended.Kind, 1)]);
        Assert.Equal(units, Choices.Text(new TpeSampler().Sample(context)));
    }

    [Theory]
    [InlineData(58, true)]
    [InlineData(59, true)] // up to trial 59 all parameters at once
    [InlineData(60, true)]
    [InlineData(61, false)] // then in turn
    [InlineData(62, true)]
    public void Tpe_ByDefault_ChoosesTogetherAndLaterAlsoAlone(int number, bool isTogether)
    {
        double[]? Sample(bool? multivariate) =>
            new TpeSampler { Multivariate = multivariate }.Sample(Choices.Context(Choices.Mixed(50), number));
        Assert.Equal(Sample(isTogether), Sample(null));
        Assert.NotEqual(Sample(!isTogether), Sample(null));
    }

    /// <summary>Each kernel as wide as its farther neighbour is away, but for the least width; the wide one in the middle.</summary>
    [Fact]
    public void Margin_Numbers_IsTheMixtureOfItsKernels()
    {
        double[] units = [0.1, 0.4, 0.41, 0.9];
        MarginEstimator margin = new(Ended.X.Distribution, units);
        // In order 0.1, 0.4, 0.41, 0.5 (the wide one), 0.9; no narrower than one of 6 parts
        double[] widths = [0.3, 0.3, 1.0 / 6, 0.4, 1];
        double[] centers = [.. units, 0.5];
        for (double place = 0; place <= 1; place += 0.05)
        {
            double density = centers.Zip(widths, (center, width) =>
                Normal.PDF(center, width, place) / Inside(center, width, 0, 1)).Average();
            Assert.Equal(Math.Log(density), margin.LogDensity(place), 1e-9);
        }

        Generator random = new(7);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => margin.Draw(random))];
        for (int tenth = 1; tenth < 10; tenth++)
        {
            double below = centers.Zip(widths, (center, width) =>
                Inside(center, width, 0, tenth / 10.0) / Inside(center, width, 0, 1)).Average();
            Assert.Equal(below, draws.Count(draw => draw < tenth / 10.0) / 20_000.0, 0.016);
        }
    }

    [Fact]
    public void Margin_Choices_CountsThemAndSharesOneCount()
    {
        MarginEstimator margin = new(Ended.Kind.Distribution, [0.5 / 3, 0.5 / 3, 2.5 / 3]); // the first twice, the last once
        // Four kernels of a quarter each: one count of its own and a quarter for each choice; the fourth knows nothing
        double[] expected = [((2 * 1.25) + 0.25) / 1.75 / 4, 3 * 0.25 / 1.75 / 4, (1.25 + (2 * 0.25)) / 1.75 / 4];
        Generator random = new(7);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => margin.Draw(random))];
        for (int choice = 0; choice < 3; choice++)
        {
            double share = expected[choice] + (1.0 / 12);
            Assert.Equal(Math.Log(share), margin.LogDensity((choice + 0.5) / 3), 1e-9);
            Assert.Equal(share, draws.Count(draw => draw == (choice + 0.5) / 3) / 20_000.0, 0.016);
        }
    }

    [Fact]
    public void Tpe_SeveralObjectives_ChoosesWhatItAlwaysDid()
    {
        StudyDirection[] directions = [StudyDirection.Minimize, StudyDirection.Maximize];
        SamplerContext context = Choices.Context(Choices.Mixed(40, objectives: 2), 0, directions);
        Assert.Equal("0.181311058 0.125000000 0.500000000 0.170784441", Choices.Text(new TpeSampler().Sample(context)));
    }

    [Fact]
    public void Tpe_OptionsOfItsOwn_AreKeptTo()
    {
        SamplerContext Fresh() => Choices.Context(Choices.Mixed(12));
        Assert.Equal(new RandomSampler().Sample(Fresh()), new TpeSampler { StartupTrials = 13 }.Sample(Fresh()));
        // Failed ones count too
        Assert.NotEqual(new RandomSampler().Sample(Fresh()), new TpeSampler { StartupTrials = 12 }.Sample(Fresh()));
        Assert.Equal(
            "0.042758539 0.125000000 0.500000000 0.138741944",
            Choices.Text(new TpeSampler { Candidates = 1 }.Sample(Fresh())));
        Assert.Equal("tpe (startup 10, candidates 24)", new TpeSampler().ToString());
        Assert.Equal("tpe (startup 10, candidates 24, multivariate)", new TpeSampler { Multivariate = true }.ToString());
        Assert.Equal("tpe (startup 10, candidates 24, univariate)", new TpeSampler { Multivariate = false }.ToString());
    }
}
