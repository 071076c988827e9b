using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Optimizers;

public class OptimizerTests
{
    /// <summary>A handful of roundings in float64.</summary>
    private const double Rounding = 1e-14;

    [Fact]
    public void Adam_FirstStep_MovesByTheLearningRate()
    {
        // m̂ = g and v̂ = g² at the first step, so that p moves by rate·g / (|g| + ε) ≈ rate whatever the size of g.
        Tensor p = Parameter("p", 3.0, -7.0);
        StepWith(new Adam([p], new() { LearningRate = 0.25 }), p, 1e-3, 1e5);
        Assert.Equal(3.0 - (0.25 * 1e-3 / (1e-3 + 1e-8)), p.ToArray()[0], Rounding);
        Assert.Equal(-7.0 - (0.25 * 1e5 / (1e5 + 1e-8)), p.ToArray()[1], Rounding);
    }

    [Fact]
    public void Sgd_MomentumTwoSteps_EqualHandValue()
    {
        // g = 1: v = 1, p = 5 - 0.1·1 = 4.9; g = 2: v = 0.5·1 + 2 = 2.5, p = 4.9 - 0.25 = 4.65.
        Tensor p = Parameter("p", 5.0);
        Sgd sgd = new([p], new() { LearningRate = 0.1, Momentum = 0.5 });
        StepWith(sgd, p, 1.0);
        StepWith(sgd, p, 2.0);
        Assert.Equal(4.65, p.ToArray()[0], Rounding);
    }

    [Fact]
    public void Groups_OwnDecayAndRate_ApplyToTheirParametersOnly()
    {
        // p ← p·(1 - 0.1·0.5) - 0.1·g with g = 0; the second group does not decay, the third has a tenth of the rate.
        (Tensor? a, Tensor? b, Tensor? c) = (Parameter("a", 1.0), Parameter("b", 1.0), Parameter("c", 1.0));
        Sgd sgd = new(
            [new ParameterGroup([a]), new([b]) { WeightDecay = 0.0 }, new([c]) { LearningRateScale = 0.1 }],
            new() { LearningRate = 0.1, WeightDecay = 0.5 });
        sgd.ZeroGradients();
        ((a + b + c) * 0.0).Sum().Backward();
        sgd.Step();
        Assert.Equal(0.95, a.ToArray()[0], Rounding);
        Assert.Equal(1.0, b.ToArray()[0], Rounding);
        Assert.Equal(0.995, c.ToArray()[0], Rounding);
    }

    [Fact]
    public void DecayMatricesOnly_MixedRanks_SplitsByRank()
    {
        Tensor[] parameters = [Tensor.Zeros(2, 3), Tensor.Zeros(3), Tensor.Zeros(3, 1, 2), Tensor.Scalar(1.0)];
        IReadOnlyList<ParameterGroup> groups = ParameterGroup.DecayMatricesOnly(parameters);
        Assert.Equal([parameters[0], parameters[2]], groups[0].Parameters);
        Assert.Null(groups[0].WeightDecay);
        Assert.Equal([parameters[1], parameters[3]], groups[1].Parameters);
        Assert.Equal(0.0, groups[1].WeightDecay);
        Assert.Single(ParameterGroup.DecayMatricesOnly([parameters[1]]));
    }

    [Fact]
    public void Step_FrozenParameter_StaysAndNeedsNoGradient()
    {
        (Tensor? trained, Tensor? frozen) = (Parameter("trained", 1.0), Parameter("frozen", 1.0));
        frozen.RequiresGradient = false;
        Sgd sgd = new([trained, frozen], new() { LearningRate = 1.0, WeightDecay = 0.5 });
        (trained * frozen).Sum().Backward();
        sgd.Step();
        Assert.Equal(-0.5, trained.ToArray()[0], Rounding);
        Assert.Equal(1.0, frozen.ToArray()[0]);
    }

    [Fact]
    public void Step_GradientMissing_NamesTheParameterAndChangesNothing()
    {
        (Tensor? used, Tensor? unused) = (Parameter("0.weight", 1.0), Parameter("1.weight", 1.0));
        Adam adam = new([used, unused]);
        (used * 2.0).Sum().Backward();
        GradientException error = Assert.Throws<GradientException>(adam.Step);
        Assert.Equal(
            "adam: every trainable parameter must have a gradient, but 1.weight has none; call loss.Backward() first, or, if the loss does not depend on it, freeze it with RequiresGradient = false",
            error.Message);
        Assert.Equal(1.0, used.ToArray()[0]);
        Assert.Equal(0, adam.StepCount);
    }

    [Fact]
    public void ZeroGradients_AfterBackward_ClearsThemAll()
    {
        (Tensor? a, Tensor? b) = (Parameter("a", 1.0), Parameter("b", 1.0));
        Sgd sgd = new([a, b]);
        (a * b).Sum().Backward();
        sgd.ZeroGradients();
        Assert.Null(a.Gradient);
        Assert.Null(b.Gradient);
    }

    [Fact]
    public void Step_AfterWarmUp_AllocatesNothing()
    {
        Tensor[] parameters = [.. Enumerable.Range(0, 6).Select(i => Tensor.Ones(20 + i).AsParameter())];
        Optimizer[] optimizers = [new Sgd(parameters, new() { Momentum = 0.9 }), new AdamW(parameters), new RmsProp(parameters)];
        foreach (Tensor parameter in parameters) (parameter * parameter).Sum().Backward();
        foreach (Optimizer optimizer in optimizers)
        {
            optimizer.Step();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) optimizer.Step();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory]
    [InlineData(DType.Float32, 900)] // 0.9ⁿ·0.1 passes 2⁻¹²⁶ at n = 808
    [InlineData(DType.Float64, 6800)] // and 2⁻¹⁰²² at n = 6701
    public void Adam_GradientGoneForGood_MomentReachesZero(DType dtype, int steps)
    {
        Tensor p = Tensor.Ones([1], dtype).AsParameter("p");
        Adam adam = new([p]);
        p.Sum().Backward();
        adam.Step();
        p.Gradient!.FillInPlace(0.0);
        for (int step = 1; step < steps; step++) adam.Step();
        Assert.Equal(0.0, adam.SaveState().Tensors["p.firstMoment"].ToDouble());
    }

    [Fact]
    public void Step_CustomOptimizerOfTensorOperations_RecordsNothing()
    {
        // p ← p - 0.5·sign g
        Tensor p = Parameter("p", 1.0, 2.0);
        StepWith(new SignDescent([p]), p, 3.0, -4.0);
        Assert.Equal([0.5, 2.5], p.ToArray());
        Assert.Null(p.Source);
        Assert.True(GradientMode.IsOn);
    }

    [Fact]
    public void Adam_NotANumber_IsNotHidden()
    {
        Tensor p = Parameter("p", 1.0);
        StepWith(new Adam([p]), p, double.NaN);
        Assert.True(double.IsNaN(p.ToArray()[0]));
    }

    private static Tensor Parameter(string name, params double[] values) => Tensor.From(values).AsParameter(name);

    private static void StepWith(Optimizer optimizer, Tensor parameter, params double[] gradient)
    {
        optimizer.ZeroGradients();
        (parameter * Tensor.From(gradient)).Sum().Backward();
        optimizer.Step();
    }

    private sealed class SignDescent(IEnumerable<Tensor> parameters) : Optimizer([new ParameterGroup(parameters)], 0.5, 0.0)
    {
        protected override void Update(int index, Tensor parameter, Tensor gradient, double learningRate, double weightDecay) =>
            parameter.CopyInPlace(parameter - (learningRate * gradient.Sign()));
    }
}
