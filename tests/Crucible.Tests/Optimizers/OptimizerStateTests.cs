using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Optimizers;

public class OptimizerStateTests
{
    /// <summary>Every optimizer with all of its slots in use.</summary>
    public static TheoryData<Func<Tensor[], Optimizer>> Optimizers => new()
    {
        p => new Sgd(p, new() { Momentum = 0.9, Nesterov = true }),
        p => new Adam(p),
        p => new AdamW(p),
        p => new RmsProp(p, new() { Momentum = 0.5 }),
        p => new Sgd(p, new() { Momentum = 0.9, Dampening = 0.3 }),
        p => new Adam(p, new() { AmsGrad = true }),
        p => new AdamW(p, new() { AmsGrad = true }),
        p => new RmsProp(p, new() { Momentum = 0.5, Centered = true }),
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void RestoredRun_GoesOn_WithTheSameBits(Func<Tensor[], Optimizer> create)
    {
        Tensor[] whole = Parameters();
        Optimizer optimizer = create(whole);
        Run(optimizer, whole, 0, 7);

        Tensor[] first = Parameters();
        Optimizer stopped = create(first);
        stopped.LearningRate = optimizer.LearningRate;
        Run(stopped, first, 0, 3);
        OptimizerState state = stopped.SaveState();
        Tensor[] second = [.. first.Select(parameter => parameter.Clone().AsParameter(parameter.Name))];
        Run(stopped, first, 3, 5); // must not touch what was saved
        Optimizer resumed = create(second);
        resumed.RestoreState(state);
        Run(resumed, second, 3, 7);

        Assert.Equal(7, resumed.StepCount);
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i].ToArray<float>(), second[i].ToArray<float>());
    }

    [Fact]
    public void SaveState_Adam_NamesTensorsByPathAndSlot()
    {
        OptimizerState state = new Adam(Parameters()).SaveState();
        Assert.Equal(["0.weight.firstMoment", "0.bias.firstMoment", "0.weight.secondMoment", "0.bias.secondMoment"], state.Tensors.Keys);
        Assert.Equal(["step", "learningRate"], state.Numbers.Keys);
    }

    [Fact]
    public void SaveState_TwoModelsWithTheSamePaths_KeepsAllTensors()
    {
        Tensor[] both = [.. Parameters(), .. Parameters()];
        Assert.Equal(
            ["0.weight.velocity", "0.bias.velocity", "0.weight[2].velocity", "0.bias[3].velocity"],
            new Sgd(both, new() { Momentum = 0.9 }).SaveState().Tensors.Keys);
    }

    [Fact]
    public void RestoreState_OtherOptimizer_IsRefusedAsAWhole()
    {
        Adam adam = new(Parameters());
        CheckpointException error =
            Assert.Throws<CheckpointException>(() => adam.RestoreState(new Sgd(Parameters(), new() { Momentum = 0.9 }).SaveState()));
        Assert.Equal(
            "adam: the saved state must have exactly the tensors expected here, but is missing 0.weight.firstMoment, 0.bias.firstMoment, 0.weight.secondMoment, 0.bias.secondMoment and has unexpected 0.weight.velocity, 0.bias.velocity; load it into the kind of optimizer that saved it",
            error.Message);
    }

    [Fact]
    public void RestoreState_OtherShape_IsRefusedAndChangesNothing()
    {
        Tensor[] parameters = Parameters();
        Adam adam = new(parameters);
        Run(adam, parameters, 0, 2);
        OptimizerState before = adam.SaveState();
        OptimizerState other = new Adam([Tensor.Zeros(2, 3).AsParameter("0.weight"), Tensor.Zeros(4).AsParameter("0.bias")]).SaveState();
        CheckpointException error = Assert.Throws<CheckpointException>(() => adam.RestoreState(other));
        Assert.Equal("adam: the saved 0.bias.firstMoment must be float32 [3], but is float32 [4]", error.Message);
        Assert.Equal(before.Tensors["0.weight.firstMoment"].ToArray(), adam.SaveState().Tensors["0.weight.firstMoment"].ToArray());
    }

    [Theory]
    [InlineData("step", -1.0, "adam: the saved step must be a whole number, 0 or more, but is -1")]
    [InlineData("step", 1.5, "adam: the saved step must be a whole number, 0 or more, but is 1.5")]
    [InlineData("learningRate", double.NaN, "adam: the saved learningRate must be 0 or more, but is NaN")]
    public void RestoreState_ImpossibleNumber_IsRefused(string name, double value, string message)
    {
        Adam adam = new(Parameters());
        OptimizerState state = adam.SaveState();
        Dictionary<string, double> numbers = new(state.Numbers) { [name] = value };
        Assert.Equal(message, Assert.Throws<CheckpointException>(() => adam.RestoreState(new(state.Tensors, numbers))).Message);
    }

    private static Tensor[] Parameters() =>
    [
        Tensor.Of(new[,] { { 1.0, -2, 3 }, { 0.5, 0.25, -1 } }).AsParameter("0.weight"),
        Tensor.Of(new[] { 0.1, 0.2, 0.3 }).AsParameter("0.bias")
    ];

    private static void Run(Optimizer optimizer, Tensor[] parameters, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            optimizer.ZeroGradients();
            ((parameters[0] + parameters[1]) * (parameters[0] - step)).Sum().Backward();
            optimizer.Step();
        }
    }
}
