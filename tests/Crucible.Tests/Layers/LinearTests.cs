using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using Linear = Crucible.Layers.Linear;

namespace Crucible.Tests.Layers;

public class LinearTests
{
    [Fact]
    public void Forward_HandValue()
    {
        // [1 2]·[[1 3 5], [2 4 6]] + [10 20 30] = [1+4, 3+8, 5+12] + … = [15, 31, 47].
        Linear linear = new(2, 3, new(1), new()
        {
            DType = DType.Float64,
            Weight = new("rows", (_, _, _) => Tensor.Of(new[,] { { 1.0, 3, 5 }, { 2, 4, 6 } }, DType.Float64)),
            Bias = new("tens", (_, _, _) => Tensor.Of(new[] { 10.0, 20, 30 }, DType.Float64)),
        });
        Assert.Equal([15.0, 31, 47], linear.Forward(Tensor.Of(new[] { new[] { 1.0, 2 } }, DType.Float64)).ToArray());
    }

    [Fact]
    public void Constructor_Default_IsGlorotUniformWithZeroBiasInFloat32()
    {
        Linear linear = new(13, 40, new(5));
        Assert.Equal(Initializer.GlorotUniform.Create([13, 40], DType.Float32, new(5)).ToArray(), linear.Weight.ToArray());
        Assert.All(linear.Bias!.ToArray(), value => Assert.Equal(0.0, value));
        Assert.Equal(DType.Float32, linear.Weight.DType);
    }

    [Fact]
    public void Forward_WithoutBias_KeepsLeadingAxes()
    {
        Linear linear = new(4, 2, new(1), new() { HasBias = false });
        Assert.Null(linear.Bias);
        Assert.Equal(Shape.From(5, 3, 2), linear.Forward(Tensor.Ones(5, 3, 4)).Shape);
    }

    [Theory]
    [InlineData(0, 1, "linear: inputs must be 1 or more, but is 0")]
    [InlineData(1, -2, "linear: outputs must be 1 or more, but is -2")]
    public void Constructor_WrongSize_IsRefused(int inputs, int outputs, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>(() => new Linear(inputs, outputs, new(1))).Message);
}
