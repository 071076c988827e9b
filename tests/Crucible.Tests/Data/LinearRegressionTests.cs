using Crucible.Data;
using Xunit;

namespace Crucible.Tests.Data;

public class LinearRegressionTests
{
    /// <summary>QR and SVD of a few well-conditioned numbers, each rounded some dozen times.</summary>
    private const double Rounding = 1e-12;

    private static readonly double[,] Plane = { { 1, 0 }, { 0, 1 }, { 2, 3 }, { -1, 4 } };

    [Fact]
    public void Ordinary_ExactPlane_FindsItsNumbers()
    {
        // y = 5 + 2·x0 - 3·x1
        LinearModel model = LinearRegression.Ordinary(Plane, [7, 2, 0, -9]);
        Assert.Equal([2, -3], model.Coefficients, (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal(5, model.Intercept, Rounding);
        Assert.True(model.IsFullRank);
        Assert.Equal([15, 5], model.Predict(new double[,] { { 5, 0 }, { 0, 0 } }), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Ridge_OneColumn_EqualsHandValue()
    {
        // Centred x: -1 0 1, y: -2 0 2; slope Σxy / (Σx² + 2) = 4 / 4 = 1; the intercept 12 is not shrunk: at the mean x = 1 the line passes the mean y = 13, so it is 12.
        LinearModel model = LinearRegression.Ridge(new double[,] { { 0 }, { 1 }, { 2 } }, [11, 13, 15], 2);
        Assert.Equal(1, model.Coefficients[0], Rounding);
        Assert.Equal(12, model.Intercept, Rounding);
    }

    [Fact]
    public void Ordinary_ColumnThatIsASumOfOthersOrConstant_ReportsTheRankAndStillPredicts()
    {
        double[,] features = new double[6, 4];
        double[] target = new double[6];
        for (int row = 0; row < 6; row++)
        {
            (features[row, 0], features[row, 1]) = (row, row * row);
            (features[row, 2], features[row, 3]) = (row + (row * row), 8);
            target[row] = 1 + row - (2 * row * row);
        }
        LinearModel model = LinearRegression.Ordinary(features, target);
        Assert.Equal(2, model.Rank);
        Assert.False(model.IsFullRank);
        Assert.Equal(target, model.Predict(features), (a, b) => Math.Abs(a - b) < Rounding * 50);
    }

    [Fact]
    public void Ordinary_FewerRowsThanColumns_PassesThroughEveryPoint()
    {
        double[,] features = { { 1, 2, 3 }, { 4, 5, 7 } };
        LinearModel model = LinearRegression.Ordinary(features, [1, 2]);
        Assert.Equal(1, model.Rank);
        Assert.Equal([1, 2], model.Predict(features), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Ordinary_ColumnsOfVeryDifferentUnits_AreAllUsed()
    {
        double[,] features = { { 1e-9, 1e9 }, { 3e-9, 2e9 }, { 4e-9, 5e9 }, { 6e-9, 1e9 } };
        double[] target = [.. Enumerable.Range(0, 4).Select(row => (1e9 * features[row, 0]) - (1e-9 * features[row, 1]))];
        LinearModel model = LinearRegression.Ordinary(features, target);
        Assert.Equal(2, model.Rank);
        Assert.Equal(target, model.Predict(features), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Predict_Table_FindsColumnsByName()
    {
        LinearModel model = LinearRegression.Ordinary(Table.FromMatrix(Plane, "a", "b"), [7, 2, 0, -9]);
        Table rows = Table.FromColumns([Tuple.Create("b", new double[] { 1 }), Tuple.Create("other", new double[] { 8 }), Tuple.Create("a", new double[] { 1 })]);
        Assert.Equal(4, model.Predict(rows)[0], Rounding);
    }

    [Fact]
    public void Regression_WrongInput_SaysWhatIsWrong()
    {
        static string Data(Action action) => Assert.Throws<DataException>(action).Message;
        Assert.Equal("linear regression: features and target must have the same rows, but features have 4 and target has 2", Data(() => LinearRegression.Ordinary(Plane, [1, 2])));
        Assert.Equal("linear regression: values must be finite, but 'target' in row 3 is NaN", Data(() => LinearRegression.Ordinary(Plane, [1, 2, 3, double.NaN])));
        Assert.Equal("linear regression: values must be finite, but 'x1' in row 0 is NaN", Data(() => LinearRegression.Ordinary(new[,] { { 1, double.NaN } }, [1])));
        Assert.Equal("linear regression: the number of rows must be at least 1, but is 0", Data(() => LinearRegression.Ordinary(new double[0, 2], [])));
        Assert.Equal("linear model: the matrix must have the fitted columns, but was fitted to 2 and the matrix has 1", Data(() => LinearRegression.Ordinary(Plane, [7, 2, 0, -9]).Predict(new double[1, 1])));
        Assert.Equal(
            "ridge regression: penalty must be a finite number above 0 (Ordinary is the fit without a penalty), but is 0",
            Assert.Throws<OptionException>(() => LinearRegression.Ridge(Plane, [1, 2, 3, 4], 0)).Message);
    }
}
