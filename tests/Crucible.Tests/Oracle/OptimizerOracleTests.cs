using System.Text.Json;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Oracle;

/// <summary>Optimizers make PyTorch's steps, and clipping by norm gives PyTorch's gradients.</summary>
public sealed class OptimizerOracleTests
{
    // A handful of float64 operations a step, over five steps.
    private const double StepTolerance = 1e-13;

    // PyTorch divides by the norm plus 1e-6.
    private const double ClippingTolerance = 1e-6;

    /// <summary>All runs of optimizers by name.</summary>
    public static TheoryData<string> Runs => [.. OracleFile.Read<OptimizerRun>("optimizers", "optimizers").Select(run => run.Name)];

    /// <summary>All clippings by name.</summary>
    public static TheoryData<string> Clippings =>
        [.. OracleFile.Read<Clipping>("optimizers", "clipping").Select(clipping => clipping.Name)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Step_GivenGradients_MovesParametersAsInPyTorch(string name)
    {
        OptimizerRun run = OracleFile.Read<OptimizerRun>("optimizers", "optimizers").Single(run => run.Name == name);
        Tensor[] parameters = Parameters(run.Start);
        Optimizer optimizer = Create(run.Optimizer, parameters, new(run.Options));
        foreach ((double[][] gradients, double[][] expected) in run.Gradients.Zip(run.Parameters))
        {
            optimizer.ZeroGradients();
            GiveGradients(parameters, gradients);
            optimizer.Step();
            AssertAll(expected, parameters, StepTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Clippings))]
    public void ByNorm_GivenGradients_ScalesThemAsInPyTorch(string name)
    {
        Clipping clipping = OracleFile.Read<Clipping>("optimizers", "clipping").Single(clipping => clipping.Name == name);
        Tensor[] parameters = Parameters(clipping.Gradients);
        GiveGradients(parameters, [.. clipping.Gradients.Select(gradient => gradient.Values)]);
        Assert.Equal(clipping.Norm, GradientClipping.ByNorm(parameters, clipping.Bound), StepTolerance);
        AssertAll(clipping.Clipped, [.. parameters.Select(parameter => parameter.Gradient!)], ClippingTolerance);
    }

    private static Optimizer Create(string name, Tensor[] parameters, OracleAttributes options)
    {
        double rate = options.Number("learningRate"), momentum = options.NumberOr("momentum", 0),
            decay = options.NumberOr("weightDecay", 0);
        AdamOptions adam = new()
        {
            LearningRate = rate,
            WeightDecay = decay,
            Beta1 = options.NumberOr("beta1", 0.9),
            Beta2 = options.NumberOr("beta2", 0.999),
            Epsilon = options.NumberOr("epsilon", 1e-8),
            AmsGrad = options.Has("amsGrad"),
        };
        return name switch
        {
            "SGD" => new Sgd(
                parameters,
                new()
                {
                    LearningRate = rate,
                    Momentum = momentum,
                    Dampening = options.NumberOr("dampening", 0),
                    Nesterov = options.Has("nesterov"),
                    WeightDecay = decay
                }),
            "Adam" => new Adam(parameters, adam),
            "AdamW" => new AdamW(parameters, adam),
            "RMSprop" => new RmsProp(
                parameters,
                new()
                {
                    LearningRate = rate,
                    Alpha = options.NumberOr("alpha", 0.99),
                    Momentum = momentum,
                    Centered = options.Has("centered"),
                    WeightDecay = decay
                }),
            _ => throw new InvalidDataException($"the oracle names an optimizer {name}"),
        };
    }

    private static Tensor[] Parameters(OracleTensor[] start) =>
        [.. start.Select((tensor, index) => tensor.ToTensor(DType.Float64).AsParameter($"parameter{index}"))];

    // The derivative of Σ parameter · gradient is the gradient.
    private static void GiveGradients(Tensor[] parameters, double[][] gradients)
    {
        foreach ((Tensor parameter, double[] gradient) in parameters.Zip(gradients))
            (parameter * Tensor.From(gradient, [.. parameter.Shape])).Sum().Backward();
    }

    private static void AssertAll(double[][] expected, Tensor[] actual, double tolerance)
    {
        foreach ((double[] values, Tensor tensor) in expected.Zip(actual))
            foreach ((double value, double found) in values.Zip(tensor.ToArray()))
                Assert.Equal(value, found, tolerance);
    }

    private sealed record OptimizerRun(
        string Name, string Optimizer, Dictionary<string, JsonElement> Options, OracleTensor[] Start, double[][][] Gradients,
        double[][][] Parameters);

    private sealed record Clipping(string Name, double Bound, OracleTensor[] Gradients, double Norm, double[][] Clipped);
}
