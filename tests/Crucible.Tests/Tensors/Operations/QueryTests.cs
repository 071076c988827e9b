using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class QueryTests
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Queries_EqualHandValues(DType dtype)
    {
        Tensor x = Expect.Vector(1, double.NaN, Infinity, -Infinity).To(dtype);
        Assert.Equal([false, true, false, false], x.IsNaN().ToArray<bool>());
        Assert.Equal([false, false, true, true], x.IsInfinity().ToArray<bool>());
        Assert.Equal([true, false, false, false], x.IsFinite().ToArray<bool>());
        Assert.True(x.HasNaN());
        Assert.False(x.AllFinite());
        Assert.False(Expect.Vector(1, Infinity).To(dtype).HasNaN());
        Assert.False(Expect.Vector(1, Infinity).To(dtype).AllFinite());
        Assert.True(Expect.Vector(1, 3e38, 0).To(dtype).AllFinite());
        Assert.True(Tensor.Zeros([0], dtype).AllFinite());
    }

    [Fact]
    public void Queries_OfIntegers_FindNothing()
    {
        Tensor x = Tensor.Of(new[] { 1, 2 });
        Assert.False(x.HasNaN());
        Assert.True(x.AllFinite());
        Assert.Equal([true, true], x.IsFinite().ToArray<bool>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(99_999)]
    public void AllFinite_FindsTheOneBadElement_Anywhere(int position)
    {
        Tensor x = Tensor.Ones(100_000);
        x.SetElement(position, double.NaN);
        Assert.False(x.AllFinite());
        Assert.True(x.HasNaN());
    }

    [Fact]
    public void AllClose_FollowsItsFormula()
    {
        // |a - b| ≤ 1e-8 + 1e-5·|b|
        Assert.True(Expect.Vector(1.000009).AllClose(Expect.Vector(1)));
        Assert.False(Expect.Vector(1.000011).AllClose(Expect.Vector(1)));
        Assert.True(Expect.Vector(9e-9).AllClose(Expect.Vector(0)));
        Assert.True(Expect.Vector(1.1).AllClose(Expect.Vector(1), relativeTolerance: 0, absoluteTolerance: 0.2));
        Assert.True(Tensor.Ones(2, 3).AllClose(Tensor.Ones(3)));
        Assert.True(Tensor.Of(new[] { 100000, 7 }).AllClose(Tensor.Of(new[] { 100001, 7 })));
        Assert.False(Tensor.Of(new[] { true }).AllClose(Tensor.Of(new[] { false })));
    }

    [Fact]
    public void AllClose_OfSpecialValues_IsExact()
    {
        Assert.True(Expect.Vector(Infinity).AllClose(Expect.Vector(Infinity)));
        Assert.False(Expect.Vector(-Infinity).AllClose(Expect.Vector(Infinity)));
        Assert.False(Expect.Vector(1).AllClose(Expect.Vector(Infinity)));
        Assert.False(Expect.Vector(double.NaN).AllClose(Expect.Vector(double.NaN)));
        Assert.True(Expect.Vector(double.NaN).AllClose(Expect.Vector(double.NaN), equalNaN: true));
    }

    [Fact]
    public void IsIdenticalTo_ComparesBits()
    {
        Assert.True(Expect.Vector(1, double.NaN).IsIdenticalTo(Expect.Vector(1, double.NaN)));
        Assert.False(Expect.Vector(0.0).IsIdenticalTo(Expect.Vector(-0.0)));
        Assert.False(Expect.Vector(1, 2).IsIdenticalTo(Expect.Vector(1, 2).Reshape(2, 1)));
        Assert.False(Expect.Vector(1).IsIdenticalTo(Tensor.Ones(1)));
        Assert.True(Tensor.Of(new[] { 1, 2 }).IsIdenticalTo(Tensor.Of(new[] { 1, 2 })));
        Assert.False(Tensor.Of(new[] { true }).IsIdenticalTo(Tensor.Of(new[] { false })));
    }

    [Fact]
    public void AllClose_EqualNaN_MatchesNaNWithNaNOnly() =>
        Assert.False(Expect.Vector(double.NaN, 1).AllClose(Expect.Vector(1, 1), equalNaN: true));

    [Fact]
    public void AllClose_AtTheTolerance_IsTrue() =>
        Assert.True(Expect.Vector(1.5).AllClose(Expect.Vector(1), relativeTolerance: 0, absoluteTolerance: 0.5));

    [Fact]
    public void Integers_AreAlwaysFinite()
    {
        Tensor x = Tensor.Of(new[] { 0, int.MaxValue });
        Assert.Equal([0, 0], x.IsNaN().ToArray());
        Assert.Equal([0, 0], x.IsInfinity().ToArray());
        Assert.Equal([1, 1], x.IsFinite().ToArray());
    }

    [Fact]
    public void AnyAndAll_OverTheMiddleAxis_LookAtEachLane()
    {
        Tensor x = Tensor.Of(new[] { true, false, true, false, false, false, false, true }).Reshape(2, 2, 2);
        Assert.Equal([1, 0, 0, 1], x.Any(1).ToArray());
        Assert.Equal([1, 0, 0, 0], x.All(1).ToArray());
        Assert.Equal([1, 1], x.Any([1, 2]).ToArray());
        Assert.Equal([0, 0], x.All([1, 2]).ToArray());
    }
}
