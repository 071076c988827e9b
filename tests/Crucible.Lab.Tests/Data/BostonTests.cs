using Crucible.Data;
using Crucible.Lab.Data;
using Xunit;

namespace Crucible.Lab.Tests.Data;

/// <summary>The committed table against numbers that NumPy 1.24.2 gave for it: linalg.lstsq with a column of ones, linalg.solve of the ridge equations, quantile, corrcoef.</summary>
public class BostonTests
{
    /// <summary>Two backward-stable solvers on 506 × 13 numbers whose condition number is about 1e4 agree to about 1e4 · 2⁻⁵².</summary>
    private const double Solver = 1e-10;

    private static readonly Table Boston = Csv.Read(Path.Combine(Root(), "data", "boston.csv"));

    [Fact]
    public void Boston_Read_HasItsRowsAndStatistics()
    {
        Assert.Equal((506, 14), (Boston.RowCount, Boston.ColumnCount));
        ColumnSummary crime = ColumnSummary.Of(Boston.Numbers("crim"));
        Assert.Equal(8.60154510533249, crime.StandardDeviation, Solver);
        Assert.Equal((0.082045, 0.25651), (Math.Round(crime.LowerQuartile, 12), Math.Round(crime.Median, 12)));
        Assert.Equal(3.6770825, crime.UpperQuartile, Solver);
        Assert.Equal(5.223148798243851, crime.Skewness, Solver);
        Assert.Equal(-0.7376627261740151, Summary.Correlations(Boston)[12, 13], Solver);
    }

    [Fact]
    public void Ordinary_Boston_EqualsNumPy()
    {
        double[] expected =
        [
            -0.10801135783679908, 0.046420458366878664, 0.020558626367074503, 2.6867338193448798, -17.766611228300142, 3.809865206809213, 0.0006922246403430083,
            -1.4755668456002555, 0.30604947898517687, -0.012334593916574575, -0.9527472317072938, 0.009311683273794048, -0.5247583778554868,
        ];
        LinearModel model = LinearRegression.Ordinary(Boston.Drop("medv"), Boston.Column("medv"));
        Assert.Equal(expected, model.Coefficients, (a, b) => Math.Abs(a - b) < Solver);
        Assert.Equal(36.45948838509008, model.Intercept, Solver);
        Assert.Equal(13, model.Rank);
        Assert.Equal(21.8948311817292, MeanSquaredError(model.Predict(Boston)), Solver);
    }

    [Fact]
    public void Ridge_StandardizedBoston_EqualsNumPy()
    {
        double[] expected =
        [
            -0.8590507353723638, 0.9549747725059403, -0.041326558573054166, 0.7077796802372227, -1.812610908103314, 2.742343944468942, -0.03238277980350212,
            -2.8567562707691114, 2.0978233971436997, -1.5653945270287921, -1.9877512142670335, 0.8447090542435602, -3.62394180821277,
        ];
        Table features = StandardScaler.Fit(Boston.Drop("medv")).Transform(Boston.Drop("medv"));
        LinearModel model = LinearRegression.Ridge(features, Boston.Column("medv"), 10);
        Assert.Equal(expected, model.Coefficients, (a, b) => Math.Abs(a - b) < Solver);
        Assert.Equal(22.532806324110677, model.Intercept, Solver);
        Assert.Equal(21.967591187738428, MeanSquaredError(model.Predict(features)), Solver);
    }

    private static double MeanSquaredError(double[] predictions) => predictions.Zip(Boston.Column("medv"), (prediction, actual) => Math.Pow(prediction - actual, 2)).Average();

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Crucible.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
