using Crucible.Statistics;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Statistics;

/// <summary>Confusion, F1, area under the curve and calibration against values worked out by hand.</summary>
public sealed class ClassificationTests
{
    private const double Rounding = 1e-12;

    // Actual 0 0 1 1 2 2, predicted 0 0 2 1 0 2: a row of each class right but both of class 0.
    private static readonly ConfusionMatrix Matrix = ConfusionMatrix.Of([0, 0, 2, 1, 0, 2], [0, 0, 1, 1, 2, 2]);

    [Fact]
    public void Confusion_OfSixRows_CountsThem()
    {
        int[][] counts = [[2, 0, 0], [0, 1, 1], [1, 0, 1]];
        for (int actual = 0; actual < 3; actual++)
            for (int taken = 0; taken < 3; taken++) Assert.Equal(counts[actual][taken], Matrix[actual, taken]);
        Assert.Equal((3, 6, 4), (Matrix.Classes, Matrix.Count, Matrix.Correct));
    }

    [Fact]
    public void F1_OfEachClassMacroAndMicro()
    {
        // 2·right / (predicted + actual): 4/(3 + 2), 2/(1 + 2), 2/(2 + 2). Their mean is (24 + 20 + 15) / 90.
        Assert.Equal([4.0 / 5, 2.0 / 3, 1.0 / 2], [Matrix.F1(0), Matrix.F1(1), Matrix.F1(2)]);
        Assert.Equal(59.0 / 90, Matrix.MacroF1, Rounding);
        Assert.Equal(4.0 / 6, Matrix.MicroF1, Rounding);
        Assert.Equal((2.0 / 3, 1.0), (Matrix.Precision(0), Matrix.Recall(0)));
    }

    [Fact]
    public void F1_ClassThatIsNeverPredicted_IsZero()
    {
        // Two of the three classes are never taken right: F1 of class 0 is 2·2 / (4 + 2).
        ConfusionMatrix matrix = ConfusionMatrix.Of([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2]);
        Assert.Equal(((4.0 / 5) + 0 + 0) / 3, matrix.MacroF1, Rounding);
        Assert.Equal(2.0 / 6, matrix.MicroF1, Rounding);
        Assert.Equal(0, ConfusionMatrix.Of([0, 0], [0, 0], classes: 2).F1(1));
    }

    [Fact]
    public void Accuracy_HasWilsonsInterval()
    {
        // Wilson for 4 of 6 with z = 1.959964: centre (4/6 + z²/12) / (1 + z²/6) = 0.601623,
        // half z·√(4/6·2/6/6 + z²/144) / (1 + z²/6) = 0.301621.
        Assert.Equal(0.3000, Matrix.Accuracy.Low, 1e-4);
        Assert.Equal(0.9032, Matrix.Accuracy.High, 1e-4);
    }

    [Fact]
    public void Confusion_OfScores_TakesTheHighest()
    {
        Tensor scores = Tensor.From([0.1, 0.9, 0.8, 0.2], 2, 2);
        ConfusionMatrix matrix = ConfusionMatrix.Of(scores, Tensor.From([1, 1], 2));
        Assert.Equal((1, 1), (matrix[1, 1], matrix[1, 0]));
    }

    [Fact]
    public void Confusion_WhatDoesNotFit_IsRefused()
    {
        static string Refused(int[] predicted, int[] actual, int? classes = null) =>
            Assert.Throws<DataException>(() => ConfusionMatrix.Of(predicted, actual, classes)).Message;
        Assert.Equal("confusion matrix: predicted and actual must have the same rows, but there are 1 and 2", Refused([0], [0, 1]));
        Assert.Equal("confusion matrix: classes must be from 0 to 1, but row 1 has 2", Refused([0, 2], [0, 1], 2));
        Assert.Equal("confusion matrix: classes must be from 0 to 0, but row 0 has -1", Refused([0, 0], [-1, 0]));
        Assert.Equal("confusion matrix: rows must be at least 1, got 0", Refused([], []));
    }

    [Fact]
    public void Roc_FourRows_HasTheAreaOfItsPairs()
    {
        // Positive 0.35 and 0.8 against negative 0.1 and 0.4: of four pairs three are in order.
        RocCurve curve = RocCurve.Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true]);
        Assert.Equal(0.75, curve.Area, Rounding);
        Assert.Equal([(0, 0), (0, 0.5), (0.5, 0.5), (0.5, 1), (1, 1)], curve.Points);
    }

    [Fact]
    public void Roc_Ties_CountHalf()
    {
        // Positive 1 and 2 against negative 1 and 0: three pairs in order, one tie.
        Assert.Equal(3.5 / 4, RocCurve.Of([1, 2, 1, 0], [true, true, false, false]).Area, Rounding);
        Assert.Equal(0.5, RocCurve.Of(Tensor.Ones(4), Tensor.From([true, true, false, false], 4)).Area, Rounding);
    }

    [Fact]
    public void Roc_OneKindOrNaN_IsRefused()
    {
        Assert.Equal(
            "roc curve: there must be positive and negative rows, but 2 of 2 are positive",
            Assert.Throws<DataException>(() => RocCurve.Of([1, 2], [true, true])).Message);
        Assert.Throws<DataException>(() => RocCurve.Of([1, double.NaN], [true, false]));
    }

    [Fact]
    public void Calibration_OfTwoBins_IsTheWeightedGap()
    {
        // (0, 0.5]: 0.2 and 0.4, one came true: |1 - 0.6|; (0.5, 1]: 0.9, 0.7 and 0.8, two: |2 - 2.4|. Together 0.8 of 5 rows.
        Calibration calibration = Calibration.Of([0.2, 0.9, 0.4, 0.7, 0.8], [false, true, true, true, false], bins: 2);
        Assert.Equal(0.8 / 5, calibration.ExpectedError, Rounding);
        Assert.Equal([2, 3], calibration.Bins.Select(bin => bin.Count));
        Assert.Equal((0.5, 1.0), (calibration.Bins[1].Low, calibration.Bins[1].High));
        Assert.Equal(0.8, calibration.Bins[1].MeanProbability, Rounding);
        Assert.Equal(2.0 / 3, calibration.Bins[1].Share.Estimate, Rounding);
    }

    [Fact]
    public void Calibration_EdgesBelongToTheBinBelow()
    {
        Calibration calibration = Calibration.Of([0, 0.1, 0.5, 1], [false, false, true, true]);
        Assert.Equal([(0.0, 0.1), (0.4, 0.5), (0.9, 1.0)], calibration.Bins.Select(bin => (bin.Low, bin.High)));
        Assert.Equal(
            "calibration: probabilities must be from 0 to 1, but row 1 has 1.5",
            Assert.Throws<DataException>(() => Calibration.Of([0, 1.5], [false, true])).Message);
    }

    [Fact]
    public void OfResamples_OfAMean_IsNearTheFormula()
    {
        double[] values = Tensor.Randn(new Generator(5), 400).ToArray();
        Interval drawn = Interval.OfResamples(400, rows => rows.Average(row => values[row]), new Generator(1), resamples: 4000);
        Interval formula = Interval.OfMean(values);
        Assert.Equal(formula.Estimate, drawn.Estimate, Rounding);
        // The ends are quantiles of 4000 draws, whose own error is about 0.05 / √4000 · 2.7 = 0.002.
        Assert.Equal(formula.Low, drawn.Low, 0.01);
        Assert.Equal(formula.High, drawn.High, 0.01);
    }

    [Fact]
    public void Intervals_SameSeed_AreTheSameAndHoldTheEstimate()
    {
        Interval Of(ulong seed) => Matrix.Interval(matrix => matrix.MacroF1, new Generator(seed));
        Assert.Equal(Of(1), Of(1));
        Assert.NotEqual(Of(1), Of(2));
        Assert.True(Of(1).Contains(Matrix.MacroF1));
        Assert.True(RocCurve.Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true]).AreaInterval(new Generator(1)).Contains(0.75));
        Interval error = Calibration.Of([0.2, 0.9, 0.4], [false, true, true]).ExpectedErrorInterval(new Generator(1));
        Assert.InRange(error.Estimate, error.Low, error.High);
        Tensor actual = Tensor.Arange(20).To(DType.Float64), predicted = actual + Tensor.Randn(new Generator(2), 20).To(DType.Float64);
        Interval squared = RegressionError.Interval(predicted, actual, RegressionError.RSquared, new Generator(1));
        Assert.Equal(RegressionError.RSquared(predicted, actual), squared.Estimate, Rounding);
        Assert.InRange(squared.Estimate, squared.Low, squared.High);
    }
}
