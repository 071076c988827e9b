using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class BackwardTests
{
    private static Tensor Parameter(params double[] values) => Tensor.From(values).AsParameter("w");

    [Fact]
    public void Backward_Product_GivesTheOtherFactor()
    {
        (Tensor? a, Tensor? b) = (Parameter(2, 3), Parameter(5, 7));
        (a * b).Sum().Backward();
        Assert.Equal([5, 7], a.Gradient!.ToArray());
        Assert.Equal([2, 3], b.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_Twice_Accumulates()
    {
        Tensor w = Parameter(3);
        (w * w).Sum().Backward();
        (w * w).Sum().Backward();
        Assert.Equal([12], w.Gradient!.ToArray()); // 2·3 + 2·3
    }

    [Fact]
    public void Backward_SharedGradient_IsNotAliased()
    {
        // The sum rule hands one gradient to both terms; clipping one must not change the other.
        (Tensor? a, Tensor? b) = (Parameter(new double[40]), Parameter(new double[40]));
        (a + b).Sum().Backward();
        a.Gradient!.FillInPlace(9);
        Assert.All(b.Gradient!.ToArray(), value => Assert.Equal(1, value));
    }

    [Fact]
    public void Backward_Diamond_SumsBothPaths()
    {
        Tensor w = Parameter(2);
        Tensor square = w * w;
        (square * square + square).Sum().Backward();
        Assert.Equal([36], w.Gradient!.ToArray()); // 4w³ + 2w = 32 + 4
    }

    [Fact]
    public void Backward_DeepChain_NeedsNoStack()
    {
        Tensor w = Parameter(1);
        Tensor x = w;
        for (int i = 0; i < 50_000; i++) x += 1.0;
        x.Sum().Backward();
        Assert.Equal([1], w.Gradient!.ToArray());
    }

    [Fact]
    public void Gradients_CreateGraph_ComposeToAnyOrder()
    {
        Tensor w = Parameter(3);
        Tensor y = (w * w * w * w).Sum();
        Tensor first = y.Gradients([w], createGraph: true)[0];
        Tensor second = first.Sum().Gradients([w], createGraph: true)[0];
        Tensor third = second.Sum().Gradients([w], createGraph: true)[0];
        Tensor fourth = third.Sum().Gradients([w])[0];
        // 4w³, 12w², 24w, 24
        Assert.Equal([108, 108, 72, 24], new[] { first, second, third, fourth }.Select(derivative => derivative.ToArray()[0]));
        Assert.Null(w.Gradient);
    }

    [Fact]
    public void Gradients_OfAComputedTensor_AreFound()
    {
        Tensor w = Parameter(2);
        Tensor h = w * 3.0;
        Assert.Equal([12], (h * h).Sum().Gradients([h])[0].ToArray()); // 2·6
    }

    [Fact]
    public void Gradients_OfAnUnrelatedTensor_AreZero()
    {
        (Tensor? a, Tensor? b) = (Parameter(2), Parameter(5, 6));
        Assert.Equal([0, 0], (a * a).Sum().Gradients([b])[0].ToArray());
    }

    [Fact]
    public void NoGrad_RecordsNothing()
    {
        Tensor w = Parameter(2);
        using (Tensor.NoGrad())
        {
            Assert.False((w * w).RequiresGradient);
        }

        Assert.True((w * w).RequiresGradient);
    }

    [Fact]
    public void Backward_OfAConstant_IsRefused()
    {
        GradientException error = Assert.Throws<GradientException>(() => Tensor.Ones(1).Sum().Backward());
        Assert.Equal(
            "backward: a tensor of shape [] was not computed from anything that requires a gradient; mark the parameters with AsParameter() and compute outside of NoGrad()",
            error.Message);
    }

    [Fact]
    public void Backward_OfSeveralElements_IsRefused()
    {
        GradientException error = Assert.Throws<GradientException>(() => (Parameter(1, 2) * 2.0).Backward());
        Assert.Equal(
            "backward: the root must be a scalar, but is [2]; reduce it with Mean() or Sum(), or pass the gradient to start from", error.Message);
    }

    [Fact]
    public void Backward_AgainWithoutRetain_IsRefused()
    {
        Tensor y = Parameter(2) * 2.0;
        Tensor loss = y.Sum();
        loss.Backward();
        GradientException error = Assert.Throws<GradientException>(() => loss.Backward());
        Assert.Equal(
            "sum: backward already ran through this part of the graph and dropped it; to run it twice, pass retainGraph: true the first time",
            error.Message);
    }

    [Fact]
    public void Backward_RetainGraph_RunsTwice()
    {
        Tensor w = Parameter(2);
        Tensor loss = (w * w).Sum();
        loss.Backward(retainGraph: true);
        loss.Backward();
        Assert.Equal([8], w.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_AfterAChangeInPlace_IsRefused()
    {
        Tensor w = Parameter(2);
        Tensor loss = (w * w).Sum();
        w.FillInPlace(5);
        GradientException error = Assert.Throws<GradientException>(() => loss.Backward());
        Assert.Equal(
            "multiply: an input or the output was changed in place after it was computed, so its derivative is no longer known; change it after backward",
            error.Message);
    }

    [Fact]
    public void Backward_WithoutDerivative_Throws()
    {
        Tensor output = new Undifferentiable(Parameter(1)).Record(Tensor.Zeros([1], DType.Float64));
        GradientException error = Assert.Throws<GradientException>(() => output.Sum().Backward());
        Assert.Equal("undifferentiable: has no derivative; detach its input with Detach()", error.Message);
    }

    [Fact]
    public void ToDot_ShowsOperationsShapesAndNames()
    {
        string dot = GraphView.ToDot((Parameter(1, 2) * Tensor.Ones([2], DType.Float64)).Sum());
        Assert.Contains("label=\"w\\n[2] float64\"", dot, StringComparison.Ordinal);
        Assert.Contains("label=\"multiply\\n[2] float64\"", dot, StringComparison.Ordinal);
        Assert.Contains("n2 -> n3;", dot, StringComparison.Ordinal);
    }

    private sealed class Undifferentiable(Tensor x) : Operation(x);
}
