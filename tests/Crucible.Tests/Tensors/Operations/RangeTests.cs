using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Results that the element type holds, of elements whose sums or squares it does not hold.</summary>
public class RangeTests
{
    /// <summary>A few roundings of float32.</summary>
    private const double Tolerance = 1e-6;

    public static TheoryData<DType, double> Sizes => new()
    {
        { DType.Float32, 1e20 }, { DType.Float32, 1e38 }, { DType.Float32, 1e-30 }, { DType.Float32, 1.0 },
        { DType.Float64, 1e200 }, { DType.Float64, 1e308 }, { DType.Float64, 1e-200 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Std_OfAnySize_IsExact(DType dtype, double size)
    {
        // [1, 1, 0, 0]: the mean is ½, Σ (x - ½)² = 1, so the deviation is √(1/3) and, as a population's, ½.
        Tensor x = Scaled(dtype, size, 1, 1, 0, 0);
        AssertClose(Math.Sqrt(1.0 / 3.0), x.Std(), size);
        AssertClose(0.5, x.Std(0, correction: 0), size);
        AssertClose(0.5, x.Reshape(2, 2).Std([0, 1], correction: 0), size);
        Tensor columns = Tensor.Concat([x.Unsqueeze(1), Tensor.OnesLike(x).Unsqueeze(1)], 1);
        AssertClose(Math.Sqrt(1.0 / 3.0), columns.Std(0).Slice(0, 0, 1), size);

        // ∂s/∂x = (x - mean) / (3 s) = ±½ / √3.
        Tensor parameter = x.Clone().AsParameter();
        parameter.Std().Backward();
        Assert.Equal(0.5 / Math.Sqrt(3.0), parameter.Gradient!.ToArray()[0], Tolerance);
        Assert.Equal(-0.5 / Math.Sqrt(3.0), parameter.Gradient!.ToArray()[3], Tolerance);
    }

    [Fact]
    public void Std_OfTheSizesInPyTorch_GivesItsNumbers()
    {
        // >>> torch.tensor([1e20, 1e20, 0, 0]).std(), torch.tensor([1e-30, 1e-30, 0, 0]).std()
        // (tensor(5.7735e+19), tensor(5.7735e-31))
        Assert.Equal(5.7735e19, Of(DType.Float32, 1e20, 1e20, 0, 0).Std().ToDouble(), 1e15);
        Assert.Equal(5.7735e-31, Of(DType.Float32, 1e-30, 1e-30, 0, 0).Std().ToDouble(), 1e-35);
    }

    [Theory]
    [InlineData(DType.Float32, 1e20)]
    [InlineData(DType.Float64, 1e155)]
    public void Var_WhoseSquaresOverflow_IsFiniteWhenItIs(DType dtype, double size)
    {
        // One 1 among n = 1000 zeros: Σ (x - 1/n)² = 1 - 1/n, divided by n - 1: 1/n. Its derivative there: 2 (1 - 1/n) / (n - 1) = 2/n.
        Tensor x = Scaled(dtype, size, [1.0, .. new double[999]]).AsParameter();
        Tensor variance = x.Var();
        Assert.Equal(0.001, variance.ToDouble() / size / size, 1e-8);
        variance.Backward();
        Assert.Equal(0.002, x.Gradient!.ToArray()[0] / size, 1e-8);
        Assert.Equal(0.001, x.Detach().Reshape(2, 500).Var([0, 1], keepDims: true).ToArray()[0] / size / size, 1e-8);
    }

    [Theory]
    [InlineData(DType.Float32, 1.6e38)]
    [InlineData(DType.Float64, 8e307)]
    public void Std_WhoseNormOverflows_IsFiniteWhenItIs(DType dtype, double size)
    {
        // As many 1 as -1: the population's deviation is 1, the norm of 1000 deviations 32.
        Tensor x = Scaled(dtype, size, [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 1.0 : -1.0)]);
        AssertClose(1.0, x.Std(0, correction: 0), size);
    }

    [Fact]
    public void VarAndStd_OfTooFewElements_AreNaN()
    {
        Assert.Equal(double.NaN, Tensor.Zeros(0).Var().ToDouble());
        Assert.Equal(double.NaN, Tensor.Zeros(1).Var().ToDouble());
        Assert.Equal(double.NaN, Tensor.Zeros(0).Std().ToDouble());
        Assert.Equal(double.NaN, Tensor.Zeros(1).Std().ToDouble());
    }

    [Fact]
    public void Var_WhichOverflows_IsInfinite() =>
        Assert.Equal(double.PositiveInfinity, Of(DType.Float32, 1e20, 1e20, 0, 0).Var().ToDouble());

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Mean_OfAnySize_IsExact(DType dtype, double size)
    {
        Tensor x = Scaled(dtype, size, 1, 1, 1, 1, -1, 1, 1, 1);
        AssertClose(0.75, x.Mean(), size);
        AssertClose(0.5, x.Reshape(2, 4).Mean(1).Slice(0, 1, 2), size);
        AssertClose(0.0, x.Reshape(2, 4).Mean(0).Slice(0, 0, 1), size);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Norm_OfAnySize_IsExact(DType dtype, double size)
    {
        // √(0.3² + 0.4²) = 0.5; ∛(0.3³ + 0.4³) = 0.4498.
        Tensor x = Scaled(dtype, size, 0.3, -0.4);
        AssertClose(0.5, x.Norm(), size);
        AssertClose(Math.Cbrt(0.091), x.Norm(3.0), size);
        AssertClose(0.5, Tensor.Concat([x.Unsqueeze(1), Tensor.ZerosLike(x).Unsqueeze(1)], 1).Norm(2.0, 0).Slice(0, 0, 1), size);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    public void Norm_OfSpecialValues_IsTheirs(double special)
    {
        Assert.Equal(special, Tensor.Full([3], special).Norm().ToDouble());
        Assert.Equal(0.0, Tensor.Zeros(0).Norm().ToDouble());
    }

    [Theory]
    [InlineData(DType.Float32, 1e20)]
    [InlineData(DType.Float32, 1e37)]
    [InlineData(DType.Float64, 1e200)]
    public void Normalizations_OfRowsWhoseSquaresOverflow_AreThoseOfSmallRows(DType dtype, double size)
    {
        double[] values = [1, -2, 0.5, 3, 1, 1, 2, -1, 0.25];
        Func<Tensor, Tensor>[] normalizations = [x => x.LayerNorm(epsilon: 0.0), x => x.RmsNorm(epsilon: 0.0)];
        foreach (Func<Tensor, Tensor> normalize in normalizations)
        {
            foreach (bool createGraph in new[] { false, true })
            {
                // The second row stays small.
                Tensor small = Of(dtype, [.. values, .. values]).Reshape(2, 9).AsParameter();
                Tensor large = Of(dtype, [.. values.Select(value => value * size), .. values]).Reshape(2, 9).AsParameter();
                Tensor weights = Of(dtype, [.. Enumerable.Range(0, 18).Select(i => Math.Cos(i))]).Reshape(2, 9);
                (Tensor expected, Tensor actual) = (normalize(small), normalize(large));
                (double[] wanted, double[] found) = (expected.ToArray(), actual.ToArray());
                (expected * weights).Sum().Backward(createGraph);
                (actual * weights).Sum().Backward(createGraph);
                for (int i = 0; i < 18; i++)
                {
                    Assert.Equal(wanted[i], found[i], 2e-6);
                    Assert.Equal(small.Gradient!.ToArray()[i], large.Gradient!.ToArray()[i] * (i < 9 ? size : 1.0), 2e-6);
                }
            }
        }
    }

    private static Tensor Scaled(DType dtype, double size, params double[] values) =>
        Of(dtype, [.. values.Select(value => value * size)]);

    private static Tensor Of(DType dtype, params double[] values) => Tensor.Of(values, dtype);

    private static void AssertClose(double expected, Tensor actual, double size) =>
        Assert.Equal(expected, actual.ToArray().Single() / size, Tolerance);
}
