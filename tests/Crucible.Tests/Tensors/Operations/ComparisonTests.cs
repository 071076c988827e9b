using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class ComparisonTests
{
    private static Tensor A => Tensor.Of(new[] { 1.0, 2.0, 3.0 });

    [Fact]
    public void Comparisons_EqualHandValues()
    {
        Tensor b = Tensor.Of(new[] { 2.0, 2.0, 2.0 });
        Assert.Equal([false, true, false], A.EqualTo(b).ToArray<bool>());
        Assert.Equal([true, false, true], A.NotEqualTo(b).ToArray<bool>());
        Assert.Equal([true, false, false], A.Less(b).ToArray<bool>());
        Assert.Equal([true, true, false], A.LessOrEqual(b).ToArray<bool>());
        Assert.Equal([false, false, true], A.Greater(b).ToArray<bool>());
        Assert.Equal([false, true, true], A.GreaterOrEqual(b).ToArray<bool>());
    }

    [Fact]
    public void Comparisons_WithNumbers_EqualThoseWithTensors()
    {
        Assert.Equal([false, true, false], A.EqualTo(2).ToArray<bool>());
        Assert.Equal([true, false, false], A.Less(2).ToArray<bool>());
        Assert.Equal([true, false, false], Tensor.op_DotGreater(2, A).ToArray<bool>());
        Assert.Equal([false, true, true], Tensor.op_DotLessEquals(2, A).ToArray<bool>());
        // 0.1 is rounded to float32 as the element was.
        Assert.True(Tensor.Of(0.1).EqualTo(0.1).ToArray<bool>()[0]);
    }

    [Fact]
    public void Comparisons_OfIntegers_TakeAnyNumber()
    {
        Tensor x = Tensor.Of(new[] { 1, 2, 3 });
        Assert.Equal([true, true, false], x.Less(2.5).ToArray<bool>());
        Assert.Equal([false, false, false], x.EqualTo(2.5).ToArray<bool>());
        Assert.Equal([false, true, false], x.EqualTo(Tensor.Of(2)).ToArray<bool>());
        Assert.Equal([true, false], Tensor.Of(new[] { int.MaxValue, int.MaxValue - 1 }).EqualTo(Tensor.Of(int.MaxValue)).ToArray<bool>());
    }

    [Fact]
    public void Comparisons_OfNaN_AreFalse_ButNotEqual()
    {
        Tensor nan = Expect.Vector(double.NaN);
        Assert.False(nan.EqualTo(nan).ToArray<bool>()[0]);
        Assert.True(nan.NotEqualTo(nan).ToArray<bool>()[0]);
        Assert.False(nan.GreaterOrEqual(nan).ToArray<bool>()[0]);
        Assert.False(nan.Less(0).ToArray<bool>()[0]);
    }

    [Fact]
    public void Comparisons_Broadcast_OnEitherSide()
    {
        Tensor column = Tensor.Of(new[,] { { 1.0 }, { 3.0 } });
        Assert.Equal([false, true, true, false, false, false], column.Less(A).ToArray<bool>());
        Assert.Equal([false, false, false, true, true, false], A.Less(column).ToArray<bool>());
        Assert.Equal(Shape.From(2, 3), A.EqualTo(column).Shape);
        Assert.Equal(Shape.From(0), Tensor.Zeros(0).Less(1).Shape);
        Assert.Equal(Shape.Scalar, Tensor.Of(1.0).Less(2).Shape);
    }

    [Fact]
    public void Comparisons_EndTheGraph() => Assert.False(A.AsParameter().Greater(2).RequiresGradient);

    [Fact]
    public void TruthValues_AreComparedForEqualityOnly()
    {
        Tensor x = Tensor.Of(new[] { true, false });
        Assert.Equal([true, false], x.EqualTo(Tensor.Of(true)).ToArray<bool>());
        Assert.Equal([false, true], x.NotEqualTo(1).ToArray<bool>());
        Expect.Error<DTypeException>("less: elements must be numbers, but are bool; convert with To", () => x.Less(x));
    }

    [Fact]
    public void Comparisons_OfWrongInput_NameIt()
    {
        Expect.Error<DTypeException>("greater: element types must be equal, but a is float32 and b is int32; convert one with To", () =>
            A.Greater(Tensor.Of(1)));
        Expect.Error<ShapeException>(
            "equalTo: sizes must be equal or 1 along every axis, counted from the last, but a is [3] and b is [2] (axis -1: 3 and 2)", () =>
                A.EqualTo(Tensor.Zeros(2)));
    }

    [Fact]
    public void Logic_EqualsTheTruthTable()
    {
        Tensor a = Tensor.Of(new[] { true, true, false, false });
        Tensor b = Tensor.Of(new[] { true, false, true, false });
        Assert.Equal([true, false, false, false], a.And(b).ToArray<bool>());
        Assert.Equal([true, true, true, false], a.Or(b).ToArray<bool>());
        Assert.Equal([false, true, true, false], a.Xor(b).ToArray<bool>());
        Assert.Equal([false, false, true, true], a.Not().ToArray<bool>());
        Assert.Equal(Shape.From(4, 4), a.And(b.Unsqueeze(1)).Shape);
        Expect.Error<DTypeException>(
            "and: elements must be bool, but are float32; compare first, and in F# put each comparison in parentheses, as in (a .> b) .&& (c .< d)",
            () => a.And(A));
        Expect.Error<DTypeException>("not: elements must be bool, but are float32; compare first, as in x.NotEqualTo(0)", A.Not);
    }

    [Property]
    public Property Comparisons_AreConsistent() => Prop.ForAll(
        Gen.Choose(-3, 3).Select(value => value / 2.0).ListOf().ToArbitrary(),
        Gen.Choose(-3, 3).Select(value => value / 2.0).ToArbitrary(),
        (values, number) =>
        {
            Tensor x = Expect.Vector([.. values]);
            Assert.True(x.Less(number).IsIdenticalTo(x.GreaterOrEqual(number).Not()));
            Assert.True(x.LessOrEqual(number).IsIdenticalTo(x.Less(number).Or(x.EqualTo(number))));
            Assert.True(x.Greater(number).IsIdenticalTo(Tensor.op_DotLess(number, x)));
            Assert.True(x.EqualTo(number).IsIdenticalTo(x.EqualTo(Tensor.FullLike(x, number))));
            Assert.Equal(values.Count(value => value > number), x.Greater(number).Sum().ToDouble());
        });
}
