using Crucible.Layers;
using Crucible.Models;
using Crucible.Tensors;
using Xunit;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Layers;

public class LinearReluChainTests
{
    public static TheoryData<int[], int, DType, Precision> Cases => new()
    {
        { [13, 40, 40, 1], 300, DType.Float32, Precision.Full },
        { [13, 40, 40, 1], 33, DType.Float64, Precision.Full },
        { [3, 7], 5, DType.Float32, Precision.Full },
        { [3, 65, 2, 40, 5], 1, DType.Float32, Precision.Full },
        { [80, 96, 80, 64], 70, DType.Float32, Precision.Mixed },
        { [4, 6, 2], 0, DType.Float32, Precision.Full },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sequential_OfLinearAndRelu_HasTheBitsOfItsMembers(int[] sizes, int rows, DType dtype, Precision precision)
    {
        Sequential model = Model(sizes, dtype);
        Tensor x = Tensor.Randn(new(3), rows, sizes[0]).To(dtype).AsParameter();
        Tensor weights = Tensor.Randn(new(4), rows, sizes[^1]).To(dtype);
        Pass pass = Pass.Training(new(1)).With(precision);
        Tensor[] leaves = [x, .. model.Parameters];

        Tensor y = model.Forward(x, pass), expected = x;
        foreach (Layer layer in model.Layers) expected = layer.Forward(expected, pass);
        double[] values = expected.ToArray();
        Assert.Equal(values, y.ToArray());
        if (sizes.Length > 2) Assert.IsType<LinearReluChainOperation>(y.Source);

        Tensor[] wanted = (expected * weights).Sum().Gradients(leaves), got = (y * weights).Sum().Gradients(leaves);
        for (int i = 0; i < leaves.Length; i++) Assert.Equal(wanted[i].ToArray(), got[i].ToArray());
        Assert.Equal(values, Tensor.Evaluate(() => model.Forward(x, pass)).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Backward_WithFrozenLayers_ReachesTheOthers(int frozen)
    {
        Sequential model = Model([5, 40, 36, 3], DType.Float32);
        Tensor[] parameters = [.. model.Parameters];
        for (int i = 0; i < frozen; i++) parameters[i].RequiresGradient = false;
        Tensor x = Tensor.Randn(new(3), 17, 5), expected = x;
        model.Forward(x).Square().Sum().Backward();
        double[]?[] got = [.. parameters.Select(parameter => parameter.Gradient?.ToArray())];
        foreach (Tensor parameter in parameters) parameter.ClearGradient();
        foreach (Layer layer in model.Layers) expected = layer.Forward(expected);
        expected.Square().Sum().Backward();
        for (int i = 0; i < parameters.Length; i++) Assert.Equal(parameters[i].Gradient?.ToArray(), got[i]);
    }

    [Fact]
    public void Forward_OfOtherMembers_IsTheirsOneByOne()
    {
        Tensor x = Tensor.Randn(new(3), 4, 2, 3);
        Linear bare = new(3, 3, new(1), new() { HasBias = false });
        Sequential[] models = [new(bare, new Relu(), bare), new(new Linear(3, 3, new(1)), new Relu(), new Linear(3, 3, new(2)))];
        foreach (Sequential model in models)
        {
            Tensor expected = x;
            foreach (Layer layer in model.Layers) expected = layer.Forward(expected);
            Tensor y = model.Forward(x); // a stack, or no bias: not one operation
            Assert.Equal(expected.ToArray(), y.ToArray());
            Assert.IsNotType<LinearReluChainOperation>(y.Source);
        }
    }

    [Fact]
    public void Forward_WhereMembersDoNotFit_NamesThem()
    {
        Sequential inner = new(new Linear(3, 4, new(1)), new Relu(), new Linear(5, 2, new(1)));
        string message = Assert.Throws<ShapeException>(() => inner.Forward(Tensor.Ones(2, 3))).Message;
        Assert.Contains("model.2", message, StringComparison.Ordinal);
        message = Assert.Throws<ShapeException>(() => Model([3, 4, 2], DType.Float32).Forward(Tensor.Ones(2, 4))).Message;
        Assert.Contains("model.0", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Observer_SeesEveryMember()
    {
        Sequential model = Model([3, 4, 2], DType.Float32);
        List<Layer> seen = [];
        model.Forward(Tensor.Ones(2, 3), Pass.Observing((layer, _) => seen.Add(layer)));
        Assert.Equal([.. model.Layers, model], seen);
    }

    private static Mlp Model(int[] sizes, DType dtype) => new(
        sizes, () => new Relu(), new(2), new() { DType = dtype, Bias = Initializer.Normal(0, 0.1) });
}
