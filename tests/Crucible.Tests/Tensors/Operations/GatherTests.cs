using Crucible.Tensors;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace Crucible.Tests.Tensors;

public class GatherTests
{
    private static Tensor Matrix => Tensor.Of(new[,] { { 1.0, 2.0, 3.0 }, { 4.0, 5.0, 6.0 } }, DType.Float64);

    [Fact]
    public void Gather_EqualsHandValues()
    {
        Expect.Close(Matrix.Gather(1, Tensor.Of(new[,] { { 2, 0 }, { 1, 1 } })), 0, 3, 1, 5, 5);
        Expect.Close(Matrix.Gather(0, Tensor.Of(new[,] { { 1, 0, 1 } })), 0, 4, 2, 6);
        Assert.Equal([1, 0], Tensor.Of(new[] { false, true }).Gather(0, Tensor.Of(new[] { 1, 0 })).ToArray());
    }

    [Fact]
    public void ScatterAdd_AddsEveryOccurrence()
    {
        // Column 0 gets 1 + 2 in row 0, and 3 + 4 in row 1.
        Tensor result = Tensor.Zeros([2, 2], DType.Float64)
            .ScatterAdd(1, Tensor.Of(new[,] { { 0, 0 }, { 0, 0 } }), Tensor.Of(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 } }, DType.Float64));
        Expect.Close(result, 0, 3, 0, 7, 0);
        Assert.Equal([5, 1], Tensor.Of(new[] { 1, 1 }).ScatterAdd(0, Tensor.Of(new[] { 0, 0 }), Tensor.Of(new[] { 1, 3 })).ToArray());
    }

    [Fact]
    public void IndexSelect_LooksUpRows_InTheShapeOfTheIndices()
    {
        Tensor table = Tensor.Of(new[,] { { 1.0, 2.0 }, { 3.0, 4.0 }, { 5.0, 6.0 } });
        Tensor found = table.IndexSelect(0, Tensor.Of(new[,] { { 2, 0, 2 }, { 1, 1, 0 } }));
        Assert.Equal(Shape.From(2, 3, 2), found.Shape);
        Expect.Close(found, 0, 5, 6, 1, 2, 5, 6, 3, 4, 3, 4, 1, 2);
        Expect.Close(table.IndexSelect(1, Tensor.Of(new[] { 1 })), 0, 2, 4, 6);
        Expect.Close(table.IndexSelect(0, Tensor.Of(1)), 0, 3, 4);
        Assert.Equal(Shape.From(0, 2), table.IndexSelect(0, Tensor.Zeros([0], DType.Int32)).Shape);
    }

    [Fact]
    public void IndexSelect_Derivative_CountsHowOftenARowWasUsed() => Expect.Close(
        Expect.Derivative(table => table.IndexSelect(0, Tensor.Of(new[] { 2, 0, 2 })), Tensor.Zeros([3, 2], DType.Float64)), 0, 1, 1, 0, 0,
        2, 2);

    [Fact]
    public void IndexSelect_Derivative_HasTheSameBitsOnAnyThreadCount()
    {
        // Large enough to be divided among threads; every row is hit some 300 times.
        Tensor indices = Tensor.Init([20000], index => index[0] * 7 % 64, DType.Int32);
        Tensor weights = Tensor.Randn(new Generator(1), 20000, 33);
        Tensor table = Tensor.Zeros(64, 33).AsParameter();
        Tensor OnThreads(int count)
        {
            using IDisposable threads = Threads.Use(count);
            return (table.IndexSelect(0, indices) * weights).Sum().Gradients([table])[0];
        }

        Assert.True(OnThreads(1).IsIdenticalTo(OnThreads(2)));
    }

    [Fact]
    public void IndexAdd_AddsSlices()
    {
        Tensor ones = Tensor.Ones([2, 3], DType.Float64);
        Expect.Close(Matrix.IndexAdd(0, Tensor.Of(new[] { 1, 1 }), ones), 0, 1, 2, 3, 6, 7, 8);
        Assert.Equal([3, 9], Tensor.Of(new[] { 3, 4 }).IndexAdd(0, Tensor.Of(new[] { 1, 1 }), Tensor.Of(new[] { 2, 3 })).ToArray());
    }

    [Fact]
    public void IndicesOutOfRange_NamePositionValueAndSize()
    {
        Expect.Error<ShapeException>(
            "gather: indices must be between 0 and 2, but element 1 is 3 (axis 1 of [2, 3] has 3)", () =>
                Matrix.Gather(1, Tensor.Of(new[,] { { 2, 3 }, { 0, 0 } })));
        Expect.Error<ShapeException>(
            "indexSelect: indices must be between 0 and 1, but element 2 is -1 (axis 0 of [2, 3] has 2)", () =>
                Matrix.IndexSelect(0, Tensor.Of(new[] { 0, 1, -1 })));
        Expect.Error<ShapeException>(
            "indexAdd: indices must be between 0 and 1, but element 0 is 5 (axis 0 of [2, 3] has 2)", () =>
                Matrix.IndexAdd(0, Tensor.Of(new[] { 5 }), Tensor.Ones(1, 3)));
        Expect.Error<ShapeException>(
            "scatterAdd: indices must be between 0 and 1, but element 2 is 2 (axis 0 of [2, 3] has 2)",
            () => Matrix.ScatterAdd(0, Tensor.Of(new[,] { { 0, 1, 2 } }), Tensor.Ones(1, 3)));
    }

    [Fact]
    public void Gather_OfWrongInput_NamesIt()
    {
        Expect.Error<DTypeException>("gather: the indices must be int32, but are float64; convert with To", () => Matrix.Gather(0, Matrix));
        Expect.Error<DTypeException>("indexSelect: the indices must be int32, but are bool; convert with To", () =>
            Matrix.IndexSelect(0, Tensor.Of(new[] { true })));
        Expect.Error<ShapeException>(
            "gather: the index must have the tensor's sizes except along axis 1, but the tensor is [2, 3] and the index is [3, 1]", () =>
                Matrix.Gather(1, Tensor.Zeros([3, 1], DType.Int32)));
        Expect.Error<ShapeException>(
            "scatterAdd: the source must have the index's shape, but the source is [2, 2] and the index is [2, 1]",
            () => Matrix.ScatterAdd(1, Tensor.Zeros([2, 1], DType.Int32), Tensor.Zeros([2, 2], DType.Float64)));
        Expect.Error<DTypeException>(
            "scatterAdd: element types must be equal, but a is float64 and b is float32; convert one with To",
            () => Matrix.ScatterAdd(1, Tensor.Zeros([2, 1], DType.Int32), Tensor.Zeros(2, 1)));
        Expect.Error<ShapeException>(
            "indexAdd: the source must be [4, 3] for a tensor [2, 3] and indices [4] at axis 0, but is [3]",
            () => Matrix.IndexAdd(0, Tensor.Zeros([4], DType.Int32), Tensor.Zeros([3], DType.Float64)));
    }

    [Property]
    public Property Gather_AfterScatterOfAPermutation_IsTheSource() => Prop.ForAll(
        Gen.Choose(1, 8).ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (size, seed) =>
        {
            Tensor order = Tensor.From(new Generator((ulong)seed).Permutation(size), size, 1);
            Tensor source = GradientCases.Values(seed, size, 1);
            Assert.Equal(source.ToArray(), Tensor.ZerosLike(source).ScatterAdd(0, order, source).Gather(0, order).ToArray());
            Assert.Equal(
                source.ToArray(), Tensor.ZerosLike(source).IndexAdd(0, order.Flatten(), source).IndexSelect(0, order.Flatten()).ToArray());
        });

    [Property]
    public Property ScatterAdd_KeepsTheTotal() => Prop.ForAll(
        Gen.Choose(0, 4).NonEmptyListOf().ToArbitrary(),
        indices =>
        {
            Tensor source = GradientCases.Values(3, indices.Count);
            Tensor scattered = Tensor.Zeros([5], DType.Float64).ScatterAdd(0, Tensor.From<int>([.. indices]), source);
            // The same numbers are summed in two orders.
            Expect.Close(scattered.Sum(), Expect.Rounding64 * indices.Count, source.Sum().ToDouble());
        });
}
