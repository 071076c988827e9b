using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class BackwardTests
{
    private static Tensor Parameter(params double[] values) => Tensor.From(values).AsParameter("w");

    private static Tensor Constant(params double[] values) => Tensor.From(values);

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
    public void Backward_FromWeights_SumsByThem()
    {
        Tensor w = Parameter(2, 3);
        (w * w).Backward(Constant(10, 100));
        Assert.Equal([40, 600], w.Gradient!.ToArray()); // 2w · weights
    }

    [Fact]
    public void Backward_CreateGraphTwice_AccumulatesADifferentiableSum()
    {
        Tensor w = Parameter(2);
        (w * w).Sum().Backward(createGraph: true);
        (w * w * w).Sum().Backward(createGraph: true);
        Assert.Equal([16], w.Gradient!.ToArray()); // 2w + 3w²
        Assert.Equal([14], w.Gradient!.Sum().Gradients([w])[0].ToArray()); // 2 + 6w
    }

    [Fact]
    public void Backward_OfFiveInputs_GivesEachItsOwn()
    {
        Tensor[] parts = [.. Enumerable.Range(1, 5).Select(value => Parameter(value))];
        (Tensor.Concat(parts) * Constant(10, 20, 30, 40, 50)).Sum().Backward();
        Assert.Equal([10, 20, 30, 40, 50], parts.Select(part => part.Gradient!.ToArray()[0]));
    }

    [Fact]
    public void Gradients_AlongABranchWithoutDerivative_AreNotAskedForThere()
    {
        (Tensor w, Tensor other) = (Parameter(2), Parameter(3));
        Tensor branch = new Undifferentiable(other).Record(Constant(1));
        Assert.Equal([4], ((w * w) + branch).Sum().Gradients([w])[0].ToArray());
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
    public void Backward_RefusedOnce_IsRefusedAgain()
    {
        // A walk that an error ended leaves no marks: otherwise the next one would pass over these nodes in silence.
        (Tensor w, Tensor changed) = (Parameter(2), Parameter(3));
        Tensor loss = ((w * 2.0) + (changed * changed)).Sum();
        changed.FillInPlace(5);
        Assert.Throws<GradientException>(() => loss.Backward());
        Assert.Throws<GradientException>(() => loss.Backward());
        Assert.Null(w.Gradient);
    }

    [Fact]
    public void Gradients_OfSeveralElements_AreRefused()
    {
        Tensor w = Parameter(1, 2);
        GradientException error = Assert.Throws<GradientException>(() => (w * 2.0).Gradients([w]));
        Assert.Equal("gradients: the root must be a scalar, but is [2]; sum it, or pass the gradient to start from", error.Message);
    }

    [Fact]
    public void Gradients_WithRespectToAConstant_AreRefused()
    {
        Tensor constant = Tensor.Ones([2], DType.Float64);
        constant.Name = "data";
        GradientException error = Assert.Throws<GradientException>(() => (Parameter(1, 2) * constant).Sum().Gradients([constant]));
        Assert.Equal("gradients: data [2] does not require a gradient; mark it with AsParameter()", error.Message);
    }

    public static TheoryData<string, Action> Refused => new()
    {
        { "backward: the gradient to start from must have the root's shape [2], but is [3]",
          () => (Parameter(1, 2) * 2.0).Backward(Constant(1, 2, 3)) },
        { "backward: element types must be equal, but a is float64 and b is float32; convert one with To",
          () => (Parameter(1, 2) * 2.0).Backward(Tensor.Ones(2)) },
        { "backward: a tensor of shape [2] was not computed from anything that requires a gradient;"
          + " mark the parameters with AsParameter() and compute outside of NoGrad()",
          () => Tensor.Ones(2).Backward(Tensor.Ones(2)) },
        { "gradients: a tensor of shape [] was not computed from anything that requires a gradient;"
          + " mark the parameters with AsParameter() and compute outside of NoGrad()",
          () => Tensor.Ones(2).Sum().Gradients([Parameter(1)]) },
        { "gradients: the gradient to start from must have the root's shape [1], but is [2]",
          () => Parameter(1).Gradients(Constant(1, 2), [Parameter(1)]) },
        { "backward: elements must be float32 or float64, but are int32; convert with To",
          () => Tensor.Scalar(1.0, DType.Int32).Backward() },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Walk_ThatCannotStart_SaysWhy(string message, Action walk) =>
        Assert.Equal(message, Assert.ThrowsAny<CrucibleException>(walk).Message);

    [Fact]
    public void Backward_GradientOfAnotherShapeOrType_NamesTheOperation()
    {
        foreach ((Tensor gradient, string found) in new[]
        {
            (Constant(1, 2), "float64 [2]"),
            (Tensor.Ones(1), "float32 [1]"),
        })
        {
            Tensor output = new Wrong(Parameter(1), gradient).Record(Constant(1));
            Assert.Equal(
                $"wrong: the gradient of input 0 must be float64 [1], but is {found}; the operation's derivative is wrong",
                Assert.Throws<GradientException>(() => output.Sum().Backward()).Message);
        }
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
        Tensor quoted = Constant(1, 2).AsParameter("a \"\\\" b");
        Tensor product = quoted * Tensor.Ones([2], DType.Float64);
        Assert.Equal(
            """
            digraph crucible {
              rankdir=BT;
              node [fontname="sans-serif"];
              n0 [shape=oval, style=filled, fillcolor="#dbe9ff", label="a \"\\\" b\n[2] float64"];
              n1 [shape=oval, style=dashed, label="data\n[2] float64"];
              n2 [shape=box, label="multiply\n[2] float64"];
              n0 -> n2;
              n1 -> n2;
              n3 [shape=oval, style=filled, fillcolor="#dbe9ff", label="parameter\n[2] float64"];
              n4 [shape=box, label="add\n[2] float64"];
              n2 -> n4;
              n3 -> n4;
            }

            """,
            GraphView.ToDot(product + Constant(3, 4).AsParameter()));
    }

    private sealed class Undifferentiable(Tensor x) : Operation(x);

    /// <summary>Passes one fixed gradient on, whatever it is given.</summary>
    private sealed class Wrong(Tensor x, Tensor passed) : Operation(x)
    {
        protected internal override void Backward(Tensor gradient) => Accumulate(0, passed);
    }
}
