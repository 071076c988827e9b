using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public sealed class RegressionErrorTests
{
    // Errors 1, -2 and 3: squares 1 + 4 + 9 = 14, absolute values 6. The actual values 1, 4, 4 have mean 3 and squared
    // distances 4 + 1 + 1 = 6.
    private static readonly double[] Predicted = [2, 2, 7];
    private static readonly double[] Actual = [1, 4, 4];

    [Fact]
    public void MeanSquared_IsTheMeanOfSquares() => Assert.Equal(14.0 / 3, RegressionError.MeanSquared(Predicted, Actual), 1e-12);

    [Fact]
    public void MeanAbsolute_IsTheMeanOfAbsoluteValues() => Assert.Equal(2, RegressionError.MeanAbsolute(Predicted, Actual), 1e-12);

    [Fact]
    public void RSquared_IsOneMinusErrorByVariance() => Assert.Equal(1 - (14.0 / 6), RegressionError.RSquared(Predicted, Actual), 1e-12);

    [Fact]
    public void MeanSquared_OtherLength_SaysSo() => Assert.Equal(
        "regression error: predicted and actual must have the same length of at least 1, got 3 and 2", Assert.Throws<ShapeException>(() =>
            RegressionError.MeanSquared(Predicted, [1, 2])).Message);

    [Fact]
    public void MeanSquared_NoValues_SaysSo() => Assert.Equal(
        "regression error: predicted and actual must have the same length of at least 1, got 0 and 0", Assert.Throws<ShapeException>(() =>
            RegressionError.MeanSquared([], [])).Message);

    [Fact]
    public void Errors_OfTensors_AreThoseOfTheirNumbers()
    {
        (Tensor predicted, Tensor actual) = (Tensor.From(Predicted, 3, 1), Tensor.From(Actual, 3));
        Assert.Equal(RegressionError.MeanSquared(Predicted, Actual), RegressionError.MeanSquared(predicted, actual));
        Assert.Equal(Math.Sqrt(14.0 / 3), RegressionError.RootMeanSquared(predicted, actual), 1e-12);
        Assert.Equal(RegressionError.MeanAbsolute(Predicted, Actual), RegressionError.MeanAbsolute(predicted, actual));
        Assert.Equal(RegressionError.RSquared(Predicted, Actual), RegressionError.RSquared(predicted, actual));
        Assert.Equal(
            "regression error: predicted must be one number a row, [rows] or [rows, 1], got [1, 3]",
            Assert.Throws<ShapeException>(() => RegressionError.MeanSquared(predicted.Reshape(1, 3), actual)).Message);
    }
}
