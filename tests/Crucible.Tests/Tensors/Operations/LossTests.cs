using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class LossTests
{
    private static readonly Tensor Logits = Tensor.Of(new[,] { { 0, Math.Log(3) }, { Math.Log(7), 0 }, { 0, 0 } }, DType.Float64);

    private static readonly double[] Losses = [Math.Log(4.0 / 3), Math.Log(8), Math.Log(2)];

    private static Tensor Targets => Tensor.Of(new[] { 1, 1, 0 });

    [Fact]
    public void MeanSquaredError_EqualsHandValues()
    {
        // differences 1 -2 0 3: squares 1 4 0 9, sum 14, mean 3.5; derivative of the mean 2·difference / 4
        (Tensor? p, Tensor? t) = (Expect.Vector(2, 1, 5, 3), Expect.Vector(1, 3, 5, 0));
        Expect.Close(p.MeanSquaredError(t), 0, 3.5);
        Expect.Close(p.MeanSquaredError(t, LossReduction.Sum), 0, 14);
        Expect.Close(p.MeanSquaredError(t, LossReduction.None), 0, 1, 4, 0, 9);
        Expect.Close(Expect.Derivative(x => x.MeanSquaredError(t), p), 0, 0.5, -1, 0, 1.5);
        Expect.Close(Expect.Derivative(x => p.MeanSquaredError(x, LossReduction.Sum), t), 0, -2, 4, 0, -6);
    }

    [Fact]
    public void MeanSquaredError_OfManyElements_IsAccurateInFloat32() =>
        // 100 000 · 0.1² / 100 000
        Expect.Close(Tensor.Full([100_000], 0.1).MeanSquaredError(Tensor.Zeros(100_000)), Expect.Rounding32, 0.01);

    [Fact]
    public void MeanSquaredError_ColumnAgainstVector_IsNotBroadcast()
    {
        Expect.Error<ShapeException>(
            "meanSquaredError: prediction and target must have the same shape, but are [3, 1] and [3]; reshape the target to [3, 1]",
            () => Tensor.Zeros(3, 1).MeanSquaredError(Tensor.Zeros(3)));
        Expect.Error<ShapeException>(
            "meanSquaredError: prediction and target must have the same shape, but are [3] and [2]",
            () => Tensor.Zeros(3).MeanSquaredError(Tensor.Zeros(2)));
    }

    [Fact]
    public void BinaryCrossEntropy_EqualsHandValues()
    {
        // σ(ln 3) = ¾: -ln ¾ for truth 1, -ln ¼ for truth 0, -½ ln ¾ - ½ ln ¼ for ½
        (Tensor? x, Tensor? t) = (Expect.Vector(Math.Log(3), Math.Log(3), Math.Log(3)), Expect.Vector(1, 0, 0.5));
        Expect.Close(
            x.BinaryCrossEntropyWithLogits(t, LossReduction.None),
            Expect.Rounding64,
            Math.Log(4.0 / 3),
            Math.Log(4),
            Math.Log(4) - (0.5 * Math.Log(3)));
        // σ(x) - t
        Expect.Close(Expect.Derivative(p => p.BinaryCrossEntropyWithLogits(t, LossReduction.Sum), x), Expect.Rounding64, -0.25, 0.75, 0.25);
    }

    [Fact]
    public void BinaryCrossEntropy_LargeLogits_StaysFinite() => Expect.Close(
        Expect.Vector(1000, -1000, 1000, -1000).BinaryCrossEntropyWithLogits(Expect.Vector(1, 0, 0, 1), LossReduction.None), 0, 0, 0, 1000,
        1000);

    [Fact]
    public void CrossEntropy_EqualsHandValues()
    {
        // probabilities ¼ ¾, ⅞ ⅛, ½ ½; targets 1 1 0: -ln ¾, -ln ⅛, -ln ½
        Expect.Close(Logits.CrossEntropy(Targets, LossReduction.None), Expect.Rounding64, Losses);
        Expect.Close(Logits.CrossEntropy(Targets, LossReduction.Sum), Expect.Rounding64, Losses.Sum());
        Expect.Close(Logits.CrossEntropy(Targets), Expect.Rounding64, Losses.Average());
        // (softmax - one-hot) / 3
        Expect.Close(
            Expect.Derivative(x => x.CrossEntropy(Targets), Logits) * 3.0, Expect.Rounding64, 0.25, -0.25, 0.875, -0.875, -0.5, 0.5);
    }

    [Fact]
    public void CrossEntropy_IgnoredRows_CountNeitherInLossNorMeanNorGradient()
    {
        Tensor targets = Tensor.Of(new[] { 1, -100, 0 });
        Expect.Close(Logits.CrossEntropy(targets, ignoredIndex: -100), Expect.Rounding64, (Losses[0] + Losses[2]) / 2);
        Expect.Close(
            Expect.Derivative(x => x.CrossEntropy(targets, ignoredIndex: -100), Logits) * 2.0,
            Expect.Rounding64,
            0.25,
            -0.25,
            0,
            0,
            -0.5,
            0.5);
    }

    [Fact]
    public void CrossEntropy_NothingButIgnoredRows_HasMeanNaNAndSumZero()
    {
        Tensor targets = Tensor.Of(new[] { 1, 1, 1 });
        Expect.Close(Logits.CrossEntropy(targets, ignoredIndex: 1), 0, double.NaN);
        Expect.Close(Logits.CrossEntropy(targets, LossReduction.Sum, ignoredIndex: 1), 0, 0);
    }

    [Fact]
    public void CrossEntropy_ClassWeights_WeighRowsAndDivideTheMean()
    {
        // weights 2 of class 0, 3 of class 1; targets 1 1 0: weights 3 3 2, together 8
        Tensor weights = Expect.Vector(2, 3);
        Expect.Close(
            Logits.CrossEntropy(Targets, LossReduction.None, classWeights: weights),
            Expect.Rounding64,
            3 * Losses[0],
            3 * Losses[1],
            2 * Losses[2]);
        Expect.Close(
            Logits.CrossEntropy(Targets, classWeights: weights),
            Expect.Rounding64,
            ((3 * Losses[0]) + (3 * Losses[1]) + (2 * Losses[2])) / 8);
    }

    [Fact]
    public void CrossEntropy_LabelSmoothing_SpreadsTheTarget() =>
        // ε = ½ of two classes: ¾ on the target and ¼ on the other; first row -¾ ln ¾ - ¼ ln ¼
        Expect.Close(
            Logits.CrossEntropy(Targets, LossReduction.None, labelSmoothing: 0.5),
            Expect.Rounding64,
            (0.75 * Math.Log(4.0 / 3)) + (0.25 * Math.Log(4)),
            (0.75 * Math.Log(8)) + (0.25 * Math.Log(8.0 / 7)),
            Math.Log(2));

    [Fact]
    public void CrossEntropy_SmoothingWeightsAndIgnoredIndex_WorkTogether()
    {
        // The ignored class keeps its weight in the smoothed part of other rows. ε = ½, weights 2 3, class 0 ignored:
        // only rows 0 and 1 count. row 0: -(¾·3 ln ¾ + ¼·2 ln ¼); row 1: -(¾·3 ln ⅛ + ¼·2 ln ⅞); divided by the
        // targets' weights 3 + 3
        double expected = (2.25 * Math.Log(4.0 / 3)) + (0.5 * Math.Log(4)) + (2.25 * Math.Log(8)) + (0.5 * Math.Log(8.0 / 7));
        Tensor loss = Logits.CrossEntropy(Targets, labelSmoothing: 0.5, ignoredIndex: 0, classWeights: Expect.Vector(2, 3));
        Expect.Close(loss, Expect.Rounding64, expected / 6);
    }

    [Fact]
    public void CrossEntropy_LargeOrMaskedLogits_StaysFinite()
    {
        Tensor logits = Tensor.Of(new[,] { { 1e300, 0 }, { 1e300, -1e300 }, { 0, double.NegativeInfinity } }, DType.Float64);
        Tensor targets = Tensor.Of(new[] { 0, 0, 0 });
        Expect.Close(logits.CrossEntropy(targets, LossReduction.None), 0, 0, 0, 0);
        Expect.Close(Expect.Derivative(x => x.CrossEntropy(targets), logits), 0, 0, 0, 0, 0, 0, 0);
    }

    [Fact]
    public void CrossEntropy_WrongTargets_AreNamed()
    {
        Expect.Error<ShapeException>("crossEntropy: targets must be classes from 0 to 1, but element 2 is 2", () =>
            Logits.CrossEntropy(Tensor.Of(new[] { 0, 1, 2 })));
        Expect.Error<ShapeException>("crossEntropy: targets must be classes from 0 to 1, but element 0 is -1", () =>
            Logits.CrossEntropy(Tensor.Of(new[] { -1, 1, 1 })));
        Expect.Error<ShapeException>(
            "crossEntropy: targets must have the logits' shape without its last axis, the classes, but are [3, 1] and the logits are [3, 2]",
            () => Logits.CrossEntropy(Tensor.Of(new[,] { { 0 }, { 1 }, { 1 } })));
        Expect.Error<DTypeException>("crossEntropy: targets must be int32 class numbers, but are float32; convert with To", () =>
            Logits.CrossEntropy(Tensor.Zeros(3)));
    }

    public static TheoryData<LossReduction, double, bool, bool> Kinds => new(
        from reduction in Enum.GetValues<LossReduction>()
        from smoothing in new[] { 0.0, 0.2 }
        from isWeighted in new[] { false, true }
        from createGraph in new[] { false, true }
        select (reduction, smoothing, isWeighted, createGraph));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void CrossEntropy_WhatStandsInAnIgnoredRow_ReachesNeitherLossNorGradient(
        LossReduction reduction, double smoothing, bool isWeighted, bool createGraph)
    {
        (double[] Loss, double[] Gradient) Of(double ignored)
        {
            Tensor logits = Tensor.Of(new[,] { { 0, 1.0 }, { ignored, 0 }, { 2, 0 } }, DType.Float64).AsParameter();
            Tensor weights = Expect.Vector(2, 3);
            Tensor targets = Tensor.Of(new[] { 1, -100, 0 });
            Tensor loss = logits.CrossEntropy(targets, reduction, smoothing, ignoredIndex: -100, isWeighted ? weights : null);
            double[] values = loss.ToArray();
            return (values, loss.Sum().Gradients([logits], createGraph)[0].ToArray());
        }

        foreach (double special in new[] { double.NegativeInfinity, double.PositiveInfinity, double.NaN })
        {
            (double[] loss, double[] gradient) = Of(special);
            Assert.Equal(Of(0.0).Loss, loss);
            Assert.Equal(Of(0.0).Gradient, gradient);
            Assert.Equal([0.0, 0.0], gradient[2..4]);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void CrossEntropy_OfIgnoredRowsOnly_HasGradientZero(LossReduction reduction, double smoothing, bool isWeighted, bool createGraph)
    {
        Tensor logits = Logits.Clone().AsParameter();
        Tensor? weights = isWeighted ? Expect.Vector(2, 3) : null;
        Tensor loss = logits.CrossEntropy(Tensor.Of(new[] { 7, 7, 7 }), reduction, smoothing, ignoredIndex: 7, weights);
        Assert.All(loss.ToArray(), value => Assert.Equal(reduction == LossReduction.Mean ? double.NaN : 0.0, value));
        Assert.All(loss.Sum().Gradients([logits], createGraph)[0].ToArray(), value => Assert.Equal(0.0, value));
    }

    [Fact]
    public void CrossEntropy_WrongOptions_AreNamed()
    {
        Expect.Error<OptionException>("crossEntropy: labelSmoothing must be between 0 and 1, but is 1.5", () =>
            Logits.CrossEntropy(Targets, labelSmoothing: 1.5));
        Expect.Error<ShapeException>("crossEntropy: class weights must be one for each class, [2], but are [3]", () =>
            Logits.CrossEntropy(Targets, classWeights: Expect.Vector(1, 1, 1)));
        Expect.Error<GradientException>(
            "crossEntropy: class weights have no derivative; detach them with Detach()",
            () => Logits.CrossEntropy(Targets, classWeights: Expect.Vector(1, 1).AsParameter()));
    }

    [Fact]
    public void CrossEntropy_OfMoreAxes_IsThatOfTheirRows()
    {
        Tensor rows = Expect.Vector(0.5, -1, 2, 1, 1, 0, -2, 0.25, 3, 0, 1, 2).Reshape(4, 3);
        Tensor targets = Tensor.Of(new[] { 0, 2, 1, 2 });
        Tensor weights = Expect.Vector(1, 2, 0.5);
        double expected = rows.CrossEntropy(targets, labelSmoothing: 0.1, classWeights: weights).ToDouble();
        Tensor found = rows.Reshape(2, 2, 3).CrossEntropy(targets.Reshape(2, 2), labelSmoothing: 0.1, classWeights: weights);
        Expect.Close(found, Expect.Rounding64, expected);
    }

    [Fact]
    public void CrossEntropy_CompletelySmoothed_IsTheMeanOverClasses() =>
        // ½ (ln(1 + e) + ln(1 + 1/e)) = ln(1 + e) - ½
        Expect.Close(
            Expect.Vector(1, 0).Reshape(1, 2).CrossEntropy(Tensor.Of(new[] { 0 }), labelSmoothing: 1.0),
            Expect.Rounding64,
            Math.Log(1 + Math.E) - 0.5);

    [Fact]
    public void Losses_OfOtherTypesOrShapes_AreRefusedUnderTheirNames()
    {
        const string types = ": element types must be equal, but a is float64 and b is float32; convert one with To";
        Tensor x = Expect.Vector(1, 2);
        Expect.Error<DTypeException>("meanSquaredError" + types, () => x.MeanSquaredError(Tensor.Ones(2)));
        Expect.Error<DTypeException>("binaryCrossEntropyWithLogits" + types, () => x.BinaryCrossEntropyWithLogits(Tensor.Ones(2)));
        Expect.Error<DTypeException>("crossEntropy" + types, () => Logits.CrossEntropy(Targets, classWeights: Tensor.Ones(2)));
        Expect.Error<ShapeException>(
            "binaryCrossEntropyWithLogits: prediction and target must have the same shape, but are [2] and [3]",
            () => x.BinaryCrossEntropyWithLogits(Expect.Vector(1, 2, 3)));
        Tensor whole = Tensor.Of(new[] { 1, 2 });
        const string notFloat = ": elements must be float32 or float64, but are int32; convert with To";
        Expect.Error<DTypeException>("meanSquaredError" + notFloat, () => whole.MeanSquaredError(whole));
        Expect.Error<DTypeException>("binaryCrossEntropyWithLogits" + notFloat, () => whole.BinaryCrossEntropyWithLogits(whole));
        Expect.Error<DTypeException>("crossEntropy" + notFloat, () => Tensor.Of(new[,] { { 1, 2 } }).CrossEntropy(Tensor.Of(new[] { 1 })));
    }
}
