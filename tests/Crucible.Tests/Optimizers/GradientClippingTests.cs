using Crucible.Optimizers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Optimizers;

public class GradientClippingTests
{
    /// <summary>A product and a quotient in float32.</summary>
    private const double Rounding = 1e-7;

    [Fact]
    public void ByNorm_LargeGradients_ScalesThemToTheMaximumTogether()
    {
        // √(3² + 4² + 12²) = 13; scaled by 6.5 / 13.
        (Tensor? a, Tensor? b) = (WithGradient(DType.Float32, 3, -4), WithGradient(DType.Float64, 12));
        Assert.Equal(13.0, GradientClipping.ByNorm([a, b], 6.5), Rounding);
        Assert.Equal([1.5, -2.0], a.Gradient!.ToArray());
        Assert.Equal([6.0], b.Gradient!.ToArray());
        Assert.Equal(6.5, GradientClipping.Norm([a, b]), Rounding);
    }

    [Fact]
    public void ByNorm_SmallGradients_LeavesTheirBits()
    {
        Tensor a = WithGradient(DType.Float32, 0.3, -0.1);
        float[] before = a.Gradient!.ToArray<float>();
        Assert.Equal(Math.Sqrt(0.1), GradientClipping.ByNorm([a, Tensor.Zeros(2).AsParameter()], 1.0), Rounding);
        Assert.Equal(before, a.Gradient!.ToArray<float>());
    }

    [Fact]
    public void ByNorm_NotFinite_ReturnsItAndChangesNothing()
    {
        Tensor a = WithGradient(DType.Float32, double.PositiveInfinity, 2);
        Assert.Equal(double.PositiveInfinity, GradientClipping.ByNorm([a], 1.0));
        Assert.Equal([double.PositiveInfinity, 2.0], a.Gradient!.ToArray());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void ByValue_MixedGradients_HoldsEachWithinTheBounds(DType dtype)
    {
        Tensor a = WithGradient(dtype, 3, -4, 0.25);
        GradientClipping.ByValue([a], 0.5);
        Assert.Equal([0.5, -0.5, 0.25], a.Gradient!.ToArray());
    }

    private static Tensor WithGradient(DType dtype, params double[] gradient)
    {
        Tensor parameter = Tensor.Zeros([gradient.Length], dtype).AsParameter();
        parameter.Backward(Tensor.Of(gradient, dtype));
        return parameter;
    }
}
