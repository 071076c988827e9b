using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Crucible.Tests.Tensors;

public class CreationTests
{
    [Fact]
    public void Of_NestedLists_BecomesFloat32()
    {
        Tensor tensor = Tensor.Of(new List<double[]> { new[] { 1.0, 2 }, new[] { 3.0, 4 } });
        Assert.Equal(Shape.From(2, 2), tensor.Shape);
        Assert.Equal(DType.Float32, tensor.DType);
        Assert.Equal([1, 2, 3, 4], tensor.ToArray());
    }

    [Fact]
    public void Of_KeepsIntegersAndTruthValues()
    {
        Assert.Equal(DType.Int32, Tensor.Of(new[] { 1, 2 }).DType);
        Assert.Equal(DType.Bool, Tensor.Of(new[] { true, false }).DType);
        Assert.Equal(DType.Float64, Tensor.Of(new[] { 1, 2 }, DType.Float64).DType);
    }

    [Fact]
    public void Of_ArraysUpToFourAxes_KeepTheirShape()
    {
        Assert.Equal(Shape.From(2, 3), Tensor.Of(new double[2, 3]).Shape);
        Assert.Equal(Shape.From(2, 3, 4), Tensor.Of(new float[2, 3, 4]).Shape);
        Assert.Equal(Shape.From(2, 3, 4, 5), Tensor.Of(new double[2, 3, 4, 5]).Shape);
        Assert.Equal(Shape.From(2, 0), Tensor.Of(new[] { Array.Empty<double>(), [] }).Shape);
        Assert.Equal(Shape.Scalar, Tensor.Of(3.5).Shape);
    }

    [Fact]
    public void Of_MathNet_ReadsRows()
    {
        Matrix<double> matrix = Matrix<double>.Build.DenseOfArray(new double[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal([1, 2, 3, 4], Tensor.Of(matrix).ToArray());
        Assert.Equal(matrix, Tensor.Of(matrix, DType.Float64).ToMatrix());
        Assert.Equal(Shape.From(3), Tensor.Of(Vector<double>.Build.Dense(3)).Shape);
        Assert.Equal(Shape.From(2, 2), Tensor.Of(new[] { matrix.Row(0), matrix.Row(1) }).Shape);
    }

    [Fact]
    public void Of_RaggedRows_NamesBothLengths()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Of(new[] { new[] { 1.0, 2 }, [3.0] }));
        Assert.Equal("tensor: rows must have equal lengths, but along axis 1 there are 2 and 1", error.Message);
    }

    [Fact]
    public void Of_UnequalDepth_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Of(new object[] { 1.0, new[] { 2.0 } }));
        Assert.Equal("tensor: all numbers must be nested equally deep, but there are numbers at depths 1 and 2", error.Message);
    }

    [Fact]
    public void Of_Text_IsRefused()
    {
        DTypeException error = Assert.Throws<DTypeException>(() => Tensor.Of(new object[] { 1.0, "two" }));
        Assert.Equal("tensor: elements must be numbers or Booleans, but one is the string \"two\"", error.Message);
    }

    [Fact]
    public void From_OneValue_HasOneAxis()
    {
        Assert.Equal(Shape.From(1), Tensor.From([5f]).Shape);
        Assert.Equal(Shape.From(1), Tensor.From(new[] { 5 }).Shape);
        Assert.Equal(Shape.From(0), Tensor.From(Array.Empty<double>()).Shape);
    }

    [Fact]
    public void From_EmptyShape_IsAScalar()
    {
        int[] shape = [];
        Assert.Equal(Shape.Scalar, Tensor.From([5f], shape).Shape);
        Assert.Equal(Shape.Scalar, Tensor.From(new[] { 5 }, shape).Shape);
        Assert.Equal(
            "tensor: shape [] needs 1 values, but there are 2", Assert.Throws<ShapeException>(() => Tensor.From([1f, 2f], shape)).Message);
    }

    [Fact]
    public void From_WrongCount_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.From([1f, 2f, 3f], 2, 2));
        Assert.Equal("tensor: shape [2, 2] needs 4 values, but there are 3", error.Message);
    }

    [Fact]
    public void Full_FractionAsInt32_IsRefused()
    {
        DTypeException error = Assert.Throws<DTypeException>(() => Tensor.Full([2], 0.5, DType.Int32));
        Assert.Equal("tensor: an int32 tensor cannot hold 0.5; round it or use float32", error.Message);
    }

    [Fact]
    public void Arange_CountsUpAndDown()
    {
        Assert.Equal([0, 2, 4], Tensor.Arange(0, 5, 2).ToArray());
        Assert.Equal([3, 2, 1], Tensor.Arange(3, 0, -1).ToArray());
        Assert.Equal([0, 1, 2], Tensor.Arange(3, DType.Int32).ToArray());
        OptionException error = Assert.Throws<OptionException>(() => Tensor.Arange(0, 5, -1));
        Assert.Equal("arange: step must be not 0 and lead from 0 to 5, but is -1", error.Message);
    }

    [Fact]
    public void Linspace_IncludesBothEnds()
    {
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Tensor.Linspace(0, 1, 5).ToArray());
        Assert.Equal([2], Tensor.Linspace(2, 9, 1).ToArray());
    }

    [Fact]
    public void Eye_IsOneOnTheDiagonal() => Assert.Equal([1, 0, 0, 0, 1, 0], Tensor.Eye(2, 3).ToArray());

    [Fact]
    public void OneHot_PutsAOneAtEachClass()
    {
        Assert.Equal([0, 0, 1, 1, 0, 0], Tensor.OneHot(Tensor.Of(new[] { 2, 0 }), 3).ToArray());
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.OneHot(Tensor.Of(new[] { 0, 3 }), 3));
        Assert.Equal("oneHot: classes must be between 0 and 2, but element 1 is 3", error.Message);
    }

    [Fact]
    public void Init_SeesEveryIndex() => Assert.Equal([0, 1, 10, 11], Tensor.Init([2, 2], index => (10 * index[0]) + index[1]).ToArray());

    [Fact]
    public void Rand_SameSeed_SameValues()
    {
        Assert.Equal(Tensor.Randn(new Generator(5), 4, 3).ToArray(), Tensor.Randn(new Generator(5), 4, 3).ToArray());
        Assert.NotEqual(Tensor.Rand(new Generator(5), 12).ToArray(), Tensor.Rand(new Generator(6), 12).ToArray());
        DTypeException error = Assert.Throws<DTypeException>(() => Tensor.Rand(new Generator(1), [2], DType.Int32));
        Assert.Equal("rand: elements must be float32 or float64, but are int32; convert with To", error.Message);
    }

    [Fact]
    public void To_Int32_TruncatesTowardsZero() =>
        Assert.Equal([1, -1, 0], Tensor.Of(new[] { 1.9, -1.9, 0.5 }).To(DType.Int32).ToArray<int>());

    [Fact]
    public void ToDouble_SeveralElements_IsRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Tensor.Zeros(2).ToDouble());
        Assert.Equal("toDouble: there must be exactly one element, but the shape is [2]", error.Message);
    }

    [Fact]
    public void Data_OfAnotherType_IsRefused()
    {
        DTypeException error = Assert.Throws<DTypeException>(() => Tensor.Zeros(2).Data<int>().Length);
        Assert.Equal("tensor: elements must be read as float32, but were read as Int32; convert with To", error.Message);
    }
}
