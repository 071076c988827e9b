using Crucible.Tensors;
using Microsoft.FSharp.Core;
using Xunit;

namespace Crucible.Tests.Tensors;

public class IndexingTests
{
    private static readonly Tensor Matrix = Tensor.Arange(12).Reshape(3, 4);

    [Fact]
    public void Item_DropsAxes()
    {
        Assert.Equal([4, 5, 6, 7], Matrix[1].ToArray());
        Assert.Equal(6, Matrix[1, 2].ToDouble());
        Assert.Equal(11, Matrix[-1, -1].ToDouble());
    }

    [Fact]
    public void Item_OutOfRange_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Matrix[3]);
        Assert.Equal("index: the index must be between -3 and 2, but is 3 along axis 0 of [3, 4]", error.Message);
    }

    [Fact]
    public void Item_OutOfRange_NamesTheAxisAndTheWholeShape()
    {
        Tensor t = Tensor.Zeros(4, 5);
        FSharpOption<int> one = FSharpOption<int>.Some(1);
        Expect.Error<ShapeException>("index: the index must be between -5 and 4, but is 9 along axis 1 of [4, 5]", () => t[0, 9]);
        Expect.Error<ShapeException>(
            "index: the index must be between -6 and 5, but is 6 along axis 2 of [4, 5, 6]",
            () => Tensor.Zeros(4, 5, 6).GetSlice(0, one, null, 6));
        string tooMany = "index: there must be at most one index for each axis of [4, 5], but there are 3";
        Expect.Error<ShapeException>(tooMany, () => t[0, 0, 0]);
        Expect.Error<ShapeException>(tooMany, () => t.GetSlice(0, 0, one, null));
    }

    [Fact]
    public void AxesAndIndices_OfNothing_AreNotBetweenZeroAndMinusOne()
    {
        Expect.Error<ShapeException>("index: axis 0 of [0, 5] is empty, but the index is 0", () => Tensor.Zeros(0, 5)[0]);
        Expect.Error<ShapeException>("select: axis 1 of [2, 0] is empty, but the index is -1", () => Tensor.Zeros(2, 0).Select(1, -1));
        Expect.Error<ShapeException>(
            "indexSelect: axis 0 of [0, 5] is empty, but element 0 of the indices is 3", () => Tensor.Zeros(0, 5).Rows(3));
        Expect.Error<ShapeException>("select: a scalar has no axes, but the axis is 0", () => Tensor.Scalar(1).Select(0, 0));
        Expect.Error<ShapeException>("for: a scalar has no axes, but the axis is 0", () => Tensor.Scalar(1).GetEnumerator());
        Expect.Error<OptionException>(
            "oneHot: count must be 1 or more, but is 0", () => Tensor.OneHot(Tensor.From([0]), 0));
    }

    [Fact]
    public void Foreach_GoesAlongTheFirstAxis_AndIsDifferentiable()
    {
        Tensor x = Expect.Vector(1, 2, 3, 4, 5, 6).Reshape(3, 2).AsParameter();
        Tensor last = x[0];
        foreach (Tensor row in x) last = row;
        last.Sum().Backward();
        Assert.Equal([5, 6], last.ToArray());
        Assert.Equal([0, 0, 0, 0, 1, 1], x.Gradient!.ToArray());
    }

    [Fact]
    public void GetSlice_IncludesTheEndAndCutsItBack()
    {
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], Matrix.GetSlice(FSharpOption<int>.Some(1), FSharpOption<int>.Some(9)).ToArray());
        Assert.Equal([1, 2], Matrix.GetSlice(0, FSharpOption<int>.Some(1), FSharpOption<int>.Some(-2)).ToArray());
        Assert.Equal(Shape.From(0, 4), Matrix.GetSlice(FSharpOption<int>.Some(3), FSharpOption<int>.Some(1)).Shape);
        Assert.Equal(Shape.From(0, 4), Matrix.GetSlice(FSharpOption<int>.Some(7), null).Shape);
        Assert.Equal(Shape.From(0, 4), Matrix.GetSlice(null, FSharpOption<int>.Some(int.MinValue)).Shape);
        Assert.Equal(
            Matrix.ToArray(), Matrix.GetSlice(FSharpOption<int>.Some(int.MinValue), FSharpOption<int>.Some(int.MaxValue)).ToArray());
    }

    [Fact]
    public void Slice_WithStep_TakesEveryOther() => Assert.Equal([0, 2, 4, 6, 8, 10], Matrix.Slice(1, 0, step: 2).ToArray());

    [Fact]
    public void Slice_StepZero_IsRefused()
    {
        OptionException error = Assert.Throws<OptionException>(() => Matrix.Slice(0, 0, step: 0));
        Assert.Equal("slice: step must be 1 or more, but is 0", error.Message);
    }

    [Fact]
    public void Reshape_WorksOutOneSize()
    {
        Assert.Equal(Shape.From(2, 6), Matrix.Reshape(2, -1).Shape);
        ShapeException error = Assert.Throws<ShapeException>(() => Matrix.Reshape(5, 2));
        Assert.Equal("reshape: element counts must agree, but [3, 4] has 12 and [5, 2] has 10", error.Message);
        error = Assert.Throws<ShapeException>(() => Matrix.Reshape(5, -1));
        Assert.Equal(
            "reshape: a size of -1 can be inferred only if the other sizes divide the element count, but [3, 4] has 12 and the others multiply to 5",
            error.Message);
    }

    [Fact]
    public void Permute_MovesAxes()
    {
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], Matrix.T.ToArray());
        Assert.Equal(Shape.From(4, 2, 3), Tensor.Zeros(2, 3, 4).Permute(2, 0, 1).Shape);
        ShapeException error = Assert.Throws<ShapeException>(() => Matrix.Permute(0, 0));
        Assert.Equal("permute: the order must name each of the 2 axes of [3, 4] once, but is [0, 0]", error.Message);
    }

    [Fact]
    public void Rows_InAnyOrder_AreThoseOfAxisZero()
    {
        Assert.Equal([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11], Matrix.Rows(2, 0, 2).ToArray());
        Assert.Equal(Shape.From(1, 4), Matrix.Rows(1).Shape);
        Assert.Equal(Shape.From(0, 4), Matrix.Rows().Shape);
        Assert.Equal([5], Tensor.Of(new[] { 3, 5 }).Rows(1).ToArray());
        Assert.Contains("3", Assert.Throws<ShapeException>(() => Matrix.Rows(0, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Concat_Stack_Split_Chunk_FitTogether()
    {
        Tensor[] pieces = Matrix.Split([1, 3], axis: 1);
        Assert.Equal([Shape.From(3, 1), Shape.From(3, 3)], pieces.Select(piece => piece.Shape));
        Assert.Equal(Matrix.ToArray(), Tensor.Concat(pieces, 1).ToArray());
        Assert.Equal(Shape.From(3, 2, 4), Tensor.Stack([Matrix, Matrix], 1).Shape);
        Assert.Equal([2, 1], Matrix.Chunk(2).Select(piece => piece.Shape[0]));
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Concat([Matrix, Tensor.Zeros(2, 3)], 0));
        Assert.Equal("concat: all sizes except along axis 0 must agree, but there are [3, 4] and [2, 3]", error.Message);
        error = Assert.Throws<ShapeException>(() => Matrix.Split([1, 1], 1));
        Assert.Equal("split: sizes must be 0 or more and add up to 4, axis 1 of [3, 4], but are [1, 1]", error.Message);
    }

    [Fact]
    public void Pad_AddsAConstantAtBothEnds() =>
        Assert.Equal([9, 1, 2, 9, 9], Tensor.Of(new[] { 1, 2 }).Pad(0, 1, 2, 9).ToArray());

    [Fact]
    public void Expand_OnlyGrowsAxesOfSizeOne()
    {
        Assert.Equal([1, 1, 1, 2, 2, 2], Tensor.Of(new[] { 1, 2 }).Reshape(2, 1).Expand(-1, 3).ToArray());
        ShapeException error = Assert.Throws<ShapeException>(() => Matrix.Expand(6, 4));
        Assert.Equal(
            "expand: sizes must be equal or 1 along every axis, counted from the last, but a is [3, 4] and b is [6, 4] (axis -2: 3 and 6)",
            error.Message);
    }
}
