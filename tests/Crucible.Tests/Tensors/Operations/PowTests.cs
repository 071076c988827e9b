using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class PowTests
{
    [Theory]
    [InlineData(0, new[] { 1.0, 1, 1 })]
    [InlineData(1, new[] { -3.0, 0, 7 })]
    [InlineData(2, new[] { 9.0, 0, 49 })]
    [InlineData(3, new[] { -27.0, 0, 343 })]
    [InlineData(4, new[] { 81.0, 0, 2401 })]
    [InlineData(5, new[] { -243.0, 0, 16807 })]
    [InlineData(-1, new[] { -1.0 / 3, double.PositiveInfinity, 1.0 / 7 })]
    public void Pow_WholeExponents_IsExact(double exponent, double[] expected)
    {
        Expect.Close(Expect.Vector(-3, 0, 7).Pow(exponent), 0, expected);
        Expect.Close(Tensor.Of(new[] { -3f, 0, 7 }).Pow(exponent), 0, [.. expected.Select(value => (double)(float)value)]);
    }

    [Fact]
    public void Pow_Edges_AreThoseOfIeee754() =>
        Expect.Close(Expect.Vector(-8, 4, double.PositiveInfinity, 0).Pow(0.5), 0, double.NaN, 2, double.PositiveInfinity, 0);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1.5, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    public void Pow_AtZero_HasTheRightDerivative(double exponent, double expected) =>
        // n 0ⁿ⁻¹: 0 for n = 0, 1 for n = 1, 0 above
        Expect.Close(Expect.Derivative(x => x.Pow(exponent), Expect.Vector(0)), 0, expected);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 0)]
    public void Pow_AtZero_HasTheRightSecondDerivative(double exponent, double expected)
    {
        // n (n - 1) 0ⁿ⁻²: 0 for n = 1, 2 for n = 2, 0 for n = 3
        Tensor x = Expect.Vector(0).AsParameter();
        Tensor first = x.Pow(exponent).Sum().Gradients([x], createGraph: true)[0];
        Expect.Close(first.Sum().Gradients([x])[0], 0, expected);
    }

    [Fact]
    public void Pow_OfTensors_EqualsHandValues() =>
        // 2³ = 8, 9^½ = 3, 0⁰ = 1, (-2)² = 4
        Expect.Close(Expect.Vector(2, 9, 0, -2).Pow(Expect.Vector(3, 0.5, 0, 2)), 0, 8, 3, 1, 4);

    [Fact]
    public void Pow_OfANumber_EqualsHandValues() => Expect.Close(Tensor.Pow(2.0, Expect.Vector(-1, 0, 10)), 0, 0.5, 1, 1024);

    [Theory]
    [InlineData(DType.Float32, 1e-40)]
    [InlineData(DType.Float32, 0.0)]
    [InlineData(DType.Float64, 1e-310)]
    [InlineData(DType.Float64, double.Epsilon)]
    [InlineData(DType.Float64, double.NaN)]
    [InlineData(DType.Float64, double.PositiveInfinity)]
    public void Pow_OfAnyBaseAndExponentZero_HasDerivativeZero(DType dtype, double value)
    {
        Tensor a = Tensor.Full([2], value, dtype).AsParameter();
        Tensor result = a.Pow(Tensor.Zeros([2], dtype)).Sum();
        Assert.Equal([0.0, 0.0], result.Gradients([a], retainGraph: true)[0].ToArray());
        Assert.Equal([0.0, 0.0], result.Gradients([a], createGraph: true)[0].ToArray());
    }

    [Fact]
    public void Pow_AtExponentZero_HasTheMixedDerivative()
    {
        // ∂²(aᵇ)/∂a∂b = aᵇ⁻¹ (1 + b ln a) = 1/a at b = 0.
        (Tensor a, Tensor b) = (Expect.Vector(4).AsParameter(), Expect.Vector(0).AsParameter());
        Tensor first = a.Pow(b).Sum().Gradients([a], createGraph: true)[0];
        Expect.Close(first.Sum().Gradients([b])[0], Expect.Rounding64, 0.25);
    }

    [Fact]
    public void Pow_OfTensorsAtZero_HasFiniteDerivatives()
    {
        Tensor a = Expect.Vector(0, 0, 3).AsParameter();
        Tensor b = Expect.Vector(0, 2, 0).AsParameter();
        Tensor[] gradients = a.Pow(b).Sum().Gradients([a, b]);
        // b aᵇ⁻¹: 0 (b = 0), 2·0 = 0, 0·3⁻¹ = 0; aᵇ ln a: 0, 0 (a = 0), 3⁰ ln 3
        Expect.Close(gradients[0], 0, 0, 0, 0);
        Expect.Close(gradients[1], Expect.Rounding64, 0, 0, Math.Log(3));
    }
}
