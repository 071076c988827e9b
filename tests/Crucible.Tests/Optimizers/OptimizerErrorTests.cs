using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Optimizers;

public class OptimizerErrorTests
{
    private static readonly Tensor[] P = [Tensor.Zeros(2).AsParameter("p")];

    /// <summary>What is asked for, and the whole message.</summary>
    public static TheoryData<Func<object>, string> Refused => new()
    {
        { () => new Adam(P, new() { LearningRate = 0.0 }), "adam: learningRate must be above 0, but is 0" },
        { () => new Adam(P, new() { LearningRate = -0.001 }), "adam: learningRate must be above 0, but is -0.001" },
        { () => new AdamW(P, new() { LearningRate = double.NaN }), "adamW: learningRate must be above 0, but is NaN" },
        { () => new Sgd(P, new() { LearningRate = double.PositiveInfinity }), "sgd: learningRate must be above 0, but is Infinity" },
        { () => new RmsProp(P).LearningRate = -1.0, "rmsProp: learningRate must be 0 or more, but is -1" },
        { () => new Adam(P, new() { Beta1 = 1.0 }), "adam: beta1 must be at least 0 and below 1, but is 1" },
        { () => new AdamW(P, new() { Beta2 = -0.1 }), "adamW: beta2 must be at least 0 and below 1, but is -0.1" },
        { () => new Adam(P, new() { Beta2 = double.NaN }), "adam: beta2 must be at least 0 and below 1, but is NaN" },
        { () => new Adam(P, new() { Epsilon = 0.0 }), "adam: epsilon must be above 0, but is 0" },
        { () => new Adam(P, new() { WeightDecay = -0.5 }), "adam: weightDecay must be 0 or more, but is -0.5" },
        { () => new Sgd(P, new() { Momentum = 1.5 }), "sgd: momentum must be at least 0 and below 1, but is 1.5" },
        { () => new Sgd(P, new() { Nesterov = true }), "sgd: momentum must be above 0 with nesterov, but is 0" },
        { () => new RmsProp(P, new() { Alpha = 2.0 }), "rmsProp: alpha must be at least 0 and below 1, but is 2" },
        { () => new RmsProp(P, new() { Momentum = -1.0 }), "rmsProp: momentum must be at least 0 and below 1, but is -1" },
        { () => new Sgd([new ParameterGroup(P) { LearningRateScale = -1.0 }]), "sgd: learningRateScale must be 0 or more, but is -1" },
        { () => new Adam(Array.Empty<Tensor>()), "adam: there must be parameters to train, but there are none; pass model.Parameters" },
        { () => new Adam([P[0], P[0]]), "adam: parameters must be distinct, but p is repeated; put it into one group only" },
        { () => new Sgd([new ParameterGroup(P), new ParameterGroup(P)]),
          "sgd: parameters must be distinct, but p is repeated; put it into one group only" },
        { () => new Adam([Tensor.Zeros([2], DType.Int32)]), "adam: parameters must be float32 or float64, but parameter[0] is int32" },
        { () => new Adam([P[0] * 2.0]),
          "adam: parameters must be leaves, but parameter[0] was computed by multiply; pass the tensors it was computed from" },
        { () => GradientClipping.ByNorm(P, 0.0), "clipByNorm: maximum must be above 0, but is 0" },
        { () => Do(() => GradientClipping.ByValue(P, double.NaN)), "clipByValue: maximum must be above 0, but is NaN" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WrongOption_SaysWhatIsWrong(Func<object> action, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(action).Message);

    private static object Do(Action action)
    {
        action();
        return action;
    }
}
