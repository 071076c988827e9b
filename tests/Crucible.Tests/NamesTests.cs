using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests;

/// <summary>What command lines can name: the table is made from the classes, so that a new one is in it by itself.</summary>
public class NamesTests
{
    private const string AllActivations = "elu, gelu, leakyRelu, parametricRelu, relu, sigmoid, silu, softmax, softplus, tanh";

    private static Tensor Weight => Tensor.Ones(2, 2).AsParameter("weight");

    public static TheoryData<string> Activations => [.. Activation.Names];

    public static TheoryData<string> Optimizers => [.. Optimizer.Names];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Activation_EveryName_MakesItsLayerAnewAndTrainsInANetwork(string name)
    {
        Func<Layer> make = Activation.Named(name.ToUpperInvariant());
        Layer layer = make();
        Assert.StartsWith(name, layer.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.NotSame(layer, make());
        Mlp mlp = new([3, 4, 2], make, new(1));
        mlp.Forward(Tensor.Randn(new Generator(2), 5, 3)).Sum().Backward();
        Assert.All(mlp.Parameters, parameter => Assert.NotNull(parameter.Gradient));
    }

    [Fact]
    public void Activation_EveryClass_HasAName()
    {
        Assert.Equal(AllActivations, string.Join(", ", Activation.Names));
        Assert.Equal(
            typeof(Activation).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Activation))).Select(type => type.Name).Order(),
            Activation.Names.Select(name => char.ToUpperInvariant(name[0]) + name[1..]).Order());
    }

    [Fact]
    public void Activation_UnknownName_NamesTheNearest() => Assert.Equal(
        $"activation must be one of {AllActivations}, but is 'sliu'; did you mean 'silu'?",
        Assert.Throws<OptionException>(() => Activation.Named("sliu")).Message);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Optimizer_EveryName_MakesItsClassWithItsOptions(string name)
    {
        Optimizer optimizer = Optimizer.Named(name.ToUpperInvariant(), [Weight], Options(("learningRate", 0.25), ("WEIGHTDECAY", 0.5)));
        Assert.Equal(name, optimizer.GetType().Name, ignoreCase: true);
        Assert.Equal(0.25, optimizer.LearningRate);
        Assert.Contains("learningRate", Optimizer.OptionNames(name));
    }

    [Fact]
    public void Optimizer_NamedOptions_StepAsTheirClassDoes()
    {
        Tensor named = Weight, own = Weight;
        Dictionary<string, double> options = Options(("learningRate", 0.1), ("momentum", 0.9), ("nesterov", 1), ("weightDecay", 0.01));
        Optimizer byName = Optimizer.Named("sgd", [named], options);
        Sgd byClass = new([own], new() { LearningRate = 0.1, Momentum = 0.9, Nesterov = true, WeightDecay = 0.01 });
        for (int step = 0; step < 3; step++)
        {
            byName.ZeroGradients();
            byClass.ZeroGradients();
            (named * named).Sum().Backward();
            (own * own).Sum().Backward();
            byName.Step();
            byClass.Step();
        }

        Assert.Equal(own.ToArray(), named.ToArray());
    }

    [Fact]
    public void Optimizer_UnknownNameOrOption_NamesTheNearest()
    {
        static string Message(Action action) => Assert.Throws<OptionException>(action).Message;
        Assert.Equal(
            "optimizer must be one of adam, adamW, rmsProp, sgd, but is 'rmsprob'; did you mean 'rmsProp'?",
            Message(() => Optimizer.Named("rmsprob", [Weight])));
        Assert.Equal(
            "sgd: the option must be one of learningRate, momentum, dampening, nesterov, weightDecay, but is 'momentun'; did you mean 'momentum'?",
            Message(() => Optimizer.Named("sgd", [Weight], Options(("momentun", 0.9)))));
        Assert.Equal("sgd: nesterov must be 0 or 1, but is 2", Message(() => Optimizer.Named("sgd", [Weight], Options(("nesterov", 2)))));
        Assert.Equal(
            "adamW: learningRate must be above 0, but is -1",
            Message(() => Optimizer.Named("adamw", [Weight], Options(("learningRate", -1)))));
    }

    [Fact]
    public void Kind_ThatIsNone_IsRefusedAndNotTakenForAnother()
    {
        TransformerOptions options = new() { Width = 4, Heads = 2, Norm = (NormKind)7 };
        Assert.Equal(
            "transformer: NormKind must be one of LayerNorm, RmsNorm, but is 7",
            Assert.Throws<OptionException>(() => new TransformerBlock(options, new(1))).Message);
        Assert.Throws<OptionException>(() => new Gpt(new() { Vocabulary = 3, Context = 4, Positions = (PositionKind)9 }, new(1)));
        Assert.Throws<OptionException>(() => new FeedForward(4, 8, new(1), (FeedForwardKind)5).Forward(Tensor.Ones(1, 4)));
    }

    private static Dictionary<string, double> Options(params (string Name, double Value)[] options) =>
        options.ToDictionary(option => option.Name, option => option.Value);
}
