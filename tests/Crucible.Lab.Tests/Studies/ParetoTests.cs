using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class ParetoTests
{
    [Fact]
    public void Front_Points_AreThoseThatNoOtherBeats()
    {
        double[][] points = [[3, 3], [1, 4], [2, 2], [2, 2], [4, 1], [1, 5]];
        Assert.Equal([1, 2, 3, 4], Pareto.Front(points));
        // the ends first, then the one whose neighbours are farther: (2, 2) and (4, 1), not (1, 4) and (2, 2)
        Assert.Equal([1, 4, 3], Pareto.Best(points, new double[6], 3));
        Assert.Equal([1, 4, 3, 2, 0], Pareto.Best(points, new double[6], 5));
    }

    [Fact]
    public void Fronts_Constraints_ComeBeforeLosses()
    {
        // (1, 1) beats all, but misses by 2, (0, 9) and (9, 0) by 0.5; of the others (2, 3) and (3, 2) beat (3, 3).
        double[][] points = [[1, 1], [3, 3], [2, 3], [3, 2], [0, 9], [9, 0]];
        int[][] fronts = [.. Pareto.Fronts(points, [2, 0, 0, 0, 0.5, 0.5])];
        Assert.Equal([[2, 3], [1], [4, 5], [0]], fronts);
        Assert.Equal([2, 3, 1, 4], Pareto.Best(points, [2, 0, 0, 0, 0.5, 0.5], 4));
    }

    [Fact]
    public void Crowding_OfAFront_IsThatByHand()
    {
        // Widths 10 and 10. (2, 6): (4 − 0)/10 + (10 − 4)/10 = 1; (4, 4): (10 − 2)/10 + (6 − 0)/10 = 1.4.
        double[][] points = [[4, 4], [0, 10], [10, 0], [2, 6], [99, 99]];
        Assert.Equal([1.4, double.PositiveInfinity, double.PositiveInfinity, 1], Pareto.Crowding(points, [0, 1, 2, 3]));
    }

    [Fact]
    public void Hypervolume_TwoAndThreeLosses_IsThatByHand()
    {
        // Up to (5, 5): 4·1 of (1, 4), then 3·2 more of (2, 2), then 1·1 more of (4, 1).
        Assert.Equal((4 * 1) + (3 * 2) + (1 * 1), Hypervolume.Of([[1.0, 4], [2, 2], [4, 1], [6, 0]], [5.0, 5]));
        // Two boxes of 2·2·1 and 1·1·2, which share 1·1·1.
        Assert.Equal(4 + 2 - 1, Hypervolume.Of([[0.0, 0, 1], [1, 1, 0]], [2.0, 2, 2]));
    }
}
