using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class NsgaIISamplerTests : SamplerConformance
{
    private static readonly StudyDirection[] Two = [StudyDirection.Minimize, StudyDirection.Minimize];

    protected override Sampler Create() => new NsgaIISampler { Population = 12 };

    [Fact]
    public void Crossed_Parents_HaveTheChildrenByHand()
    {
        // Parents 0.4 and 0.6 around 0.5: 0 brings both to the middle, 1/2 leaves them but for 5^-16 / 2, 1 reaches the ends; and
        // 2^-17 gives half of the distance, as (2 · 2^-17)^(1/16) = 1/2.
        Close((0.5, 0.5), NsgaIISampler.Crossed(0.4, 0.6, 0));
        Close((0.4, 0.6), NsgaIISampler.Crossed(0.4, 0.6, 0.5));
        Close((0, 1), NsgaIISampler.Crossed(0.4, 0.6, 1));
        Close((0.45, 0.55), NsgaIISampler.Crossed(0.4, 0.6, Math.Pow(2, -17)));
        Close((0.3, 0.3), NsgaIISampler.Crossed(0.3, 0.3, 0.9));

        static void Close((double Low, double High) expected, (double Low, double High) found)
        {
            Assert.Equal(expected.Low, found.Low, 1e-6); // 2 - (2 - 5^-16) has five digits of 5^-16
            Assert.Equal(expected.High, found.High, 1e-6);
        }
    }

    [Theory]
    [InlineData(0.3, 0.5, 0.3)]
    [InlineData(0.3, 0, 0)]
    [InlineData(0.3, 1, 1)]
    [InlineData(0.5, 0.25, 0.467532)] // 0.5 - 1 + (1/2 + 1/2 · 2^-21)^(1/21)
    [InlineData(0.5, 0.75, 0.532468)]
    public void Moved_Number_IsThatByHand(double unit, double uniform, double expected) =>
        Assert.Equal(expected, NsgaIISampler.Moved(unit, uniform), 1e-6);

    [Fact]
    public void Nsga_NeitherCrossedNorMutated_TakesTheBestOfThePopulation()
    {
        // 3 beats all others but misses a constraint, 1 and 2 are the front of the rest; 4 is beaten, 5 failed.
        FrozenTrial[] trials =
        [
            Of(0, 9, 9), Of(1, 1, 4), Of(2, 4, 1), Of(3, 0, 0, limit: 0.5), Of(4, 5, 5),
            Ended.Of(5, TrialState.Failed, [], [(Ended.X, 0.55)]),
        ];
        NsgaIISampler sampler = new() { Population = 2, Crossover = 0, Mutation = 0 };
        HashSet<double> chosen = [];
        for (int number = 6; number < 40; number++) chosen.Add(sampler.Sample(Choices.Context(trials, number, Two))![0]);
        Assert.Equal([0.1, 0.2], chosen.Order());

        static FrozenTrial Of(int number, double first, double second, double? limit = null) =>
            Ended.Of(number, TrialState.Complete, [first, second], [(Ended.X, number / 10.0)], limit: limit);
    }

    [Fact]
    public void Nsga_ParentsOfTwoBranches_HaveAChildWithTheParametersOfBoth()
    {
        FrozenTrial[] trials =
        [
            Ended.Of(0, TrialState.Complete, [0, 1], [(Ended.X, 0.25)]), Ended.Of(1, TrialState.Complete, [1, 0], [(Ended.Y, 0.75)]),
        ];
        NsgaIISampler sampler = new() { Population = 2, Crossover = 1, Mutation = 0 };
        double[][] children = [.. Enumerable.Range(2, 30).Select(number => sampler.Sample(Choices.Context(trials, number, Two))!)];
        Assert.Contains(children, child => child is [0.25, 0.75]);
        Assert.All(children, child => Assert.All(child, unit => Assert.InRange(unit, 0, 1)));
    }

    [Theory]
    [InlineData(-1, 0.9, "Population must be at least 2, but is -1")]
    [InlineData(8, 1.5, "Crossover must be from 0 to 1, but is 1.5")]
    public void Nsga_WrongOption_SaysSo(int population, double crossover, string message)
    {
        using Culture culture = new();
        NsgaIISampler sampler = new() { Population = population, Crossover = crossover };
        Assert.Equal($"study: {message}", Assert.Throws<StudyException>(() => sampler.Sample(Choices.Context([]))).Message);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Nsga_Zdt1_DominatesMoreThanRandom()
    {
        // The front f2 = 1 - sqrt f1 dominates 4 - (1 - 2/3) + 0.1 · 4 of the box up to (1.1, 4) and no search more.
        const double all = 3 + (2 / 3.0) + 0.4;
        Assert.InRange(Zdt1(new NsgaIISampler()), 0.9 * all, all);
        Assert.InRange(Zdt1(new RandomSampler()), 0, 0.75 * all);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Nsga_Constraints_DominatesMoreThanRandom()
    {
        double nsga = Srinivas(new NsgaIISampler());
        Assert.InRange(nsga, 1.02 * Srinivas(new RandomSampler()), double.MaxValue);
    }

    private static double Zdt1(Sampler sampler) => Volume(sampler, [1.1, 4], trial =>
    {
        double first = trial.SuggestFloat("x0", 0, 1);
        double rest = 1 + (9 * Enumerable.Range(1, 5).Sum(i => trial.SuggestFloat($"x{i}", 0, 1)) / 5);
        return [first, rest * (1 - Math.Sqrt(first / rest))];
    });

    /// <summary>The problem SRN of Srinivas and Deb (1994).</summary>
    private static double Srinivas(Sampler sampler) => Volume(sampler, [300, 50], trial =>
    {
        (double x, double y) = (trial.SuggestFloat("x", -20, 20), trial.SuggestFloat("y", -20, 20));
        trial.SetConstraint("circle", (x * x) + (y * y) - 225);
        trial.SetConstraint("line", x - (3 * y) + 10);
        return [2 + ((x - 2) * (x - 2)) + ((y - 1) * (y - 1)), (9 * x) - ((y - 1) * (y - 1))];
    });

    private static double Volume(Sampler sampler, double[] reference, Func<Trial, double[]> objective)
    {
        using Study study = new("two", new StudyOptions { Store = SqliteStore.InMemory(), Sampler = sampler, Directions = Two });
        study.OptimizeMany(300, objective);
        return study.Hypervolume(reference);
    }
}
