using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class ShapeTests
{
    [Fact]
    public void Of_NegativeSize_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Shape.From(2, -1));
        Assert.Equal("shape: sizes must be 0 or more, but are [2, -1]", error.Message);
    }

    [Fact]
    public void Of_MoreElementsThanAnArrayHolds_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Shape.From(1 << 20, 1 << 20));
        Assert.Equal("shape: a tensor must have at most 2147483591 elements, but [1048576, 1048576] has 1099511627776", error.Message);
    }

    [Fact]
    public void Of_TooManyAxes_IsRefused()
    {
        Assert.Equal(64, Shape.From(Enumerable.Repeat(1, 64)).Rank);
        ShapeException error = Assert.Throws<ShapeException>(() => Shape.From(Enumerable.Repeat(1, 300_000)));
        Assert.Equal("shape: a tensor must have at most 64 axes, got 300000", error.Message);
        Assert.Throws<ShapeException>(() => Tensor.Ones([.. Enumerable.Repeat(1, 64)]).Unsqueeze(0));
    }

    [Theory]
    [InlineData(new[] { 3, 1 }, new[] { 4 }, new[] { 3, 4 })]
    [InlineData(new[] { 2, 1, 5 }, new[] { 3, 1 }, new[] { 2, 3, 5 })]
    [InlineData(new int[0], new[] { 7 }, new[] { 7 })]
    [InlineData(new[] { 0 }, new[] { 1 }, new[] { 0 })]
    public void Broadcast_FollowsNumPy(int[] a, int[] b, int[] expected) =>
        Assert.Equal(Shape.From(expected), Shape.Broadcast(Shape.From(a), Shape.From(b), "add"));

    [Fact]
    public void Broadcast_UnequalSizes_NamesTheAxis()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3) + Tensor.Zeros(4, 2, 5));
        Assert.Equal(
            "add: sizes must be equal or 1 along every axis, counted from the last, but a is [2, 3] and b is [4, 2, 5] (axis -1: 3 and 5)",
            error.Message);
    }

    [Fact]
    public void Axis_OutOfRange_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3).Sum(2));
        Assert.Equal("sum: axis must be between -2 and 1, but is 2 for shape [2, 3]", error.Message);
    }

    [Fact]
    public void Axes_NamedTwice_AreRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3).Sum([0, -2]));
        Assert.Equal("sum: axes must be distinct, but axis 0 is repeated", error.Message);
    }
}
