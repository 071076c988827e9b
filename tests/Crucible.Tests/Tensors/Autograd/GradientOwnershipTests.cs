using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>A gradient has memory of its own, so that whoever writes over it changes nothing else.</summary>
public class GradientOwnershipTests
{
    public static TheoryData<bool> Paths => [false, true];

    public static TheoryData<string, bool> Cases => new(
        GradientCases.All.SelectMany(one => new[] { (one.Name, false), (one.Name, true) }));

    [Theory]
    [MemberData(nameof(Paths))]
    public void ByNorm_AfterASum_ScalesEachGradientOnce(bool createGraph)
    {
        // Each of 8 gradients is 1, their norm √8; scaled to 1 each is 1/√8 = 0.3536.
        (Tensor a, Tensor b) = Sum(4, createGraph);
        Assert.Equal(Math.Sqrt(8.0), GradientClipping.ByNorm([a, b], 1.0), 1e-15);
        Assert.All([.. a.Gradient!.ToArray(), .. b.Gradient!.ToArray()], value => Assert.Equal(1.0 / Math.Sqrt(8.0), value, 1e-15));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void InPlaceUsers_OfOneGradient_LeaveTheOther(bool createGraph)
    {
        Action<Tensor>[] users =
        [
            a => a.Gradient!.FillInPlace(9.0),
            a => a.Gradient!.CopyInPlace(Tensor.FullLike(a, 9.0)),
            a => GradientClipping.ByValue([a], 0.5),
            a => GradientClipping.ByNorm([a], 0.5),
            a => a.ClearGradient(),
            a => (a * 2.0).Sum().Backward(),
            a => (a * 2.0).Sum().Backward(createGraph: true),
            a => new Overwriting(a).Step(),
        ];
        foreach (Action<Tensor> use in users)
        {
            (Tensor a, Tensor b) = Sum(40, createGraph);
            use(a);
            Assert.All(b.Gradient!.ToArray(), value => Assert.Equal(1.0, value));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Optimizers_AfterEitherPath_MakeTheSameStep(bool createGraph)
    {
        foreach (string name in Optimizer.Names)
        {
            (Tensor a, Tensor b) = Sum(40, createGraph: false);
            (Tensor c, Tensor d) = Sum(40, createGraph);
            Optimizer.Named(name, [a, b]).Step();
            Optimizer.Named(name, [c, d]).Step();
            Assert.Equal(a.ToArray(), c.ToArray());
            Assert.Equal(b.ToArray(), d.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Backward_FromASeed_LeavesTheSeed(bool createGraph)
    {
        Tensor seed = Tensor.Ones(40);
        Tensor a = Tensor.Zeros(40).AsParameter();
        a.Backward(seed, createGraph);
        GradientClipping.ByValue([a], 0.5);
        a.ClearGradient();
        Assert.All(seed.ToArray(), value => Assert.Equal(1.0, value));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Backward_OfAnOperationThatPassesOnItsOwnTensor_LeavesIt(bool createGraph)
    {
        Tensor slope = Tensor.Ones(40);
        Tensor a = Tensor.Zeros(40).AsParameter();
        new ConstantSlope(a, slope).Record(Tensor.Zeros(40)).Sum().Backward(createGraph);
        a.Gradient!.FillInPlace(9.0);
        Assert.All(slope.ToArray(), value => Assert.Equal(1.0, value));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_OfEveryCase_ShareNoMemory(string name, bool createGraph)
    {
        GradientCase one = GradientCases.Named(name);
        Tensor[] inputs = [.. one.Inputs.Select(tensor => tensor.Clone().AsParameter())];
        Tensor output = one.Function(inputs);
        Tensor seed = Tensor.OnesLike(output);
        Tensor[] targets = [.. inputs, inputs[0], output];
        List<Tensor> all = [seed, .. output.Gradients(seed, targets, createGraph, retainGraph: true)];
        output.Backward(seed, createGraph);
        all.AddRange(inputs.Select(input => input.Gradient).OfType<Tensor>());
        all.AddRange(inputs);
        Assert.Equal(all.Count, all.Select(tensor => tensor.Storage).Distinct().Count());
    }

    [Fact]
    public void Backward_CreateGraph_GivesAGradientThatCanBeDifferentiated()
    {
        Tensor w = Tensor.From([3.0]).AsParameter();
        (w * w * w).Sum().Backward(createGraph: true);
        Assert.Equal([27], w.Gradient!.ToArray()); // 3w²
        Assert.Equal([18], w.Gradient!.Sum().Gradients([w])[0].ToArray()); // 6w
    }

    [Fact]
    public void Backward_AfterTheRecordedGradientWasClipped_IsRefused()
    {
        Tensor w = Tensor.From([3.0]).AsParameter();
        (w * w * w).Sum().Backward(createGraph: true);
        GradientClipping.ByNorm([w], 1.0);
        Assert.Throws<GradientException>(() => w.Gradient!.Sum().Backward());
    }

    [Fact]
    public void Backward_OfWhatReadAGradientThatHasGrownSince_IsRefused()
    {
        Tensor w = Tensor.From([3.0]).AsParameter();
        (w * w).Sum().Backward();
        Tensor product = (w * w.Gradient!).Sum();
        (w * w).Sum().Backward(); // adds to the gradient in place
        Assert.Throws<GradientException>(() => product.Backward());
    }

    private static (Tensor A, Tensor B) Sum(int count, bool createGraph)
    {
        Tensor a = Tensor.Zeros([count], DType.Float64).AsParameter("a");
        Tensor b = Tensor.Zeros([count], DType.Float64).AsParameter("b");
        (a + b).Sum().Backward(createGraph);
        return (a, b);
    }

    /// <summary>May overwrite the gradients that it is given.</summary>
    private sealed class Overwriting(Tensor parameter) : Optimizer([new ParameterGroup([parameter])], 0.1, 0.0)
    {
        protected override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) =>
            gradient.FillInPlace(7.0);
    }

    private sealed class ConstantSlope(Tensor x, Tensor slope) : Operation(x)
    {
        protected internal override void Backward(Tensor gradient) => Accumulate(0, slope);
    }
}
