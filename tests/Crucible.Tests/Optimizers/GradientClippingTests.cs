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
    [InlineData(DType.Float32, 1e20)]
    [InlineData(DType.Float32, 3e38)]
    [InlineData(DType.Float32, 1e-25)]
    [InlineData(DType.Float32, 1e-40)]
    [InlineData(DType.Float64, 1e200)]
    [InlineData(DType.Float64, 1e-200)]
    public void Norm_GradientsWhoseSquaresOverflowOrVanish_IsExact(DType dtype, double size)
    {
        // √(3² + 4²) = 5 over 20 000 elements in two tensors; 1e-40 has 5 digits in float32.
        double unit = Tensor.Scalar(size / 4, dtype).ToDouble();
        (Tensor a, Tensor b) = (WithGradient(dtype, [3 * unit, .. new double[19_998]]), WithGradient(dtype, 4 * unit));
        double expected = Math.Sqrt(Math.Pow(a.Gradient!.ToArray()[0] / unit, 2) + 16) * unit;
        Assert.Equal(1.0, GradientClipping.Norm([a, b]) / expected, 1e-15);
        Assert.Equal(1.0, GradientClipping.ByNorm([a, b], expected / 2) / expected, 1e-15);
        Assert.Equal(2.0 * unit / size, b.Gradient!.ToArray()[0] / size, size < 1e-38 ? 1e-5 : Rounding);
    }

    [Fact]
    public void ByNorm_HugeGradientsAndASmallMaximum_KeepTheirDigits()
    {
        // 3e38 · 1e-8 / 3e38: the factor 3.3e-47 is no float32.
        Tensor a = WithGradient(DType.Float32, 3e38);
        GradientClipping.ByNorm([a], 1e-8);
        Assert.Equal(1.0, a.Gradient!.ToArray()[0] / 1e-8, Rounding);
    }

    [Fact]
    public void Norm_ManyFloat32Gradients_IsSummedInDoublePrecision()
    {
        // A float32 sum of squares ends with 7 digits.
        double[] gradient = [.. Enumerable.Range(0, 100_000).Select(i => (double)(float)(0.1 + (i * 1e-6)))];
        Tensor a = WithGradient(DType.Float32, gradient);
        Assert.Equal(1.0, GradientClipping.Norm([a]) / Math.Sqrt(gradient.Sum(value => value * value)), 1e-13);
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
