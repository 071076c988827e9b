using Crucible.Lab.Regression;
using Xunit;

namespace Crucible.Lab.Tests.Regression;

public sealed class RegressionErrorTests
{
    // Errors 1, -2 and 3: squares 1 + 4 + 9 = 14, absolute values 6. The actual values 1, 4, 4 have mean 3 and squared distances 4 + 1 + 1 = 6.
    private static readonly double[] Predicted = [2, 2, 7];
    private static readonly double[] Actual = [1, 4, 4];

    [Fact]
    public void MeanSquared_IsTheMeanOfSquares() => Assert.Equal(14.0 / 3, RegressionError.MeanSquared(Predicted, Actual), 1e-12);

    [Fact]
    public void MeanAbsolute_IsTheMeanOfAbsoluteValues() => Assert.Equal(2, RegressionError.MeanAbsolute(Predicted, Actual), 1e-12);

    [Fact]
    public void Explained_IsOneMinusErrorByVariance() => Assert.Equal(1 - (14.0 / 6), RegressionError.Explained(Predicted, Actual), 1e-12);

    [Fact]
    public void MeanSquared_OtherLength_SaysSo() => Assert.Equal(
        "regression error: predicted and actual must have the same length, but have 3 and 2", Assert.Throws<ShapeException>(() => RegressionError.MeanSquared(Predicted, [1, 2])).Message);
}
