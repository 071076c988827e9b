using Crucible.Statistics;
using Xunit;

namespace Crucible.Tests.Statistics;

public class IntervalTests
{
    /// <summary>The quantiles below are tabulated to six digits.</summary>
    private const double Table = 1e-5;

    [Fact]
    public void OfMean_ThreeValues_EqualsHandValue()
    {
        // 1 2 3: mean 2, deviation 1, standard error 1/√3 = 0.577350; t of 2 degrees at 0.975 is 4.302653, so
        // ±2.484138.
        Interval interval = Interval.OfMean([1, 2, 3]);
        Assert.Equal(2, interval.Estimate);
        Assert.Equal(2 - 2.484138, interval.Low, Table);
        Assert.Equal(2 + 2.484138, interval.High, Table);
        Assert.Equal(1 / Math.Sqrt(3), Interval.StandardError([1, 2, 3]), 1e-14);
        // At 90 % t is 2.919986: ±1.685854.
        Assert.Equal(2 + 1.685854, Interval.OfMean([1, 2, 3], 0.9).High, Table);
    }

    [Fact]
    public void OfGeometricMean_PowersOfE_AreThoseOfTheirLogarithms()
    {
        Interval logs = Interval.OfMean([1, 2, 3]), interval = Interval.OfGeometricMean([Math.E, Math.Exp(2), Math.Exp(3)]);
        Assert.Equal(Math.Exp(2), interval.Estimate, 1e-12);
        Assert.Equal(Math.Exp(logs.Low), interval.Low, 1e-12);
        Assert.Equal(Math.Exp(logs.High), interval.High, 1e-11);
    }

    [Fact]
    public void OfDifferenceAndRatio_Paired_DropWhatPairsShare()
    {
        double[] hard = [10, 20, 40];
        Interval difference = Interval.OfDifference([11, 22, 43], hard);
        Assert.Equal(Interval.OfMean([1, 2, 3]), difference);
        Assert.True(difference.Contains(0));
        Interval ratio = Interval.OfRatio([11, 22, 44], hard);
        Assert.Equal(1.1, ratio.Estimate, 1e-14);
        Assert.False(ratio.Contains(1));
    }

    [Fact]
    public void OfShare_NoneHalfAndAll_EqualsHandValues()
    {
        // z = 1.959964, z² = 3.841459. None of 10: 0 to z²/(10 + z²) = 0.277533. Five of 10: 0.5 ± z·√(0.025 +
        // z²/400)/(1 + z²/10) = 0.263407.
        Assert.Equal(0, Interval.OfShare(0, 10).Low, Table);
        Assert.Equal(0.277533, Interval.OfShare(0, 10).High, Table);
        Assert.Equal(1 - 0.277533, Interval.OfShare(10, 10).Low, Table);
        Assert.Equal((0.5, 0.5 - 0.263407, 0.5 + 0.263407), Rounded(Interval.OfShare(5, 10)));

        static (double, double, double) Rounded(Interval interval) =>
            (interval.Estimate, Math.Round(interval.Low, 6), Math.Round(interval.High, 6));
    }

    /// <summary>Ranks of the ends by the table of Conover (1999), A3: for 6, 9, 10, 15 and 20 values these.</summary>
    [Theory]
    [InlineData(6, 1, 6)]
    [InlineData(9, 2, 8)]
    [InlineData(10, 2, 9)]
    [InlineData(15, 4, 12)]
    [InlineData(20, 6, 15)]
    public void OfMedian_Ends_AreTheTablesRanks(int count, int low, int high)
    {
        double[] values = [.. Enumerable.Range(1, count).Reverse().Select(rank => (double)rank)];
        Assert.Equal(new Interval((count + 1) / 2.0, low, high), Interval.OfMedian(values));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void OfMedian_OfFewValues_HasNoEnds(int count)
    {
        Interval interval = Interval.OfMedian([.. Enumerable.Repeat(2.0, count)]);
        Assert.Equal((2, double.NaN, double.NaN), (interval.Estimate, interval.Low, interval.High));
    }

    [Fact]
    public void Interval_Printed_ShowsItsEnds() => Assert.Equal("2 (-0.484 to 4.48)", Interval.OfMean([1, 2, 3]).ToString());

    [Fact]
    public void Interval_WrongInput_SaysWhatIsWrong()
    {
        static string Data(Action action) => Assert.Throws<DataException>(action).Message;
        static string Option(Action action) => Assert.Throws<OptionException>(action).Message;
        Assert.Equal("interval: values must be at least 2, got 1", Data(() => Interval.OfMean([1])));
        Assert.Equal("standard error: values must be at least 2, got 0", Data(() => Interval.StandardError([])));
        Assert.Equal("interval: values must be finite, but 'values' in row 1 is NaN", Data(() => Interval.OfMean([1, double.NaN])));
        Assert.Equal("interval: 'values' must be above 0, but is 0 in row 1", Data(() => Interval.OfGeometricMean([1, 0])));
        Assert.Equal(
            "interval: paired values must be equally many, but there are 2 and 3", Data(() => Interval.OfDifference([1, 2], [1, 2, 3])));
        Assert.Equal("interval: confidence must be above 0 and below 1, but is 95", Option(() => Interval.OfMean([1, 2], 95)));
        Assert.Equal("interval: trials must be at least 1, but is 0", Option(() => Interval.OfShare(0, 0)));
        Assert.Equal("interval: successes must be from 0 to the 3 trials, but is 4", Option(() => Interval.OfShare(4, 3)));
    }
}
