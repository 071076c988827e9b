using Crucible.Data;
using Xunit;

namespace Crucible.Tests.Data;

public class SummaryTests
{
    /// <summary>A handful of double operations on numbers near 1.</summary>
    private const double Rounding = 1e-14;

    [Fact]
    public void ColumnSummary_FourNumbers_EqualsHandValues()
    {
        // 1 2 4 9: mean 4; squared deviations 9 4 0 25 = 38, so std √(38/3).
        // Quantiles at 0.25·3 = 0.75 → 1.75, at 1.5 → 3, at 2.25 → 4 + 0.25·5 = 5.25.
        // Skewness: m3 = (-27 - 8 + 0 + 125)/4 = 22.5, m2 = 9.5, g1 = 22.5/9.5^1.5; G1 = g1·√(4·3)/2.
        ColumnSummary summary = ColumnSummary.Of([9, 1, 4, 2]);
        Assert.Equal(4, summary.Count);
        Assert.Equal(4, summary.Mean, Rounding);
        Assert.Equal(Math.Sqrt(38.0 / 3), summary.StandardDeviation, Rounding);
        Assert.Equal((1, 1.75, 3, 5.25, 9), (summary.Minimum, summary.LowerQuartile, summary.Median, summary.UpperQuartile, summary.Maximum));
        Assert.Equal(22.5 / Math.Pow(9.5, 1.5) * Math.Sqrt(12) / 2, summary.Skewness, Rounding);
    }

    [Fact]
    public void ColumnSummary_OneOrEqualValues_HasNoSpreadToSpeakOf()
    {
        Assert.True(double.IsNaN(ColumnSummary.Of([5]).StandardDeviation));
        Assert.Equal(5, ColumnSummary.Of([5]).UpperQuartile);
        Assert.True(double.IsNaN(ColumnSummary.Of([5, 5, 5]).Skewness));
        Assert.Equal(0, ColumnSummary.Of([5, 5, 5]).StandardDeviation);
    }

    [Fact]
    public void Summary_OfTable_HasOneRowANumericColumn()
    {
        Table table = new([TableColumn.Numbers("x", [1, 2, 3]), TableColumn.Text("id", ["a", "b", "c"]), TableColumn.Numbers("y", [4, 4, 4])]);
        Table summary = Summary.Of(table);
        Assert.Equal(["column", "count", "mean", "std", "min", "25%", "50%", "75%", "max", "skew"], summary.ColumnNames);
        Assert.Equal(["x", "y"], summary.Text("column"));
        Assert.Equal([2, 4], summary.Column("mean"));
    }

    [Fact]
    public void Correlations_LinearOppositeAndConstant_AreOneMinusOneAndNaN()
    {
        double[,] correlations = Summary.Correlations(Table.FromMatrix(new double[,] { { 1, -2, 7 }, { 2, -4, 7 }, { 4, -8, 7 } }));
        Assert.Equal(1, correlations[0, 0]);
        Assert.Equal(-1, correlations[0, 1], Rounding);
        Assert.Equal(correlations[0, 1], correlations[1, 0]);
        Assert.All([correlations[2, 0], correlations[1, 2], correlations[2, 2]], value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void Summary_WrongInput_SaysWhatIsWrong()
    {
        Assert.Equal("summary: the number of rows must be at least 1, but is 0", Assert.Throws<DataException>(() => ColumnSummary.Of([])).Message);
        Assert.Equal("summary: values must be finite, but 'x' in row 1 is Infinity", Assert.Throws<DataException>(() => ColumnSummary.Of([1, double.PositiveInfinity], "x")).Message);
        Assert.Equal("summary: the number of numeric columns must be at least 1, but is 0", Assert.Throws<DataException>(() => Summary.Of(new([TableColumn.Text("id", ["a"])]))).Message);
        Assert.Equal("correlations: the number of rows must be at least 2, but is 1", Assert.Throws<DataException>(() => Summary.Correlations(Table.FromMatrix(new double[1, 2]))).Message);
    }
}
