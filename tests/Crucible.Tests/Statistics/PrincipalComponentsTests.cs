using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

public class PrincipalComponentsTests
{
    private const double Rounding = 1e-12; // one decomposition of a few numbers near 1

    [Fact]
    public void Fit_RowsOnTwoAxes_FindsThemByVariance()
    {
        // Centre (1, 2). Along (3, 4) / 5 the rows lie at ±10, along (-4, 3) / 5 at ±5: variances 2·100 and 2·25, 0.8
        // and 0.2 of all.
        Tensor rows = Tensor.Of(new double[,] { { 7, 10 }, { -5, -6 }, { -3, 5 }, { 5, -1 } });

        PrincipalComponents found = PrincipalComponents.Fit(rows, 2);

        Assert.Equal([0.8, 0.2], found.Shares, (a, b) => Math.Abs(a - b) < Rounding);
        // The largest number of each axis is positive: of the second that is 4 / 5.
        Assert.Equal([0.6, 0.8, 0.8, -0.6], found.Axes.ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal([10, 0, -10, 0, 0, -5, 0, 5], found.Scores.ToArray(), (a, b) => Math.Abs(a - b) < 100 * Rounding);
    }

    [Fact]
    public void Fit_OneComponentOfFloats_KeepsItsShareOfAll()
    {
        PrincipalComponents found =
            PrincipalComponents.Fit(Tensor.Of(new float[,] { { 2, 0, 0 }, { -2, 0, 0 }, { 0, 1, 0 }, { 0, -1, 0 } }), 1);

        Assert.Equal("[4, 1]", found.Scores.Shape.ToString());
        Assert.Equal(DType.Float64, found.Scores.DType);
        Assert.Equal(0.8, Assert.Single(found.Shares), Rounding);
    }

    [Theory]
    [InlineData(1e307)]
    [InlineData(1e-300)]
    public void Fit_HugeAndTinyRows_HaveTheAxesOfRowsNearOne(double unit)
    {
        Tensor rows = Tensor.Of(new double[,] { { 7, 10 }, { -5, -6 }, { -3, 5 }, { 5, -1 } }, DType.Float64);

        PrincipalComponents found = PrincipalComponents.Fit(rows * unit, 2);

        Assert.Equal([0.8, 0.2], found.Shares, (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal([0.6, 0.8, 0.8, -0.6], found.Axes.ToArray(), (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal([10, 0, -10, 0, 0, -5, 0, 5], (found.Scores / unit).ToArray(), (a, b) => Math.Abs(a - b) < 100 * Rounding);
    }

    [Fact]
    public void Fit_WhatHasNoAxes_IsRefused()
    {
        Tensor rows = Tensor.Of(new double[,] { { 1, 2 }, { 1, 2 }, { 1, 2 } });

        Assert.Equal(
            "principal components: rows must differ, but all are equal",
            Assert.Throws<DataException>(() => PrincipalComponents.Fit(rows, 1)).Message);
        Assert.Equal(
            "principal components: count must be from 1 to 2, but is 3",
            Assert.Throws<OptionException>(() => PrincipalComponents.Fit(rows, 3)).Message);
        Assert.Equal(
            "principal components: rows must be a matrix, but are [3]",
            Assert.Throws<ShapeException>(() => PrincipalComponents.Fit(Tensor.Of(new double[] { 1, 2, 3 }), 1)).Message);
    }
}
