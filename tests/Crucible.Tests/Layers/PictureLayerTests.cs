using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Layers;

/// <summary>Layers of pictures and the two models made of them.</summary>
public class PictureLayerTests
{
    private static Tensor Pictures(int examples, int channels, int size) =>
        Tensor.Randn(new Generator(5), examples, channels, size, size);

    [Fact]
    public void Conv2d_Options_ReachTheOperationAndTheText()
    {
        Conv2d layer = new(4, 6, 3, new(1), new() { Stride = 2, Padding = 1, Groups = 2, HasBias = false });
        Assert.Equal("Conv2d(4, 6, 3×3, stride 2, padding 1, no bias)", layer.ToString());
        Tensor x = Pictures(2, 4, 7);
        Tensor expected = x.Conv2d(layer.Weight, null, stride: 2, padding: 1, groups: 2);
        Assert.Equal([2, 6, 4, 4], layer.Forward(x).Shape);
        Assert.Equal(expected.ToArray(), layer.Forward(x).ToArray());
        Assert.Null(layer.Bias);
    }

    [Fact]
    public void WrongSizes_AreRefusedInOneLine()
    {
        Assert.Equal(
            "conv2d: groups must be a divisor of 3 inputs and 4 outputs, but is 2",
            Assert.Throws<OptionException>(() => new Conv2d(3, 4, 3, new(1), new() { Groups = 2 })).Message);
        Assert.Equal(
            "conv2d: the input must be [examples, channels, height, width], but is [3, 4]",
            Assert.Throws<ShapeException>(() => new Conv2d(3, 4, 3, new(1)).Forward(Tensor.Ones(3, 4))).Message);
        Assert.Equal(
            "conv2d: a window must fit the input with its padding, but a window spans 5 and the input [1, 1, 2, 9] with padding 1 has 4",
            Assert.Throws<ShapeException>(() => Tensor.Ones(1, 1, 2, 9).Conv2d(Tensor.Ones(1, 1, 5, 5), padding: 1)).Message);
        Assert.Equal(
            "maxPool2d: padding must be at most half the window of 2, but is 2",
            Assert.Throws<OptionException>(() => Tensor.Ones(4, 4).MaxPool2d(2, padding: 2)).Message);
        Assert.Equal(
            "maxPool2d: the input must be [… height, width] with at least 1 row and 1 column, but is [2, 0, 3]",
            Assert.Throws<ShapeException>(() => Tensor.Ones(2, 0, 3).MaxPool2d(2, padding: 1)).Message);
        Assert.Equal(
            "visionTransformer: size must be a multiple of the patch 5, but is 28",
            Assert.Throws<OptionException>(() => new VisionTransformer(new() { Classes = 10, Patch = 5 }, new(1))).Message);
        Assert.Equal(
            "convolutionalNetwork: size must be large enough to be halved 3 times, but is 7",
            Assert.Throws<OptionException>(() =>
                new ConvolutionalNetwork(new() { Classes = 10, Size = 7, Filters = [1, 1, 1] }, new(1))).Message);
    }

    [Fact]
    public void MaxPool2d_TiesAndNaN_TakeTheFirstAndNaN()
    {
        Tensor x = Tensor.Of(new[,] { { 1.0, 3, double.NaN, 0 }, { 3, 2, 1, 0 } }).AsParameter();
        Tensor y = x.MaxPool2d(2);
        Assert.Equal([3, double.NaN], y.ToArray());
        y.Sum().Backward();
        Assert.Equal([0, 1, 1, 0, 0, 0, 0, 0], x.Gradient!.ToArray());
    }

    [Fact]
    public void PatchEmbedding_IsAConvolutionWhoseStrideIsItsWindow()
    {
        PatchEmbedding layer = new(3, 4, 10, new(1));
        Tensor x = Pictures(2, 3, 8);
        Tensor filters = layer.Parameters[0].Transpose(0, 1).Reshape(10, 3, 4, 4);
        Tensor expected = x.Conv2d(filters, layer.Parameters[1], stride: 4).Flatten(2).Transpose(1, 2); // [B, T, C]
        Assert.Equal([2, 4, 10], layer.Forward(x).Shape);
        Assert.True((expected - layer.Forward(x)).Abs().Max().ToDouble() < 1e-5);
    }

    [Fact]
    public void GlobalAveragePool_IsTheMeanOfEachChannel() => Assert.Equal(
        [1.5, 5.5], new GlobalAveragePool().Forward(Tensor.Arange(8).Reshape(1, 2, 2, 2)).ToArray());

    [Fact]
    public void VisionTransformer_AttentionRolledOut_IsOneShareATokenOfEachPicture()
    {
        VisionTransformer model = new(new() { Classes = 10, Size = 12, Layers = 2 }, new(1));
        AttentionMaps maps = new();
        Tensor logits = model.Forward(Pictures(3, 1, 12), Pass.Evaluation.With(maps));
        Assert.Equal([3, 10], logits.Shape);
        Assert.Equal(2, maps.Weights.Count);
        Assert.Equal([3, 4, 10, 10], maps.Weights[0].Shape);
        Tensor shares = maps.RollOut();
        Assert.Equal([3, 10, 10], shares.Shape);
        Assert.All(shares.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-5));
        Assert.Equal([10, 64], model.Positions.Shape);
    }

    [Fact]
    public void VisionTransformer_RollOut_IsTheClassTokensShareOfEachPatch()
    {
        VisionTransformer model = new(new() { Classes = 10, Size = 12, Layers = 2 }, new(1));
        Tensor x = Pictures(3, 1, 12);
        AttentionMaps maps = new();
        model.Forward(x, Pass.Evaluation.With(maps));
        double[] shares = maps.RollOut().Select(0, 2).Select(0, 0).ToArray(); // of the third picture's class token
        Tensor looked = model.RollOut(x);
        Assert.Equal([3, 3, 3], looked.Shape);
        Assert.All(looked.Sum([1, 2]).ToArray(), sum => Assert.Equal(1, sum, 1e-5));
        Assert.Equal(shares[6] / (1 - shares[0]), looked[2, 1, 2].ToDouble(), 1e-5); // patch 5, behind the class token
    }

    [Fact]
    public void VisionTransformer_PositionSimilarities_AreCosinesOfThePatchesVectors()
    {
        VisionTransformer model = new(new() { Classes = 10, Size = 12, Layers = 1 }, new(1));
        Tensor cosines = model.PositionSimilarities();
        double[] a = model.Positions.Select(0, 1 + 2).ToArray(), b = model.Positions.Select(0, 1 + 7).ToArray();
        double Dot(double[] u, double[] v) => u.Zip(v, (p, q) => p * q).Sum();
        Assert.Equal([3, 3, 3, 3], cosines.Shape);
        Assert.Equal(Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b)), cosines[0, 2, 2, 1].ToDouble(), 1e-5);
        Assert.Equal(1, cosines[1, 1, 1, 1].ToDouble(), 1e-5);
    }

    [Fact]
    public void RollOut_OfMeanWeights_IsTheProductWithHalfPassingBy()
    {
        // Two tokens, one head that looks at the first: (W + 1) / 2 = [1 0; ½ ½], twice: [1 0; ¾ ¼].
        AttentionMaps maps = new();
        for (int layer = 0; layer < 2; layer++) maps.Add(Tensor.Of(new[,] { { 1.0, 0 }, { 1, 0 } }).Reshape(1, 1, 2, 2));
        Assert.Equal([1, 0, 0.75, 0.25], maps.RollOut().ToArray());
        Assert.Throws<ShapeException>(() => new AttentionMaps().RollOut());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BothModels_LearnBarsFromStripes(bool isConvolutional)
    {
        // Rows or columns of 8×8 pictures are lit.
        Generator generator = new(3);
        Tensor kinds = Tensor.Init([64], index => index[0] % 2, DType.Int32);
        Tensor x = Tensor.Init([64, 1, 8, 8], index => index[index[0] % 2 == 0 ? 2 : 3] % 4 == index[0] / 2 % 4 ? 1 : 0);
        Layer model = isConvolutional
            ? new ConvolutionalNetwork(new() { Classes = 2, Size = 8, Filters = [4, 8] }, generator)
            : new VisionTransformer(new() { Classes = 2, Size = 8, Width = 16, Heads = 2, Layers = 1 }, generator);
        Crucible.Optimizers.Adam optimizer = new(model.Parameters, new() { LearningRate = 1e-2 });
        double loss = 0;
        for (int step = 0; step < 60; step++)
        {
            optimizer.ZeroGradients();
            Tensor value = Loss.CrossEntropy(model.Forward(x, Pass.Training(generator)), kinds);
            value.Backward();
            optimizer.Step();
            loss = value.ToDouble();
        }

        Assert.InRange(loss, 0, 0.05);
        Assert.Equal(kinds.ToArray(), model.Forward(x).ArgMax(1).ToArray());
    }
}
