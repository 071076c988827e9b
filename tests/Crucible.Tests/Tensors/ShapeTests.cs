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
        Assert.Equal(
            "shape: a tensor must have at most 2146435071 elements, what a .NET array can hold (sizes of 0 count as 1),"
                + " but [1048576, 1048576] has 1099511627776",
            error.Message);
    }

    /// <summary>384773 · 49477 · 8681 · 5581 · 5 · 4 is 2⁶⁴ + 4: 64 bits are not enough to notice.</summary>
    [Fact]
    public void Of_AProductThatOverflows64Bits_IsRefused() =>
        Assert.Throws<ShapeException>(() => Tensor.Ones(1, 384773, 49477, 8681, 5581, 5, 4));

    [Fact]
    public void Of_MoreThan64Axes_IsRefused()
    {
        Assert.Equal(64, Shape.From(Enumerable.Repeat(1, 64)).Rank);
        ShapeException error = Assert.Throws<ShapeException>(() => Shape.From(Enumerable.Repeat(1, 300_000)));
        Assert.Equal("shape: a tensor must have at most 64 axes, but has 300000", error.Message);
    }

    /// <summary>No operation multiplies or adds sizes before the shape that they make is checked.</summary>
    public static TheoryData<string, Func<object>> Huge { get; } = new()
    {
        { "empty", () => Tensor.Zeros(0, 1 << 16, 1 << 16) },
        { "eye", () => Tensor.Eye(1 << 16) },
        { "arange", () => Tensor.Arange(0, 1e18) },
        { "linspace", () => Tensor.Linspace(0, 1, int.MaxValue) },
        { "oneHot", () => Tensor.OneHot(Ones(1 << 10).To(DType.Int32), int.MaxValue) },
        { "add", () => Ones(1 << 16, 1) + Ones(1, 1 << 16) },
        { "where", () => Tensor.Where(Ones(1 << 16, 1).To(DType.Bool), Ones(1 << 16), Ones(1)) },
        { "expand", () => Ones(1 << 10, 1).Expand(1 << 10, int.MaxValue) },
        { "tile", () => Ones(1 << 10).Tile(int.MaxValue) },
        { "tile of nothing", () => Ones(0, 1 << 10).Tile(1, int.MaxValue) },
        { "repeatInterleave", () => Ones(1 << 10).RepeatInterleave(int.MaxValue, 0) },
        { "concat", () => Tensor.Concat([Ones(0, 1 << 30), Ones(0, 1 << 30), Ones(0, 1 << 30)], 1) },
        { "stack", () => Tensor.Stack([.. Enumerable.Repeat(Ones(0, 1 << 30), 4)]) },
        { "reshape", () => Ones(2).Reshape(int.MaxValue, int.MaxValue, int.MaxValue, -1) },
        { "outer", () => Ones(1 << 16).Outer(Ones(1 << 16)) },
        { "matmul", () => Ones(1 << 16, 1).MatMul(Ones(1, 1 << 16)) },
        { "matmul over nothing", () => Ones(1 << 16, 0).MatMul(Ones(0, 1 << 16)) },
        { "linear", () => Ones(1 << 16, 1).Linear(Ones(1, 1 << 16)) },
        { "einsum", () => Tensor.Einsum("i,j->ij", Ones(1 << 16), Ones(1 << 16)) },
        { "attention", () => Ones(1 << 16, 1).ScaledDotProductAttention(Ones(1 << 16, 1), Ones(1 << 16, 1)) },
        { "indexSelect", () => Ones(1, 1 << 16).IndexSelect(0, Tensor.Zeros([1 << 16], DType.Int32)) },
        { "jacobian", () => Derivative.Jacobian(x => x, Ones(1 << 16)) },
    };

    [Theory]
    [MemberData(nameof(Huge))]
    public void Result_LargerThanAnArray_IsRefused(string what, Func<object> make)
    {
        ShapeException error = Assert.Throws<ShapeException>(make);
        Assert.False(string.IsNullOrEmpty(error.Message), what);
    }

    /// <summary>The largest size class of arrays is as long as .NET allows, no longer.</summary>
    [Fact]
    public void Ones_OfTheLargestSize_AreMadeOrRefusedForMemory()
    {
        try
        {
            Assert.Equal(Shape.MaxElements, Tensor.Allocate(Shape.From(Shape.MaxElements), DType.Bool).Data<bool>().Length);
        }
        catch (CrucibleException error)
        {
            Assert.Contains("GB of memory", error.Message, StringComparison.Ordinal);
        }
    }

    private static Tensor Ones(params int[] shape) => Tensor.Ones(shape);

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
