using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class WhereTests
{
    private static Tensor Mask => Tensor.Of(new[] { true, false, true });

    [Fact]
    public void Where_EqualsHandValues()
    {
        Expect.Close(Tensor.Where(Mask, Expect.Vector(1, 2, 3), Expect.Vector(4, 5, 6)), 0, 1, 5, 3);
        Expect.Close(Tensor.Where(Mask, Expect.Vector(1, 2, 3), 9), 0, 1, 9, 3);
        Expect.Close(Tensor.Where(Mask, 9, Expect.Vector(1, 2, 3)), 0, 9, 2, 9);
        Assert.Equal([7, 2, 7], Tensor.Where(Mask, Tensor.Of(7), Tensor.Of(new[] { 1, 2, 3 })).ToArray());
        Assert.Equal([0, 1, 0], Tensor.Where(Mask, Mask.Not(), Tensor.Of(true)).ToArray());
    }

    [Fact]
    public void Where_BroadcastsAllThree()
    {
        Tensor rows = Tensor.Of(new[,] { { 1.0 }, { 2.0 } });
        Expect.Close(Tensor.Where(Mask, rows, Tensor.Of(-1.0)), 0, 1, -1, 1, 2, -1, 2);
        // Each row's element is taken twice; the number is taken once in each row.
        Expect.Close(Expect.Derivative(x => Tensor.Where(Mask, x, Tensor.Of(-1.0)), rows), 0, 2, 2);
        Expect.Close(Expect.Derivative(x => Tensor.Where(Mask, rows, x), Tensor.Of(-1.0)), 0, 2);
    }

    [Fact]
    public void Where_BranchNotTaken_KeepsItsNaNToItself() =>
        Expect.Close(
            Expect.Derivative(x => Tensor.Where(Mask, x, Tensor.Of(double.NaN, DType.Float64)), Expect.Vector(1, double.NaN, 3)),
            0,
            1,
            0,
            1);

    [Fact]
    public void MaskedFill_EqualsHandValues()
    {
        Expect.Close(
            Expect.Vector(1, 2, 3).MaskedFill(Mask, double.NegativeInfinity), 0, double.NegativeInfinity, 2, double.NegativeInfinity);
        Expect.Close(Tensor.Ones(2, 3).MaskedFill(Mask, 0), 0, 0, 1, 0, 0, 1, 0);
        Assert.Equal([5, 2, 5], Tensor.Of(new[] { 1, 2, 3 }).MaskedFill(Mask, 5).ToArray());
        Assert.Equal(Shape.From(2, 3), Tensor.Ones(2, 1).MaskedFill(Mask, 0).Shape);
    }

    [Fact]
    public void MaskedSelect_KeepsRowMajorOrder()
    {
        Tensor x = Tensor.Of(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } });
        Expect.Close(x.MaskedSelect(Mask), 0, 1, 3, 4, 6);
        Expect.Close(x.MaskedSelect(x.Greater(4.5)), 0, 5, 6);
        Assert.Equal(Shape.From(0), x.MaskedSelect(x.Greater(9)).Shape);
    }

    [Fact]
    public void Where_OfWrongInput_NamesIt()
    {
        Tensor x = Expect.Vector(1, 2, 3);
        Expect.Error<DTypeException>("where: elements must be bool, but are float64; compare first, as in x.NotEqualTo(0)", () =>
            Tensor.Where(x, x, x));
        Expect.Error<DTypeException>("where: elements must be bool, but are float64; compare first, as in x.NotEqualTo(0)", () =>
            Tensor.Where(x, x, 0.0));
        Expect.Error<DTypeException>("maskedFill: elements must be bool, but are float64; compare first, as in x.NotEqualTo(0)", () =>
            x.MaskedFill(x, 0));
        Expect.Error<DTypeException>("where: element types must be equal, but a is float64 and b is float32; convert one with To", () =>
            Tensor.Where(Mask, x, Tensor.Zeros(3)));
        Expect.Error<ShapeException>(
            "where: sizes must be equal or 1 along every axis, counted from the last, but a is [3] and b is [2] (axis -1: 3 and 2)",
            () => Tensor.Where(Mask, Tensor.Zeros(2), Tensor.Zeros(2)));
        Expect.Error<ShapeException>(
            "maskedSelect: the mask must broadcast to the tensor's shape, but the tensor is [3] and the mask is [2, 3]", () =>
                x.MaskedSelect(Tensor.Zeros([2, 3], DType.Bool)));
    }
}
