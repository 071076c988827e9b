using System.Globalization;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class PrintingTests
{
    [Fact]
    public void ToString_Matrix_AlignsColumns() =>
        Assert.Equal(
            "tensor([[  1.0000,  -2.0000],\n        [ 30.5000, 400.0000]], [2, 2] float32)",
            Tensor.Of(new double[,] { { 1, -2 }, { 30.5, 400 } }).ToString());

    [Fact]
    public void ToString_ThreeAxes_SeparatesMatricesByALine() =>
        Assert.Equal("tensor([[[0, 0]],\n\n        [[0, 0]]], [2, 1, 2] int32)", Tensor.Zeros([2, 1, 2], DType.Int32).ToString());

    [Fact]
    public void ToString_LargeTensor_ShowsTheEdges() =>
        Assert.Equal("tensor([   0,    1,    2, …, 1998, 1999, 2000], [2001] int32)", Tensor.Arange(2001, DType.Int32).ToString());

    [Fact]
    public void ToString_SpecialValues_AreNamed() =>
        Assert.Equal(
            "tensor([   nan,    inf,   -inf, 1.0000], [4] float32)",
            Tensor.Of(new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1 }).ToString());

    [Fact]
    public void ToString_WideRange_IsScientific() =>
        Assert.Equal("tensor([1.0000e-10, 1.0000e+00], [2] float64)", Tensor.Of(new[] { 1e-10, 1 }, DType.Float64).ToString());

    [Fact]
    public void ToString_ScalarAndEmpty() =>
        Assert.Equal("tensor(2.0000, [] float32) tensor([], [0] float32)", $"{Tensor.Scalar(2)} {Tensor.Zeros(0)}");

    [Fact]
    public void ToString_CommaCulture_ChangesNothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal("tensor([1.5000], [1] float32)", Tensor.Of(new[] { 1.5 }).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ToString_NamesTheOperationOrParameter()
    {
        Tensor parameter = Tensor.Ones(1).AsParameter();
        Assert.Equal("tensor([1.0000], [1] float32, parameter)", parameter.ToString());
        Assert.Equal("tensor([2.0000], [1] float32, from add)", (parameter + 1.0).ToString());
    }

    [Fact]
    public void ToString_OfManyEmptyRows_IsShort() =>
        Assert.Equal(
            "tensor([[], [], [], …, [], [], []], [1073741824, 0] float32)",
            Tensor.Zeros(1 << 30, 0).ToString().Replace("\n       ", " ", StringComparison.Ordinal));
}
