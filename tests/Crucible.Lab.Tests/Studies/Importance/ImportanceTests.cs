using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Variance is divided by hand for functions on the cells of a grid, which one tree of all cells meets exactly.</summary>
public sealed class ImportanceTests
{
    private const double Rounding = 1e-12;

    // A tree of a bootstrap sample misses a third of the trials: its steps are coarser than the grid's, which shifts
    // some hundredths from the slopes to their corners.
    private const double Bootstrap = 0.03;

    private static readonly Side Unit = new(0, 1, null);
    private static readonly Side ThreeChoices = new(0, 1, [true, true, true]);

    private static VarianceShares Exact(double[][] places, Func<double[], double> value, params Side[] space) =>
        new(RegressionTree.Of(places, [.. places.Select(value)], [.. places.Select(_ => 1.0)], space, 1).Leaves());

    private static double[][] Grid(int first, int second) =>
        [..
            from i in Enumerable.Range(0, first)
            from j in Enumerable.Range(0, second)
            select new[] { (i + 0.5) / first, (j + 0.5) / second }];

    [Fact]
    public void Shares_OfASum_AreTheSquaresOfItsSlopes()
    {
        VarianceShares shares = Exact(Grid(8, 8), place => (3 * place[0]) + place[1], Unit, Unit);
        // The 8 cells' middles have the variance (64 − 1) / (12 · 64); 3² and 1² times that.
        double one = 63.0 / 768;
        Assert.Equal(10 * one, shares.Total, Rounding);
        Assert.Equal(9 * one, shares.Single[0], Rounding);
        Assert.Equal(one, shares.Single[1], Rounding);
        Assert.Equal(0, shares.Pair(0, 1), Rounding);
    }

    [Fact]
    public void Shares_OfACentredProduct_AreThePairsAlone()
    {
        VarianceShares shares = Exact(Grid(8, 8), place => (place[0] - 0.5) * (place[1] - 0.5), Unit, Unit);
        Assert.Equal(63.0 / 768 * 63 / 768, shares.Total, Rounding); // of independent factors with mean 0 the variances multiply
        Assert.Equal(0, shares.Single[0], Rounding);
        Assert.Equal(0, shares.Single[1], Rounding);
        Assert.Equal(shares.Total, shares.Pair(0, 1), Rounding);
    }

    [Fact]
    public void Shares_OfChoices_AreTheirOwn()
    {
        // Choices 0 0 3: variance 3² · 1/3 · 2/3 = 2. The other: 8 times 1/8 3/8 5/8 7/8, variance 5.
        VarianceShares shares = Exact(Grid(3, 4), place => (place[0] > 0.6 ? 3 : 0) + (8 * place[1]), ThreeChoices, Unit);
        Assert.Equal([2, 5], shares.Single.Select(share => Math.Round(share, 12)));
        Assert.Equal(7, shares.Total, Rounding);
    }

    [Fact]
    public void Shares_WithAMissingPlace_CountItOnBothSides()
    {
        // 0 and 1 on either side, and 1/2 that has no place and so is half on each: means 1/6 and 5/6, variance (1/3)².
        VarianceShares shares = Exact([[0.25], [0.75], [double.NaN]], place => double.IsNaN(place[0]) ? 0.5 : place[0] > 0.5 ? 1 : 0, Unit);
        Assert.Equal(1.0 / 9, shares.Total, Rounding);
    }

    /// <summary>A loss that diverged is far worse than all others, whichever way is better.</summary>
    [Fact]
    public void Importance_Maximize_IsThatOfMinimizingTheNegative()
    {
        Assert.Equal(Words(StudyDirection.Minimize, 1), Words(StudyDirection.Maximize, -1));

        static string Words(StudyDirection direction, double sign)
        {
            using Study study = new("toy", new StudyOptions
            {
                Store = SqliteStore.InMemory(),
                Sampler = new RandomSampler(),
                Directions = [direction],
                Workers = 1,
            });
            study.Optimize(60, trial =>
            {
                double x = trial.SuggestFloat("x", 0, 1), y = trial.SuggestFloat("y", 0, 1);
                return sign * (x + (0.1 * y) + (x > 0.97 ? 1e6 : 0));
            });
            return string.Join('\n', Importance.Of(study).Parameters);
        }
    }

    [Theory]
    [InlineData(7, new double[] { 0, 1, 2, 3, 4, 5, 6, 7, 1000 })] // three of four beat 6, and 15 times as far is 90
    [InlineData(25, new double[] { 10, 11, 11, 11, 25 })] // just as far as may be
    [InlineData(11, new double[] { 10, 11, 11, 11, 25.5 })]
    [InlineData(5, new double[] { 1, 1, 1, 1, 5 })] // most are equal: nothing to measure by
    [InlineData(3, new double[] { 3 })]
    public void Fence_LossesFarWorseThanMost_AreOutside(double worst, double[] losses) =>
        Assert.Equal(worst, Fence.Worst(losses.AsEnumerable().Reverse()));

    [Fact]
    public void Shares_OfAConditionalParameter_CountItWhereItIsAsked()
    {
        // 0 for the first choice, which does not ask for y; y for the second. In 64ths: kind has means 0 and 1/2,
        // variance 4; y has y/2 in the mean of both kinds, variance 5/4; all has ½ E[y²] − (1/4)² = 10.5 − 4 = 6.5, so
        // the pair has 5/4.
        double[] middles = [0.125, 0.375, 0.625, 0.875];
        double[][] places = [.. middles.Select(_ => new[] { 0.25, double.NaN }), .. middles.Select(y => new[] { 0.75, y })];
        VarianceShares shares = Exact(places, place => double.IsNaN(place[1]) ? 0 : place[1], new Side(0, 1, [true, true]), Unit);
        Assert.Equal(6.5 / 64, shares.Total, Rounding);
        Assert.Equal(4.0 / 64, shares.Single[0], Rounding);
        Assert.Equal(1.25 / 64, shares.Single[1], Rounding);
        Assert.Equal(1.25 / 64, shares.Pair(0, 1), Rounding);
    }

    [Fact]
    public void Tree_MissingCoordinate_IsTheMeanOverIt()
    {
        RegressionTree tree = RegressionTree.Of([[0.1], [0.3], [0.9]], [1, 1, 7], [1, 1, 1], [Unit], 1);
        // divided at (0.3 + 0.9) / 2, which belongs to the right
        Assert.Equal([1, 7], new[] { 0.59, 0.6 }.Select(place => tree.At([place])));
        Assert.Equal((0.6 * 1) + (0.4 * 7), tree.At([double.NaN]), Rounding);
    }

    private static Importance Of(double[][] places, Func<double[], double> value, params Parameter[] space) => Importance.Of(
        [
            .. places.Select((place, i) =>
                Ended.Complete(i, value(place), [.. space.Select((parameter, axis) => (parameter, place[axis]))]))
        ], space, [.. places.Select(value)]);

    [Fact]
    public void Importance_OfASum_IsNineToOne()
    {
        Importance importance = Of(Grid(20, 20), place => (3 * place[0]) + place[1], Ended.X, Ended.Y);
        Assert.Equal(["x", "y"], importance.Parameters.Select(share => share.Name));
        Assert.Equal(0.9, importance.Parameters[0].Share, Bootstrap);
        Assert.Equal(0.1, importance.Parameters[1].Share, Bootstrap);
        Assert.InRange(importance.Fit, 0.98, 1);
        Assert.Null(importance.Reason);
    }

    [Fact]
    public void Importance_OfACentredProduct_IsThePairs()
    {
        Importance importance = Of(Grid(20, 20), place => (place[0] - 0.5) * (place[1] - 0.5), Ended.X, Ended.Y);
        // trees that are halved at another place than the middle give some of it to the parameters
        Assert.InRange(Assert.Single(importance.Pairs).Share, 0.85, 1);
        Assert.All(importance.Parameters, share => Assert.InRange(share.Share, 0, 0.1));
    }

    [Fact]
    public void Importance_OfWhatDoesNotVary_IsNothing()
    {
        Parameter still = new("still", FloatDistribution.Of("still", 2, 2, log: false, step: 0));
        Importance importance = Of([.. Grid(20, 1).Select(place => new[] { place[0], 2.0 })], place => place[0], Ended.X, still);
        Assert.Equal([("x", 1.0), ("still", 0.0)], importance.Parameters.Select(share => (share.Name, Math.Round(share.Share, 12))));
    }

    [Fact]
    public void Importance_OfADivergedTrial_IsStillThatOfTheOthers()
    {
        double[][] grid = Grid(20, 20);
        Importance importance = Of(grid, place => place == grid[123] ? 1e12 : (3 * place[0]) + place[1], Ended.X, Ended.Y);
        Assert.Equal(0.9, importance.Parameters[0].Share, 2 * Bootstrap);
    }

    [Fact]
    public void Importance_OfNoise_SaysThatItFitsNothing()
    {
        Random random = new(1);
        Assert.InRange(Of(Grid(10, 10), _ => random.NextDouble(), Ended.X, Ended.Y).Fit, -1, 0.1);
    }

    [Fact]
    public void Importance_SameTrials_GivesTheSameShares()
    {
        Importance First() => Of(Grid(10, 10), place => Math.Sin(9 * place[0]) * place[1], Ended.X, Ended.Y);
        Assert.Equal(First().Parameters, First().Parameters);
    }

    [Fact]
    public void Importance_TooLittleToSay_GivesTheReason()
    {
        Assert.Equal("it takes 8 complete trials, and there are 1", Of([[0.5, 0.5]], place => place[0], Ended.X, Ended.Y).Reason);
        Assert.Equal("all trials have the same value", Of(Grid(3, 3), _ => 1, Ended.X, Ended.Y).Reason);
        Assert.Equal("the trials have no parameters", Of(Grid(3, 3), place => place[0]).Reason);
    }

    [Fact]
    public void Importance_AsText_SaysWhatMattered()
    {
        using Culture _ = new();
        Random random = new(1);
        string sum = Of(Grid(20, 20), place => (3 * place[0]) + place[1], Ended.X, Ended.Y).ToString();
        Assert.Matches(
            @"^What mattered, as shares of the variance over the whole search space: x \((8|9)\d %\), y \(\d+ %\)\. All others stay below 5 % alone\. .* with 1 - squared error / variance = \d\.\d\d\.$",
            sum);
        Assert.Contains(
            " x and y do ", Of(Grid(20, 20), place => place[0] * place[1], Ended.X, Ended.Y).ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "What mattered cannot be told from these trials",
            Of(Grid(10, 10), _ => random.NextDouble(), Ended.X, Ended.Y).ToString(),
            StringComparison.Ordinal);
        Assert.Equal("What mattered cannot be told: all trials have the same value.", Of(Grid(3, 3), _ => 1, Ended.X, Ended.Y).ToString());
    }

    [Fact]
    public void Importance_OfAStudy_NeedsAnObjectiveItHas()
    {
        using Study study = Toy.InMemory();
        study.Optimize(30, Toy.Bowl);
        Assert.Equal(2, Importance.Of(study).Parameters.Count);
        Assert.Equal(
            "study.importance: objective must be from 0 to 0, but is 1",
            Assert.Throws<StudyException>(() => Importance.Of(study, 1)).Message);
    }
}
