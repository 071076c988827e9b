using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public class SummaryTests
{
    /// <summary>A handful of double operations on numbers near 1.</summary>
    private const double Rounding = 1e-14;

    [Fact]
    public void Of_FourNumbers_EqualsHandValues()
    {
        // 1 2 4 9: mean 4; squared deviations 9 4 0 25 = 38, so std √(38/3).
        // Quantiles at 0.25·3 = 0.75 → 1.75, at 1.5 → 3, at 2.25 → 4 + 0.25·5 = 5.25.
        // Skewness: m3 = (-27 - 8 + 0 + 125)/4 = 22.5, m2 = 9.5, g1 = 22.5/9.5^1.5; G1 = g1·√(4·3)/2.
        Summary summary = Summary.Of([9, 1, 4, 2]);
        Assert.Equal(4, summary.Count);
        Assert.Equal(4, summary.Mean, Rounding);
        Assert.Equal(Math.Sqrt(38.0 / 3), summary.StandardDeviation, Rounding);
        Assert.Equal(
            (1, 1.75, 3, 5.25, 9), (summary.Minimum, summary.LowerQuartile, summary.Median, summary.UpperQuartile, summary.Maximum));
        Assert.Equal(22.5 / Math.Pow(9.5, 1.5) * Math.Sqrt(12) / 2, summary.Skewness, Rounding);
    }

    [Fact]
    public void Of_OneOrEqualValues_HasNoSpreadToSpeakOf()
    {
        Assert.True(double.IsNaN(Summary.Of([5]).StandardDeviation));
        Assert.Equal(5, Summary.Of([5]).UpperQuartile);
        Assert.True(double.IsNaN(Summary.Of([5, 5, 5]).Skewness));
        Assert.Equal(0, Summary.Of([5, 5, 5]).StandardDeviation);
    }

    [Fact]
    public void OfColumns_Matrix_HasOneSummaryAColumn()
    {
        IReadOnlyList<Summary> columns = Summary.OfColumns(Tensor.Of(new double[,] { { 1, 4 }, { 2, 4 }, { 3, 4 } }));
        Assert.Equal([2, 4], columns.Select(column => column.Mean));
        Assert.Equal([3, 3], columns.Select(column => column.Count));
    }

    [Fact]
    public void Quantile_OfFour_IsInterpolated()
    {
        // 1 2 4 9: at 0.1·3 = 0.3 → 1 + 0.3·1.
        Assert.Equal(1.3, Summary.Quantile([9, 1, 4, 2], 0.1), Rounding);
        Assert.Equal((1, 9), (Summary.Quantile([9, 1, 4, 2], 0), Summary.Quantile([9, 1, 4, 2], 1)));
    }

    [Fact]
    public void Correlations_LinearOppositeAndConstant_AreOneMinusOneAndNaN()
    {
        double[,] correlations = Summary.Correlations(Tensor.Of(new double[,] { { 1, -2, 7 }, { 2, -4, 7 }, { 4, -8, 7 } })).ToArray2D();
        Assert.Equal(1, correlations[0, 0]);
        Assert.Equal(-1, correlations[0, 1], Rounding);
        Assert.Equal(correlations[0, 1], correlations[1, 0]);
        Assert.All([correlations[2, 0], correlations[1, 2], correlations[2, 2]], value => Assert.True(double.IsNaN(value)));
    }

    /// <summary>Squares of these numbers overflow or vanish; what is computed of them need not.</summary>
    [Theory]
    [InlineData(1e308)]
    [InlineData(1e-300)]
    public void Statistics_OfHugeAndTinyNumbers_AreThoseOfNumbersNearOneTimesTheUnit(double unit)
    {
        double[] near = [-1, 1, 0.5, -0.25, 0.75];
        (Summary expected, Summary found) = (Summary.Of(near), Summary.Of(near.Select(value => value * unit)));
        Assert.Equal(expected.Mean, found.Mean / unit, Rounding);
        Assert.Equal(expected.StandardDeviation, found.StandardDeviation / unit, Rounding);
        Assert.Equal((-unit, unit), (found.Minimum, found.Maximum));
        Assert.Equal(expected.UpperQuartile, found.UpperQuartile / unit, Rounding);
        Assert.Equal(expected.Skewness, found.Skewness, Rounding);
        Assert.Equal(Summary.Quantile(near, 0.1), Summary.Quantile(near.Select(value => value * unit), 0.1) / unit, Rounding);
        double[,] rows = { { -1, 1 }, { 1, -0.5 }, { 0.5, 0.75 } };
        Tensor large = Tensor.Of(rows, DType.Float64) * unit;
        double[] correlations = Summary.Correlations(Tensor.Of(rows, DType.Float64)).ToArray();
        Assert.Equal(correlations, Summary.Correlations(large).ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal(
            RegressionError.RSquared([0.5, 0.75, 0], near[1..4]),
            RegressionError.RSquared([0.5 * unit, 0.75 * unit, 0], [.. near[1..4].Select(value => value * unit)]), Rounding);
    }

    [Fact]
    public void Summary_WrongInput_SaysWhatIsWrong()
    {
        static string Data(Action action) => Assert.Throws<DataException>(action).Message;
        Assert.Equal("summary: rows must be at least 1, got 0", Data(() => Summary.Of([])));
        Assert.Equal(
            "summary: values must be finite, but 'values' in row 1 is Infinity", Data(() => Summary.Of([1, double.PositiveInfinity])));
        Assert.Equal(
            "summary: values must be finite, but 'column 1' in row 0 is NaN",
            Data(() => Summary.OfColumns(Tensor.Of(new double[,] { { 1, double.NaN } }))));
        Assert.Equal("correlations: rows must be at least 2, got 1", Data(() => Summary.Correlations(Tensor.Zeros(1, 2))));
        Assert.Equal(
            "quantile: share must be from 0 to 1, but is 2", Assert.Throws<OptionException>(() => Summary.Quantile([1], 2)).Message);
    }
}
