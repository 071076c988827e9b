using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class BoundsTests
{
    private const double Infinity = double.PositiveInfinity;

    [Fact]
    public void Clamp_HoldsBetweenBounds_AndKeepsNaN() =>
        Expect.Close(Expect.Vector(-3, -1, 0.5, 2, Infinity, double.NaN).Clamp(-1, 1), 0, -1, -1, 0.5, 1, 1, double.NaN);

    [Fact]
    public void Clamp_OneSided_TakesInfinity() => Expect.Close(Expect.Vector(-3, 5).Clamp(0, Infinity), 0, 0, 5);

    [Fact]
    public void Clamp_AtItsBounds_PassesTheGradient() =>
        Expect.Close(Expect.Derivative(x => x.Clamp(-1, 1), Expect.Vector(-2, -1, 0, 1, 2)), 0, 0, 1, 1, 1, 0);

    [Fact]
    public void Clamp_OfIntegers_StaysInteger()
    {
        Tensor clamped = Tensor.Of(new[] { -5, 2, 9 }).Clamp(-Infinity, 3);
        Assert.Equal(DType.Int32, clamped.DType);
        Assert.Equal([-5, 2, 3], clamped.ToArray());
    }

    [Fact]
    public void Clamp_WrongBounds_AreNamed()
    {
        Expect.Error<OptionException>("clamp: high must be at least the low 2, but is 1", () => Tensor.Zeros(2).Clamp(2, 1));
        Expect.Error<OptionException>("clamp: low must be a number, but is NaN", () => Tensor.Zeros(2).Clamp(double.NaN, 1));
        Expect.Error<OptionException>("clamp: high must be at least the low 0, but is NaN", () => Tensor.Zeros(2).Clamp(0, double.NaN));
        Expect.Error<OptionException>("clamp: low must be whole for an int32 tensor, but is 0.5", () =>
            Tensor.Of(new[] { 1 }).Clamp(0.5, 2));
    }

    [Fact]
    public void MaximumAndMinimum_Broadcast_AndLetNaNWin()
    {
        (Tensor? a, Tensor? b) = (Expect.Vector(1, double.NaN).Reshape(2, 1), Expect.Vector(0, 2, -Infinity));
        Expect.Close(a.Maximum(b), 0, 1, 2, 1, double.NaN, double.NaN, double.NaN);
        Expect.Close(a.Minimum(b), 0, 0, 1, -Infinity, double.NaN, double.NaN, double.NaN);
    }

    [Fact]
    public void MaximumAndMinimum_OfATie_ShareTheGradientEqually()
    {
        (Tensor? a, Tensor? b) = (Expect.Vector(1, 2, 3).AsParameter(), Expect.Vector(2, 2, 2).AsParameter());
        Tensor[] largest = a.Maximum(b).Sum().Gradients([a, b]);
        Expect.Close(largest[0], 0, 0, 0.5, 1);
        Expect.Close(largest[1], 0, 1, 0.5, 0);
        Tensor[] smallest = a.Minimum(b).Sum().Gradients([a, b]);
        Expect.Close(smallest[0], 0, 1, 0.5, 0);
        Expect.Close(smallest[1], 0, 0, 0.5, 1);
    }

    [Fact]
    public void MaximumAndMinimum_OfIntegers_StayIntegers()
    {
        Tensor x = Tensor.Of(new[] { -5, 2, 9 });
        Assert.Equal([0, 2, 9], x.Maximum(0).ToArray());
        Assert.Equal([-5, 0, 0], x.Minimum(Tensor.Of(0)).ToArray());
        Assert.Equal(DType.Int32, x.Maximum(0).DType);
    }

    [Fact]
    public void Maximum_OfShapesThatDoNotFit_NamesThem() => Expect.Error<ShapeException>(
        "maximum: sizes must be equal or 1 along every axis, counted from the last, but a is [2] and b is [3] (axis -1: 2 and 3)",
        () => Tensor.Zeros(2).Maximum(Tensor.Zeros(3)));

    [Fact]
    public void Minimum_OfTwoElementTypes_NamesThem() => Expect.Error<DTypeException>(
        "minimum: element types must be equal, but a is int32 and b is float32; convert one with To",
        () => Tensor.Of(new[] { 1 }).Minimum(Tensor.Zeros(1)));
}
