using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using Embedding = Crucible.Layers.Embedding;

namespace Crucible.Tests.Layers;

/// <summary>The layers that wrap one operation: they call the right one, with their parameters.</summary>
public class LayerValueTests
{
    /// <summary>A few float32 operations on values of order 1, among them a root.</summary>
    private const double Rounding = 1e-6;

    /// <summary>The layer, its text, and its value at -1 and 2.</summary>
    public static TheoryData<Layer, string, double[]> Activations => new()
    {
        { new Crucible.Layers.Relu(), "Relu", [0.0, 2.0] },
        { new Crucible.Layers.LeakyRelu(), "LeakyRelu(0.01)", [-0.01, 2.0] },
        { new Crucible.Layers.Elu(2.0), "Elu(2)", [2.0 * (Math.Exp(-1) - 1), 2.0] },
        { new Crucible.Layers.Sigmoid(), "Sigmoid", [1 / (1 + Math.E), 1 / (1 + Math.Exp(-2))] },
        { new Crucible.Layers.Tanh(), "Tanh", [Math.Tanh(-1), Math.Tanh(2)] },
        { new Crucible.Layers.Gelu(), "Gelu", [-0.15865525, 1.95449974] }, // -Φ(-1), 2Φ(2)
        { new Crucible.Layers.Gelu(approximate: true), "Gelu(tanh)", [-0.15880801, 1.95459769] }, // x/2·(1 + tanh(√(2/π)·(x + 0.044715x³)))
        { new Crucible.Layers.Silu(), "Silu", [-1 / (1 + Math.E), 2 / (1 + Math.Exp(-2))] },
        { new Crucible.Layers.Softplus(), "Softplus", [Math.Log(1 + Math.Exp(-1)), Math.Log(1 + Math.Exp(2))] },
        { new Crucible.Layers.Softmax(), "Softmax", [1 / (1 + Math.Exp(3)), 1 / (1 + Math.Exp(-3))] },
        { new Crucible.Layers.ParametricRelu(), "ParametricRelu(1)", [-0.25, 2.0] },
        { new Crucible.Layers.ParametricRelu(2, 0.5), "ParametricRelu(2)", [-0.5, 2.0] },
        { new Crucible.Layers.LayerNorm(2), "LayerNorm(2)", [-1.5 / Math.Sqrt(2.25 + 1e-5), 1.5 / Math.Sqrt(2.25 + 1e-5)] },
        { new Crucible.Layers.LayerNorm(2, hasBias: false), "LayerNorm(2, no bias)",
          [-1.5 / Math.Sqrt(2.25 + 1e-5), 1.5 / Math.Sqrt(2.25 + 1e-5)] },
        { new Crucible.Layers.RmsNorm(2), "RmsNorm(2)", [-1 / Math.Sqrt(2.5 + 1e-6), 2 / Math.Sqrt(2.5 + 1e-6)] },
        { new Crucible.Layers.Flatten(), "Flatten", [-1.0, 2.0] },
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void Forward_TwoNumbers_EqualHandValues(Layer layer, string text, double[] expected)
    {
        Assert.Equal(text, layer.ToString());
        double[] y = layer.Forward(Tensor.Of(new[,] { { -1.0, 2.0 } })).ToArray();
        for (int i = 0; i < 2; i++) Assert.Equal(expected[i], y[i], Rounding);
    }

    [Fact]
    public void Embedding_AnyShapeOfIndices_LooksUpRows()
    {
        Embedding table =
            new(3, 2, new(1), new("rows", (shape, dtype, _) => Tensor.Init(shape, index => (10 * index[0]) + index[1], dtype)));
        Tensor y = table.Forward(Tensor.Of(new[,] { { 2, 0 }, { 1, 2 } }));
        Assert.Equal(Shape.From(2, 2, 2), y.Shape);
        Assert.Equal([20.0, 21, 0, 1, 10, 11, 20, 21], y.ToArray());
        y.Sum().Backward();
        Assert.Equal([1.0, 1, 1, 1, 2, 2], table.Weight.Gradient!.ToArray()); // index 2 came twice
    }

    [Fact]
    public void Embedding_Default_IsStandardNormal() =>
        Assert.Equal(
            Initializer.Normal(0.0, 1.0).Create([5, 4], DType.Float32, new(9)).ToArray(), new Embedding(5, 4, new(9)).Weight.ToArray());

    [Fact]
    public void Flatten_ManyAxes_KeepsTheBatch() => Assert.Equal(Shape.From(2, 12), new Flatten().Forward(Tensor.Ones(2, 3, 4)).Shape);

    [Fact]
    public void Constructors_WrongNumbers_AreRefused()
    {
        Assert.Equal(
            "embedding: count must be 1 or more, but is 0", Assert.Throws<OptionException>(() => new Embedding(0, 2, new(1))).Message);
        Assert.Equal(
            "embedding: size must be 1 or more, but is -1", Assert.Throws<OptionException>(() => new Embedding(2, -1, new(1))).Message);
        Assert.Equal(
            "layerNorm: size must be 1 or more, but is 0", Assert.Throws<OptionException>(() => new Crucible.Layers.LayerNorm(0)).Message);
        Assert.Equal(
            "rmsNorm: epsilon must be above 0, but is 0",
            Assert.Throws<OptionException>(() => new Crucible.Layers.RmsNorm(2, 0.0)).Message);
        Assert.Equal(
            "parametricRelu: channels must be 1 or more, but is 0",
            Assert.Throws<OptionException>(() => new Crucible.Layers.ParametricRelu(0)).Message);
        Assert.Equal(
            "flatten: the input must have a batch axis, but is a scalar",
            Assert.Throws<ShapeException>(() => new Flatten().Forward(Tensor.Scalar(1.0))).Message);
    }
}
