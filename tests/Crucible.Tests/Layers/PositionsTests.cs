using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Layers;

public class PositionsTests
{
    // A sine or cosine and one operation of float64.
    private const double Rounding = 1e-14;

    [Fact]
    public void SinusoidalPositions_FourChannels_EqualHandValues()
    {
        SinusoidalPositions layer = new(3, 4, dtype: DType.Float64);
        double[] y = layer.Forward(Tensor.Zeros([2, 3, 4], DType.Float64)).ToArray();
        // Channels 0, 1 turn by 1 a position, channels 2, 3 by 1 / √10000 = 0.01.
        double[] expected =
        [
            0, 1, 0, 1, Math.Sin(1), Math.Cos(1), Math.Sin(0.01), Math.Cos(0.01), Math.Sin(2), Math.Cos(2),
            Math.Sin(0.02), Math.Cos(0.02)
        ];
        for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i % 12], y[i], Rounding);
        Assert.Equal("SinusoidalPositions(3, 4)", layer.ToString());
    }

    [Fact]
    public void LearnedPositions_ShorterInput_AddsTheFirstRows()
    {
        LearnedPositions layer =
            new(3, 2, new(1), new("ramp", (shape, dtype, _) => Tensor.Init(shape, index => (10 * index[0]) + index[1], dtype)));
        Tensor y = layer.Forward(Tensor.Ones(2, 2, 2));
        Assert.Equal([1.0, 2, 11, 12, 1, 2, 11, 12], y.ToArray());
        y.Sum().Backward();
        Assert.Equal([2.0, 2, 2, 2, 0, 0], layer.Weight.Gradient!.ToArray());
        Assert.Equal("LearnedPositions(3, 2)", layer.ToString());
    }

    [Fact]
    public void RotaryPositions_TwoRows_EqualHandValues()
    {
        RotaryPositions layer = new(4, 4, dtype: DType.Float64);
        double[] y = layer.Forward(Tensor.Of(new[,] { { 1.0, 2, 3, 4 }, { 1, 2, 3, 4 } }, DType.Float64)).ToArray();
        // Position 1 turns (1, 3) by 1 and (2, 4) by 0.01.
        (double c, double s, double c2, double s2) = (Math.Cos(1), Math.Sin(1), Math.Cos(0.01), Math.Sin(0.01));
        double[] expected = [1, 2, 3, 4, c - (3 * s), (2 * c2) - (4 * s2), (3 * c) + s, (4 * c2) + (2 * s2)];
        for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], Rounding);
    }

    [Fact]
    public void RotaryPositions_ProductOfTwoRows_DependsOnTheirDistanceOnly()
    {
        RotaryPositions layer = new(20, 8, dtype: DType.Float64);
        (Tensor? q, Tensor? k) = (Tensor.Randn(new(1), [8], DType.Float64), Tensor.Randn(new(2), [8], DType.Float64));
        (Tensor? queries, Tensor? keys) = (layer.Forward(q.Expand(20, 8)), layer.Forward(k.Expand(20, 8)));
        Tensor products = queries.MatMul(keys, transposeB: true);
        for (int t = 3; t < 20; t++) Assert.Equal(products.Element(3 * 20), products.Element((t * 20) + t - 3), 1e-12);
    }

    [Fact]
    public void Positions_BeyondTheContext_AreRefused()
    {
        foreach (Layer layer in (Layer[])[new SinusoidalPositions(3, 4), new LearnedPositions(3, 4, new(1)), new RotaryPositions(3, 4)])
        {
            Assert.Equal(
                "positions: the input must have at most 3 positions, the context length, but has 4; shorten it, or build the model with a longer context",
                Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Zeros(1, 4, 4))).Message);
            Assert.EndsWith(
                "the input must be [… positions, 4], but is [1, 3, 5]",
                Assert.Throws<ShapeException>(() => layer.Forward(Tensor.Zeros(1, 3, 5))).Message);
        }
    }

    [Fact]
    public void Constructors_WrongNumbers_AreRefused()
    {
        Assert.Equal(
            "rotaryPositions: size must be even and 2 or more, but is 3",
            Assert.Throws<OptionException>(() => new RotaryPositions(4, 3)).Message);
        Assert.Equal(
            "sinusoidalPositions: context must be 1 or more, but is 0",
            Assert.Throws<OptionException>(() => new SinusoidalPositions(0, 4)).Message);
        Assert.Equal(
            "learnedPositions: size must be 1 or more, but is 0",
            Assert.Throws<OptionException>(() => new LearnedPositions(2, 0, new(1))).Message);
    }
}
