using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Along axis 0 or -1 a scalar is what a vector of one element is, as in PyTorch: torch.tensor(3.).cumsum(0) is 3.</summary>
public class ScalarAxisTests
{
    public static TheoryData<string, Func<Tensor, int, Tensor>> Operations => new()
    {
        { "sum", (x, axis) => x.Sum(axis) },
        { "sum, kept", (x, axis) => x.Sum(axis, keepDims: true) },
        { "sum of axes", (x, axis) => x.Sum([axis]) },
        { "mean", (x, axis) => x.Mean(axis) },
        { "prod", (x, axis) => x.Prod(axis) },
        { "max", (x, axis) => x.Max(axis) },
        { "min of axes", (x, axis) => x.Min([axis]) },
        { "logSumExp", (x, axis) => x.LogSumExp(axis) },
        { "norm", (x, axis) => x.Norm(2, axis) },
        { "var", (x, axis) => x.Var(axis, correction: 0) },
        { "std", (x, axis) => x.Std(axis, correction: 0) },
        { "cumSum", (x, axis) => x.CumSum(axis) },
        { "softmax", (x, axis) => x.Softmax(axis) },
        { "logSoftmax", (x, axis) => x.LogSoftmax(axis) },
        { "sort", (x, axis) => x.Sort(axis, descending: true).Item1 },
        { "topK", (x, axis) => x.TopK(1, axis).Item1 },
        { "argSort", (x, axis) => x.ArgSort(axis) },
        { "sort's indices", (x, axis) => x.Sort(axis).Item2 },
        { "argMax", (x, axis) => x.ArgMax(axis) },
        { "any", (x, axis) => x.Greater(2).Any(axis) },
        { "all", (x, axis) => x.Greater(2).All(axis) },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_OfAScalar_IsThatOfAVectorOfOneElement(string name, Func<Tensor, int, Tensor> operation)
    {
        foreach (int axis in new[] { 0, -1 })
        {
            (Tensor scalar, Tensor vector) = (Expect.Vector(3).Reshape().AsParameter(name), Expect.Vector(3).AsParameter(name));
            (Tensor actual, Tensor expected) = (operation(scalar, axis), operation(vector, axis));
            Assert.Equal(0, actual.Rank);
            Assert.Equal((expected.DType, expected.ToDouble()), (actual.DType, actual.ToDouble()));
            Assert.Equal(expected.RequiresGradient, actual.RequiresGradient);
            if (actual.RequiresGradient)
                Assert.Equal(expected.Sum().Gradients([vector])[0].ToArray(), actual.Gradients([scalar])[0].ToArray());
        }

        Assert.Throws<ShapeException>(() => operation(Tensor.Scalar(3), 1));
    }

    [Fact]
    public void TopK_OfAScalar_TakesItOnce() =>
        Expect.Error<ShapeException>("topK: k must be 1 of a scalar, but is 2", () => Tensor.Scalar(1).TopK(2));
}
