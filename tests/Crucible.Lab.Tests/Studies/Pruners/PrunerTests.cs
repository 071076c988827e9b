using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class MedianPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new MedianPruner();
}

public sealed class PercentilePrunerTests : PrunerConformance
{
    protected override Pruner Create() => new PercentilePruner(25) { WarmupSteps = 2 };

    [Theory]
    [InlineData(7.4, false)]
    [InlineData(7.5, false)]
    [InlineData(7.6, true)]
    public void Percentile_BetweenTwoTrials_IsInterpolated(double value, bool isPruned)
    {
        // Of 0, 10, 20, 30 the first quarter ends at place 0.75: 7.5.
        Pruner pruner = new PercentilePruner(25) { StartupTrials = 4, LeastTrials = 4 };
        Assert.Equal(isPruned, pruner.ShouldPrune(Past.Context([value], [10], [0], [30], [20])));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 30)]
    public void Percentile_AtItsEnds_IsTheBestOrTheWorst(double percentile, double limit)
    {
        Pruner pruner = new PercentilePruner(percentile) { StartupTrials = 4 };
        Assert.False(pruner.ShouldPrune(Past.Context([limit], [10], [0], [30], [20])));
        Assert.True(pruner.ShouldPrune(Past.Context([limit + 1], [10], [0], [30], [20])));
    }

    [Fact]
    public void Percentile_ATrialOnceGood_IsJudgedByItsBest() =>
        Assert.False(new PercentilePruner(50) { StartupTrials = 1 }.ShouldPrune(Past.Context([1, 9], [2, 2])));

    [Fact]
    public void Percentile_BeforeWarmupStartupOrLeastTrials_PrunesNothing()
    {
        PrunerContext bad = Past.Context([99, 99], [1, 1], [2, 2]);
        Assert.True(new PercentilePruner(50) { StartupTrials = 2, WarmupSteps = 1, LeastTrials = 2 }.ShouldPrune(bad));
        Assert.False(new PercentilePruner(50) { StartupTrials = 3, WarmupSteps = 1, LeastTrials = 2 }.ShouldPrune(bad));
        Assert.False(new PercentilePruner(50) { StartupTrials = 2, WarmupSteps = 2, LeastTrials = 2 }.ShouldPrune(bad));
        Assert.False(new PercentilePruner(50) { StartupTrials = 2, WarmupSteps = 1, LeastTrials = 3 }.ShouldPrune(bad));
        // Two trials are complete, but none came as far.
        Assert.False(new PercentilePruner(50) { StartupTrials = 2, LeastTrials = 0 }.ShouldPrune(Past.Context([99, 99], [1], [2])));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    [InlineData(double.NaN)]
    public void Percentile_OutOfRange_IsRefused(double percentile) => Assert.Equal(
        FormattableString.Invariant($"study: percentile must be from 0 to 100, but is {percentile}"),
        Assert.Throws<StudyException>(() => new PercentilePruner(percentile)).Message);

    [Fact]
    public void None_PrunesNothing()
    {
        Assert.False(new NoPruner().ShouldPrune(Past.Context([99], [1], [1], [1], [1], [1])));
        Assert.Equal("none", new NoPruner().ToString());
    }
}

public sealed class LearningCurvePrunerTests : PrunerConformance
{
    // A trial's value at the step, and where it ended: about twice as much.
    private static readonly double[][] curves = [[1, 2.1], [2, 3.9], [3, 6.1], [4, 7.9], [5, 10.1], [6, 11.9], [7, 14.1], [8, 15.9]];

    protected override Pruner Create() => new LearningCurvePruner();

    [Theory]
    [InlineData(0.5, false)]
    [InlineData(1.0, false)]
    [InlineData(1.2, true)] // ends at 2.4 ± 0.12, and the best at 2.1
    [InlineData(3.0, true)]
    [InlineData(double.PositiveInfinity, true)]
    public void LearningCurve_ATrialThatWillHardlyBeTheBest_IsPruned(double value, bool isPruned) =>
        Assert.Equal(isPruned, new LearningCurvePruner().ShouldPrune(Past.Context([value], curves)));

    [Fact]
    public void LearningCurve_CurvesThatSayNothing_PruneNothing()
    {
        // The same value at the step, and any end behind it.
        double[][] equal = [.. curves.Select(curve => new[] { 1, curve[1] })];
        Assert.False(new LearningCurvePruner().ShouldPrune(Past.Context([9], equal)));
        // Who is behind ends ahead: that is not believed of a trial further behind.
        double[][] turned = [.. curves.Select(curve => new[] { 9 - curve[0], curve[1] })];
        Assert.False(new LearningCurvePruner().ShouldPrune(Past.Context([20], turned)));
    }

    [Fact]
    public void LearningCurve_OneEndForAll_PrunesByThatEndAlone()
    {
        double[][] same = [.. curves.Select(curve => new[] { curve[0], 5.0 })];
        Assert.False(new LearningCurvePruner().ShouldPrune(Past.Context([9], same)));
    }

    [Fact]
    public void LearningCurve_TooFewTrials_PrunesNothing()
    {
        Assert.False(new LearningCurvePruner().ShouldPrune(Past.Context([99], curves[..7])));
        Assert.True(new LearningCurvePruner { StartupTrials = 7 }.ShouldPrune(Past.Context([99], curves[..7])));
    }

    [Theory]
    [InlineData(2, 0.05, "StartupTrials must be at least 3, but is 2")]
    [InlineData(8, 0.0, "LeastChance must be between 0 and 1, but is 0")]
    [InlineData(8, double.NaN, "LeastChance must be between 0 and 1, but is NaN")]
    public void LearningCurve_WrongOptions_AreNamed(int startup, double chance, string message)
    {
        LearningCurvePruner pruner = new() { StartupTrials = startup, LeastChance = chance };
        StudyException error = Assert.Throws<StudyException>(() => pruner.ShouldPrune(Past.Context([1], curves)));
        Assert.Equal("study: " + message, error.Message);
    }

    [Theory] // scipy 1.10: scipy.stats.t.cdf
    [InlineData(-2, 1, 0.1475836176504332)]
    [InlineData(0.5, 2, 0.6666666666666667)]
    [InlineData(-1.3, 3, 0.14223375436394847)]
    [InlineData(2.2, 6, 0.964948906828414)]
    [InlineData(-3, 7, 0.009971063065996261)]
    [InlineData(1, 30, 0.8373456922869851)]
    [InlineData(-0.7, 41, 0.24394021642459635)]
    public void StudentBelow_MatchesScipy(double t, int freedom, double expected) =>
        Assert.Equal(expected, LearningCurvePruner.StudentBelow(t, freedom), 1e-13);
}

/// <summary>What a pruner sees: the reports of a trial under way and, of complete ones before it, theirs.</summary>
internal static class Past
{
    internal static PrunerContext Context(double[] own, params double[][] others) => new(
        others.Length,
        Reports(own),
        [.. others.Select((reports, number) => new FrozenTrial(
            new TrialRow { Number = number, State = TrialState.Complete, Reports = Reports(reports), Values = [reports[^1]] },
            new ParameterSet()))],
        StudyDirection.Minimize);

    private static Measurement[] Reports(double[] values) => [.. values.Select((value, step) => new Measurement(step, value))];
}

public sealed class SuccessiveHalvingPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new SuccessiveHalvingPruner();

    [Fact]
    public void SuccessiveHalving_WorseAndWorse_KeepsOnlyTheFirst()
    {
        using Study study = Toy.InMemory(pruner: new SuccessiveHalvingPruner(), window: 1, workers: 1);
        study.Optimize(12, trial =>
        {
            for (int step = 0; step < 20; step++)
            {
                trial.Report(step, trial.Number);
                if (trial.ShouldPrune()) trial.Prune();
            }

            return trial.Number;
        });
        Assert.Equal([20, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], study.Trials.Select(trial => trial.Reports.Count));
    }

    [Theory]
    [InlineData(2.0, true)]
    [InlineData(1.0, false)]
    [InlineData(0.5, false)]
    public void SuccessiveHalving_OfEight_KeepsTheBestTwo(double value, bool isPruned)
    {
        // Eight with its own, a quarter of them stays: a trial is pruned when two are truly better.
        PrunerContext context = Past.Context([value], [0], [1], [3], [4], [5], [6], [7]);
        Assert.Equal(isPruned, new SuccessiveHalvingPruner().ShouldPrune(context));
    }

    [Fact]
    public void SuccessiveHalving_OfFewerThanTheFactor_KeepsTheBest()
    {
        Assert.True(new SuccessiveHalvingPruner().ShouldPrune(Past.Context([2], [1])));
        Assert.False(new SuccessiveHalvingPruner().ShouldPrune(Past.Context([1], [2])));
    }

    [Fact]
    public void SuccessiveHalving_SkippedRungs_PutOffTheFirst()
    {
        SuccessiveHalvingPruner pruner = new() { ReductionFactor = 2, SkippedRungs = 1 };
        Assert.False(pruner.ShouldPrune(Past.Context([9], [1, 1, 1])));
        Assert.True(pruner.ShouldPrune(Past.Context([9, 9], [1, 1, 1])));
        Assert.False(pruner.ShouldPrune(Past.Context([9, 9, 9], [1, 1, 1])));
    }

    [Fact]
    public void SuccessiveHalving_WrongOptions_AreNamed()
    {
        Refused("LeastReports must be at least 1, but is 0", new SuccessiveHalvingPruner { LeastReports = 0 });
        Refused("ReductionFactor must be at least 2, but is 1", new SuccessiveHalvingPruner { ReductionFactor = 1 });
        Refused("SkippedRungs must be at least 0, but is -1", new SuccessiveHalvingPruner { SkippedRungs = -1 });
        Refused("MostReports must be at least LeastReports = 4, but is 3", new HyperbandPruner { LeastReports = 4, MostReports = 3 });

        static void Refused(string message, Pruner pruner) => Assert.Equal(
            "study: " + message, Assert.Throws<StudyException>(() => pruner.ShouldPrune(Past.Context([1], [1]))).Message);
    }

    [Fact]
    public void SuccessiveHalving_Rungs_AreAtPowersOfTheFactor()
    {
        using Study study =
            Toy.InMemory(pruner: new SuccessiveHalvingPruner { LeastReports = 2, ReductionFactor = 3 }, window: 1, workers: 1);
        HashSet<int> ends = [];
        study.Optimize(40, trial =>
        {
            double value = trial.SuggestFloat("x", 0, 1);
            for (int step = 0; step < 30; step++)
            {
                // An order of its own at every step, so that some trials fall behind at each rung.
                trial.Report(step, Math.Sin(value * (step + 1) * 50));
                if (trial.ShouldPrune()) trial.Prune();
            }

            return value;
        });
        ends.UnionWith(study.Trials.Where(trial => trial.State == TrialState.Pruned).Select(trial => trial.Reports.Count));
        Assert.Subset(new HashSet<int> { 2, 6, 18 }, ends);
        Assert.Contains(2, ends);
        Assert.Contains(6, ends);
    }
}

public sealed class HyperbandPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new HyperbandPruner { MostReports = 27 };

    [Fact]
    public void Hyperband_Brackets_AllHaveTrials()
    {
        HyperbandPruner pruner = new() { MostReports = 27 };
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 200).Select(pruner.BracketOf).Distinct().Order()); // 1, 3, 9, 27 reports
    }

    [Fact]
    public void Hyperband_Brackets_HaveTrialsAsTheirShares()
    {
        // ⌈4 · 3ˢ / (s + 1)⌉ for s = 3, 2, 1, 0: 27, 12, 6, 4 of 49. Four deviations of 4900 draws: 4 √(4900 · 0.55 · 0.45) = 139.
        HyperbandPruner pruner = new() { MostReports = 27 };
        int[] counts = [.. Enumerable.Range(0, 4900).CountBy(pruner.BracketOf).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        foreach ((int count, int share) in counts.Zip([2700, 1200, 600, 400])) Assert.InRange(count, share - 139, share + 139);
    }

    [Fact]
    public void Hyperband_ARival_IsOfTheSameBracket()
    {
        HyperbandPruner pruner = new() { MostReports = 27 };
        int[] same = [.. Enumerable.Range(0, 40).Where(number => pruner.BracketOf(number) == 0)];
        int[] others = [.. Enumerable.Range(0, 40).Where(number => pruner.BracketOf(number) != 0)];
        int last = Enumerable.Range(40, 40).First(number => pruner.BracketOf(number) == 0);
        Assert.True(pruner.ShouldPrune(At(last, same)));
        Assert.False(pruner.ShouldPrune(At(last, others)));

        static PrunerContext At(int number, int[] better) => new(
            number,
            [new Measurement(0, 9)],
            [.. better.Select(rival => new FrozenTrial(
                new TrialRow { Number = rival, State = TrialState.Complete, Reports = [new Measurement(0, 1)] }, new ParameterSet()))],
            StudyDirection.Minimize);
    }

    [Fact]
    public void Hyperband_OfOneLength_HasOneBracket() =>
        Assert.True(new HyperbandPruner { LeastReports = 1, MostReports = 1 }.ShouldPrune(Past.Context([2], [1])));
}

public sealed class PatientPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new PatientPruner(new MedianPruner(), 2);

    [Fact]
    public void Patient_TrialThatImproves_IsNotPruned()
    {
        using Study study = Toy.InMemory(pruner: new PatientPruner(new MedianPruner(), 1), window: 1, workers: 1);
        study.Optimize(8, trial =>
        {
            for (int step = 0; step < 10; step++)
            {
                trial.Report(step, trial.Number < 7 ? 0 : Math.Max(100 - step, 96)); // far behind, but better until step 4
                if (trial.ShouldPrune()) trial.Prune();
            }

            return 0;
        });
        // two reports without gain: steps 5 and 6
        Assert.Equal((TrialState.Pruned, 6), (study.Trials[7].State, study.Trials[7].Reports[^1].Step));
    }

    [Fact]
    public void Patient_AGainOfTheLeast_IsNone()
    {
        // One report of patience: the better of the last two against the best before.
        Pruner pruner = new PatientPruner(new PercentilePruner(0) { StartupTrials = 1 }, 1) { LeastGain = 1 };
        Assert.True(pruner.ShouldPrune(Past.Context([9, 8, 8], [0, 0, 0])));
        Assert.False(pruner.ShouldPrune(Past.Context([9, 7.9, 9], [0, 0, 0])));
    }

    [Fact]
    public void Patient_WithoutPatience_IsAllowed_AndBelowZeroRefused()
    {
        Pruner inner = new PercentilePruner(0) { StartupTrials = 1 };
        Assert.True(new PatientPruner(inner, 0).ShouldPrune(Past.Context([9, 9], [0, 0])));
        Assert.Equal(
            "study: patience must be at least 0, but is -1",
            Assert.Throws<StudyException>(() => new PatientPruner(inner, -1)).Message);
    }
}
