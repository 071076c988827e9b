using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class ActivationTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Relu_EqualsHandValues()
    {
        Expect.Close(Expect.Vector(-2, 0, 3, -Infinity, Infinity, double.NaN).Relu(), 0, 0, 0, 3, 0, Infinity, double.NaN);
        Expect.Close(Expect.Derivative(x => x.Relu(), Expect.Vector(-2, 0, 3)), 0, 0, 0, 1);
    }

    [Fact]
    public void LeakyRelu_EqualsHandValues()
    {
        Expect.Close(Expect.Vector(-2, 0, 3).LeakyRelu(), 0, -0.02, 0, 3);
        Expect.Close(Expect.Derivative(x => x.LeakyRelu(0.25), Expect.Vector(-2, 0, 3)), 0, 0.25, 0.25, 1);
    }

    [Fact]
    public void ParametricRelu_EqualsHandValues()
    {
        Tensor x = Tensor.Of(new[,] { { -2.0, 4 }, { 3, -6 } }, DType.Float64).AsParameter();
        Tensor slope = Expect.Vector(0.5, 0.25).AsParameter();
        Tensor result = x.ParametricRelu(slope);
        // -2·0.5, 4; 3, -6·0.25
        Expect.Close(result, 0, -1, 4, 3, -1.5);
        Tensor[] gradients = result.Sum().Gradients([x, slope]);
        Expect.Close(gradients[0], 0, 0.5, 1, 1, 0.25);
        // column sums of min(x, 0)
        Expect.Close(gradients[1], 0, -2, -6);
    }

    [Fact]
    public void ParametricRelu_SlopeOfAnotherSize_IsNamed() => Expect.Error<ShapeException>(
        "parametricRelu: the slope must be one value or one for each channel of the last axis, but is [3] and the input is [3, 2]",
        () => Tensor.Zeros(3, 2).ParametricRelu(Tensor.Zeros(3)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Elu_FarBelowZeroInFloat32_HasDerivativeExp(bool createGraph)
    {
        // e⁻¹⁸ = 1.523e-8, which float32 loses beside 1.
        Tensor x = Tensor.Of(new[] { -18f, float.PositiveInfinity, float.NegativeInfinity, -80f }).AsParameter();
        double[] derivative = x.Elu().Sum().Gradients([x], createGraph)[0].ToArray();
        Assert.Equal(1.0, derivative[0] / Math.Exp(-18.0), 1e-6);
        Assert.Equal([1.0, 0.0], derivative[1..3]);
        Assert.Equal(1.0, derivative[3] / Math.Exp(-80.0), 1e-6);
        Assert.Equal(1.0, x.Expm1().Sum().Gradients([x], createGraph)[0].ToArray()[0] / Math.Exp(-18.0), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gates_AtInfinity_HaveTheirLimits(bool createGraph)
    {
        Func<Tensor, Tensor>[] gates = [x => x.Silu(), x => x.Gelu(), x => x.Gelu(approximate: true), SwiGluOfOnes];
        foreach (Func<Tensor, Tensor> gate in gates)
        {
            Tensor x = Expect.Vector(double.PositiveInfinity, double.NegativeInfinity, 1e6, -1e6).AsParameter();
            Tensor y = gate(x);
            Assert.Equal([double.PositiveInfinity, 0.0, 1e6, 0.0], y.ToArray().Select(value => value + 0.0));
            Assert.Equal([1.0, 0.0, 1.0, 0.0], y.Sum().Gradients([x], createGraph)[0].ToArray().Select(value => value + 0.0));
        }

        static Tensor SwiGluOfOnes(Tensor x) => Tensor.Concat([x.Unsqueeze(1), Tensor.OnesLike(x).Unsqueeze(1)], 1).SwiGlu().Squeeze(1);
    }

    [Fact]
    public void Elu_EqualsHandValues()
    {
        // 2 (e⁻¹ - 1) = -1.2642411176571153
        Expect.Close(
            Expect.Vector(-1, 0, 3, -Infinity, Infinity, double.NaN).Elu(2),
            Expect.Rounding64,
            -1.2642411176571153,
            0,
            3,
            -2,
            Infinity,
            double.NaN);
        Expect.Close(Expect.Derivative(x => x.Elu(2), Expect.Vector(-1, 3, -1000, 1000)), Expect.Rounding64, 2 * Math.Exp(-1), 1, 0, 1);
    }

    [Fact]
    public void Gelu_EqualsHandValues()
    {
        // 1·Φ(1) = 0.8413447460685429, -1·Φ(-1) = -0.15865525393145705
        Expect.Close(
            Expect.Vector(1, -1, 0, Infinity, -Infinity, double.NaN).Gelu(),
            Expect.Rounding64,
            0.8413447460685429,
            -0.15865525393145705,
            0,
            Infinity,
            0,
            double.NaN);
        // Φ(1) + φ(1) = 0.8413447460685429 + 0.24197072451914337
        Expect.Close(
            Expect.Derivative(x => x.Gelu(), Expect.Vector(1, 0, Infinity, -Infinity)), Expect.Rounding64, 1.0833154705876863, 0.5, 1, 0);
    }

    [Fact]
    public void Gelu_Approximate_EqualsHandValues()
    {
        // ½ (1 + tanh(0.7978845608 · 1.044715)) = ½ (1 + tanh 0.8335629...) = 0.8411919906
        double expected = 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * 1.044715));
        Expect.Close(
            Expect.Vector(1, -1, 0, Infinity, -Infinity, double.NaN).Gelu(approximate: true),
            Expect.Rounding64,
            expected,
            expected - 1,
            0,
            Infinity,
            0,
            double.NaN);
        Expect.Close(
            Expect.Derivative(x => x.Gelu(approximate: true), Expect.Vector(0, Infinity, -Infinity)), Expect.Rounding64, 0.5, 1, 0);
    }

    [Fact]
    public void Silu_EqualsHandValues()
    {
        // 1 / (1 + e⁻¹) = 0.7310585786300049
        Expect.Close(
            Expect.Vector(1, -1, 0, Infinity, -Infinity, double.NaN).Silu(),
            Expect.Rounding64,
            0.7310585786300049,
            0.7310585786300049 - 1,
            0,
            Infinity,
            0,
            double.NaN);
        Expect.Close(Expect.Derivative(x => x.Silu(), Expect.Vector(0, Infinity, -Infinity)), Expect.Rounding64, 0.5, 1, 0);
    }

    [Fact]
    public void Softplus_LargeInput_HasDerivativesOfItsAsymptotes() =>
        Expect.Close(Expect.Derivative(x => x.Softplus(), Expect.Vector(-1000, 0, 1000)), Expect.Rounding64, 0, 0.5, 1);
}
