using Crucible.Lab.Tables;
using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Lab.Tests.Tables;

/// <summary>
/// The committed table against numbers that NumPy 1.24.2 gave for it: linalg.lstsq with a column of ones, linalg.solve
/// of the ridge equations, quantile, corrcoef.
/// </summary>
public class HousesTests
{
    /// <summary>Two backward-stable solvers on 506 × 13 numbers whose condition number is about 1e4 agree to about 1e4 · 2⁻⁵².</summary>
    private const double Solver = 1e-10;

    private static readonly RegressionTable Boston = Houses.Load();

    [Fact]
    public void Boston_Read_HasItsRowsAndStatistics()
    {
        Assert.Equal((506, 14), (Boston.Frame.RowCount, Boston.Frame.ColumnCount));
        Summary crime = Summary.OfColumns(Boston.X)[0];
        Assert.Equal(8.60154510533249, crime.StandardDeviation, Solver);
        Assert.Equal((0.082045, 0.25651), (Math.Round(crime.LowerQuartile, 12), Math.Round(crime.Median, 12)));
        Assert.Equal(3.6770825, crime.UpperQuartile, Solver);
        Assert.Equal(5.223148798243851, crime.Skewness, Solver);
        Assert.Equal(-0.7376627261740151, Summary.Correlations(Lab.Tables.Frame.toTensor(Boston.Frame)).ToArray2D()[12, 13], Solver);
    }

    [Fact]
    public void Load_Boston_KnowsItsNamesAndUnit()
    {
        Assert.Equal(("medv", "$1000s"), (Boston.Target, Boston.Unit));
        Assert.Equal(13, Boston.Features.Count);
        Assert.Equal(("[506, 13]", "[506]"), (Boston.X.Shape.ToString(), Boston.Y.Shape.ToString()));
        Assert.Equal([24, 21.6, 34.7], Boston.Y.ToArray()[..3]);
        Assert.Contains("do not use it to decide about people or places", Houses.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public void Split_ThreeHundred_KeepsRowsTogether()
    {
        RegressionSplit split = Boston.Split(300, new Generator(0));
        Assert.Equal(
            ("[300, 13]", "[300]", "[206, 13]", "[206]"),
            (split.TrainX.Shape.ToString(), split.TrainY.Shape.ToString(), split.TestX.Shape.ToString(), split.TestY.Shape.ToString()));
        (int[] training, _) = Crucible.Statistics.Split.ByCounts(506, 300, 206, new Generator(0));
        Assert.Equal(Boston.X.ToArray2D()[training[7], 5], split.TrainX.ToArray2D()[7, 5]);
        Assert.Equal(Boston.Y.ToArray()[training[7]], split.TrainY.ToArray()[7]);
    }

    [Fact]
    public void RegressionTable_ChosenColumns_AreTakenInTheirOrder()
    {
        RegressionTable table = new(Boston.Frame, "rm", ["lstat", "crim"]);
        Assert.Equal(["lstat", "crim", "rm"], table.Frame.ColumnKeys);
        Assert.Equal("rm", table.Unit);
        Assert.Equal([4.98, 0.00632], table.X.ToArray()[..2]);
        Assert.Equal(
            "frame: columns must differ, but 'rm' is named twice",
            Assert.Throws<DataException>(() => new RegressionTable(Boston.Frame, "rm", ["rm"])).Message);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("price")]
    public void RegressionTable_NumbersThatNoFitCanSquare_AreRefusedByName(string name)
    {
        Deedle.Series<int, double> Column(string of) => new([0, 1], [1, of == name ? 1e308 : 2]);
        Deedle.Frame<int, string> frame = new(["a", "price"], [Column("a"), Column("price")]);
        Assert.Equal(
            $"frame: column '{name}' must hold numbers small enough to compute with, but reaches 1E+308; divide it by a constant",
            Assert.Throws<DataException>(() => new RegressionTable(frame)).Message);
    }

    [Fact]
    public void Ordinary_Boston_EqualsNumPy()
    {
        double[] expected =
        [
            -0.10801135783679908, 0.046420458366878664, 0.020558626367074503, 2.6867338193448798, -17.766611228300142, 3.809865206809213,
            0.0006922246403430083,
            -1.4755668456002555, 0.30604947898517687, -0.012334593916574575, -0.9527472317072938, 0.009311683273794048, -0.5247583778554868,
        ];
        LinearModel model = LinearRegression.FitOrdinary(Boston.X, Boston.Y);
        Assert.Equal(expected, model.Coefficients, (a, b) => Math.Abs(a - b) < Solver);
        Assert.Equal(36.45948838509008, model.Intercept, Solver);
        Assert.Equal(13, model.Rank);
        Assert.Equal(21.8948311817292, RegressionError.MeanSquared(model.Predict(Boston.X), Boston.Y), Solver);
    }

    [Fact]
    public void Ridge_StandardizedBoston_EqualsNumPy()
    {
        double[] expected =
        [
            -0.8590507353723638, 0.9549747725059403, -0.041326558573054166, 0.7077796802372227, -1.812610908103314, 2.742343944468942,
            -0.03238277980350212,
            -2.8567562707691114, 2.0978233971436997, -1.5653945270287921, -1.9877512142670335, 0.8447090542435602, -3.62394180821277,
        ];
        Tensor features = StandardScaler.Fit(Boston.X).Transform(Boston.X);
        LinearModel model = LinearRegression.FitRidge(features, Boston.Y, 10);
        Assert.Equal(expected, model.Coefficients, (a, b) => Math.Abs(a - b) < Solver);
        Assert.Equal(22.532806324110677, model.Intercept, Solver);
        Assert.Equal(21.967591187738428, RegressionError.MeanSquared(model.Predict(features), Boston.Y), Solver);
    }
}
