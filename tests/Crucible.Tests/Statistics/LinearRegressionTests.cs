using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public class LinearRegressionTests
{
    /// <summary>QR and SVD of a few well-conditioned numbers, each rounded some dozen times.</summary>
    private const double Rounding = 1e-12;

    private static readonly Tensor Plane = Matrix(new double[,] { { 1, 0 }, { 0, 1 }, { 2, 3 }, { -1, 4 } });

    private static Tensor Matrix(double[,] values) => Tensor.Of(values, DType.Float64);

    private static Tensor Vector(params double[] values) => Tensor.From(values, values.Length);

    [Fact]
    public void Ordinary_ExactPlane_FindsItsNumbers()
    {
        // y = 5 + 2·x0 - 3·x1
        LinearModel model = LinearRegression.FitOrdinary(Plane, Vector(7, 2, 0, -9));
        Assert.Equal([2, -3], model.Coefficients, (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal(5, model.Intercept, Rounding);
        Assert.True(model.IsFullRank);
        Assert.Equal([15, 5], model.Predict(Matrix(new double[,] { { 5, 0 }, { 0, 0 } })).ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Ridge_OneColumn_EqualsHandValue()
    {
        // Centred x: -1 0 1, y: -2 0 2; slope Σxy / (Σx² + 2) = 4 / 4 = 1; the intercept 12 is not shrunk: at the mean
        // x = 1 the line passes the mean y = 13, so it is 12.
        LinearModel model = LinearRegression.FitRidge(Matrix(new double[,] { { 0 }, { 1 }, { 2 } }), Vector(11, 13, 15), 2);
        Assert.Equal(1, model.Coefficients[0], Rounding);
        Assert.Equal(12, model.Intercept, Rounding);
    }

    [Fact]
    public void RidgeRegression_Fit_TakesThePenaltyThatTheFoldsPrefer()
    {
        // y is a plane with a little noise: the smallest penalty predicts unseen rows best. With noise alone the
        // largest does.
        Generator generator = new(3);
        Tensor x = Tensor.Randn(generator, [60, 2], DType.Float64);
        Tensor noise = Tensor.Randn(generator, [60], DType.Float64);
        Tensor plane = (3.0 * x.Select(1, 0)) - (2.0 * x.Select(1, 1)) + 7.0;
        IReadOnlyList<Fold> folds = KFold.Folds(60, 5, generator);
        RidgeRegression fit = RidgeRegression.Fit(x, plane + (0.01 * noise), folds);
        Assert.Equal(0.1, fit.Penalty);
        Assert.Equal(100, RidgeRegression.Fit(x, noise, folds).Penalty);

        // Standardized and back: a penalty of 0.1 on 60 rows shrinks by about 0.1 / 60.
        Assert.All(fit.Predict(x).ToArray().Zip(plane.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 0.06));
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
        LinearModel model = LinearRegression.FitOrdinary(Matrix(features), Vector(target));
        Assert.Equal(2, model.Rank);
        Assert.False(model.IsFullRank);
        Assert.Equal(target, model.Predict(Matrix(features)).ToArray(), (a, b) => Math.Abs(a - b) < Rounding * 50);
    }

    [Fact]
    public void Ordinary_FewerRowsThanColumns_PassesThroughEveryPoint()
    {
        double[,] features = { { 1, 2, 3 }, { 4, 5, 7 } };
        LinearModel model = LinearRegression.FitOrdinary(Matrix(features), Vector(1, 2));
        Assert.Equal(1, model.Rank);
        Assert.Equal([1, 2], model.Predict(Matrix(features)).ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Ordinary_ColumnsOfVeryDifferentUnits_AreAllUsed()
    {
        double[,] features = { { 1e-9, 1e9 }, { 3e-9, 2e9 }, { 4e-9, 5e9 }, { 6e-9, 1e9 } };
        double[] target = [.. Enumerable.Range(0, 4).Select(row => (1e9 * features[row, 0]) - (1e-9 * features[row, 1]))];
        LinearModel model = LinearRegression.FitOrdinary(Matrix(features), Vector(target));
        Assert.Equal(2, model.Rank);
        Assert.Equal(target, model.Predict(Matrix(features)).ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
    }

    [Fact]
    public void Fit_TargetAsAColumn_IsThatOfAVector() =>
        Assert.Equal(
            LinearRegression.FitOrdinary(Plane, Vector(7, 2, 0, -9)).Coefficients,
            LinearRegression.FitOrdinary(Plane, Vector(7, 2, 0, -9).Reshape(4, 1)).Coefficients);

    [Fact]
    public void Regression_WrongInput_SaysWhatIsWrong()
    {
        static string Data(Action action) => Assert.Throws<DataException>(action).Message;
        Assert.Equal(
            "linear regression: features and target must have the same rows, but features have 4 and target has 2",
            Data(() => LinearRegression.FitOrdinary(Plane, Vector(1, 2))));
        Assert.Equal(
            "linear regression: values must be finite, but 'target' in row 3 is NaN",
            Data(() => LinearRegression.FitOrdinary(Plane, Vector(1, 2, 3, double.NaN))));
        Assert.Equal(
            "linear regression: values must be finite, but 'column 1' in row 0 is NaN",
            Data(() => LinearRegression.FitOrdinary(Matrix(new[,] { { 1, double.NaN } }), Vector(1))));
        Assert.Equal(
            "linear regression: rows must be at least 1, got 0", Data(() => LinearRegression.FitOrdinary(Tensor.Zeros(0, 2), Vector())));
        Assert.Equal(
            "linear model: features must have the fitted columns, but was fitted to 2 and features have 1",
            Data(() => LinearRegression.FitOrdinary(Plane, Vector(7, 2, 0, -9)).Predict(Tensor.Zeros(1, 1))));
        Assert.Equal(
            "linear regression: the target must be one number a row, [rows] or [rows, 1], got [4, 2]",
            Assert.Throws<ShapeException>(() => LinearRegression.FitOrdinary(Plane, Plane)).Message);
        Assert.Equal(
            "ridge regression: penalty must be a finite number above 0 (FitOrdinary is the fit without a penalty), but is 0",
            Assert.Throws<OptionException>(() => LinearRegression.FitRidge(Plane, Vector(1, 2, 3, 4), 0)).Message);
    }
}
