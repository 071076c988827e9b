using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>A sum over an axis of size 0 is 0, in every operation that sums.</summary>
public class EmptyAxisTests
{
    /// <summary>Operations of a [2, 3, 0] tensor, the shape of the result, and its value everywhere.</summary>
    public static TheoryData<string, Func<Tensor, Tensor>, int[], double> Cases => new()
    {
        { "linear", x => x.Linear(Tensor.Zeros(0, 2), Tensor.Ones(2)), [2, 3, 2], 1 },
        { "linear of a matrix", x => x[0].Linear(Tensor.Zeros(0, 2), Tensor.Ones(2)), [3, 2], 1 },
        { "linear of a vector", x => x[0, 0].Linear(Tensor.Zeros(0, 2), Tensor.Ones(2)), [2], 1 },
        { "linear without bias", x => x.Linear(Tensor.Zeros(0, 2)), [2, 3, 2], 0 },
        { "matmul", x => x.MatMul(Tensor.Zeros(0, 2)), [2, 3, 2], 0 },
        { "matmul of a stack", x => x.MatMul(Tensor.Zeros(2, 0, 4)), [2, 3, 4], 0 },
        { "matmul, transposed", x => x.MatMul(Tensor.Zeros(4, 0), transposeB: true), [2, 3, 4], 0 },
        { "dot", x => x[0, 0].Dot(Tensor.Zeros(0)), [], 0 },
        { "einsum", x => Tensor.Einsum("bij,jk->bik", x, Tensor.Zeros(0, 2)), [2, 3, 2], 0 },
        { "einsum, dots", x => Tensor.Einsum("bij,bij->b", x, Tensor.Zeros(2, 3, 0)), [2], 0 },
        { "einsum, broadcast", x => Tensor.Einsum("bij,jk->bik", x, Tensor.Zeros(1, 2)), [2, 3, 2], 0 },
        { "sum", x => x.Sum(-1), [2, 3], 0 },
        { "sum of two axes", x => x.Sum([0, 2]), [3], 0 },
        { "prod", x => x.Prod(-1), [2, 3], 1 },
        { "norm", x => x.Norm(2, -1), [2, 3], 0 },
        { "mean", x => x.Mean(-1), [2, 3], double.NaN },
        { "logSumExp", x => x.LogSumExp(-1), [2, 3], double.NegativeInfinity },
        { "attention without keys", x => Tensor.Ones(1, 2, 3, 4).ScaledDotProductAttention(
            x.Reshape(1, 2, 0, 4), Tensor.Zeros(1, 2, 0, 5)), [1, 2, 3, 5], 0 },
        { "softmax", x => x.Softmax(), [2, 3, 0], 0 },
        { "softmax along another axis", x => x.Softmax(0), [2, 3, 0], 0 },
        { "cumSum", x => x.CumSum(-1), [2, 3, 0], 0 },
        { "layerNorm", x => x.LayerNorm(Tensor.Zeros(0), Tensor.Zeros(0)), [2, 3, 0], 0 },
        { "pad", x => x.Pad(2, 1, 1, 7), [2, 3, 2], 7 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_OverAnEmptyAxis_HasItsNeutralValueAndAGradient(
        string name, Func<Tensor, Tensor> operation, int[] shape, double value)
    {
        Tensor x = Tensor.Zeros(2, 3, 0).AsParameter(name);
        Tensor y = operation(x);
        Assert.Equal(shape, y.Shape);
        Assert.All(y.ToArray(), element => Assert.Equal(value, element));
        y.Sum().Backward();
        Assert.Equal(x.Shape, x.Gradient!.Shape);
    }

    [Fact]
    public void Linear_OverAnEmptyAxis_GivesTheBiasItsGradient()
    {
        (Tensor weight, Tensor bias) = (Tensor.Zeros(0, 2).AsParameter(), Tensor.Ones(2).AsParameter());
        Tensor.Zeros(2, 3, 0).Linear(weight, bias).Sum().Backward();
        Assert.Equal([6, 6], bias.Gradient!.ToArray());
        Assert.Equal(Shape.From(0, 2), weight.Gradient!.Shape);
    }
}
