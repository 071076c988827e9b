using Crucible.Layers;
using Crucible.Models;
using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Models;

public class MlpTests
{
    /// <summary>A thousandth of the targets' variance, which is 1: the network has learned the rows by heart.</summary>
    private const double ByHeart = 1e-3;

    [Fact]
    public void Summary_Housing_IsThatOfTheDocument()
    {
        Mlp model = new([13, 40, 40, 1], () => new Crucible.Layers.Relu(), new(1), dropout: 0.25);
        Assert.Equal(
            """
               layer           output     parameters
            0  Linear(13, 40)  [300, 40]         560
            1  Relu            [300, 40]           0
            2  Dropout(0.25)   [300, 40]           0
            3  Linear(40, 40)  [300, 40]       1,640
            4  Relu            [300, 40]           0
            5  Dropout(0.25)   [300, 40]           0
            6  Linear(40, 1)   [300, 1]           41
               total                           2,241
            """, model.Summary([300, 13]));
    }

    [Fact]
    public void Training_OneStep_MovesEveryParameter()
    {
        Mlp model = new([5, 8, 8, 2], () => new Crucible.Layers.ParametricRelu(), new(1));
        double[][] before = model.Parameters.Select(parameter => parameter.ToArray()).ToArray();
        Train(model, new Sgd(model.Parameters, new() { LearningRate = 0.1 }), 1, 2);
        Assert.Equal(8, before.Length);
        foreach ((Tensor? parameter, double[]? values) in model.Parameters.Zip(before))
            Assert.True(
                values.Zip(parameter.ToArray()).All(pair => pair.First != pair.Second), $"{parameter.Name} did not move everywhere");
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    [InlineData("adamW")]
    [InlineData("rmsProp")]
    public void Training_OneBatch_IsLearnedByHeart(string name)
    {
        Mlp model = new([5, 16, 1], () => new Crucible.Layers.Tanh(), new(1));
        Optimizer optimizer = name switch
        {
            "sgd" => new Sgd(model.Parameters, new() { LearningRate = 0.1, Momentum = 0.9 }),
            "adam" => new Adam(model.Parameters, new() { LearningRate = 1e-2 }),
            "adamW" => new AdamW(model.Parameters, new() { LearningRate = 1e-2 }),
            _ => new RmsProp(model.Parameters, new() { LearningRate = 1e-3, Alpha = 0.9 }),
        };
        Assert.True(Train(model, optimizer, 1000, 1) < ByHeart);
    }

    [Fact]
    public void Training_SameSeed_SameBitsOnOneAndTwoThreads()
    {
        float[] one = Bits(1);
        Assert.Equal(one, Bits(1));
        Assert.Equal(one, Bits(2));
    }

    [Fact]
    public void Constructor_OneSize_IsRefused() =>
        Assert.Equal(
            "mlp: sizes must be at least the input's and the output's, but is [13]",
            Assert.Throws<OptionException>(() => new Mlp([13], () => new Crucible.Layers.Relu(), new(1))).Message);

    private static float[] Bits(int threads)
    {
        using IDisposable limit = Threads.Use(threads);
        Mlp model = new([5, 100, 60, 1], () => new Crucible.Layers.Gelu(), new(3), dropout: 0.2);
        Train(model, new AdamW(ParameterGroup.DecayMatricesOnly(model.Parameters)), 3, 1, rows: 200);
        return [.. model.Parameters.SelectMany(parameter => parameter.ToArray<float>())];
    }

    private static double Train(Layer model, Optimizer optimizer, int steps, int outputs, int rows = 6)
    {
        Generator generator = new(42);
        (Tensor? x, Tensor? y) = (Tensor.Randn(generator, rows, 5), Tensor.Randn(generator, rows, outputs));
        Tensor loss = Tensor.Zero;
        for (int step = 0; step < steps; step++)
        {
            optimizer.ZeroGradients();
            loss = Loss.MeanSquaredError(model.Forward(x, Pass.Training(generator)), y);
            loss.Backward();
            optimizer.Step();
        }

        return loss.ToDouble();
    }
}
