using Crucible.Layers;
using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Xunit;

namespace Crucible.Tests.Layers;

public class InitializerTests
{
    private const int Inputs = 200;
    private const int Outputs = 300;

    /// <summary>
    /// Of 60000 draws the standard error of the mean is std / 245, that of the standard deviation at most std / 346
    /// (normal): five of them.
    /// </summary>
    private const double FiveErrors = 5.0 / 245.0;

    /// <summary>Dot products of some hundred float64 terms.</summary>
    private const double Rounding = 1e-12;

    /// <summary>The initializer, its bound, its standard deviation.</summary>
    public static TheoryData<Initializer, double, double> Moments => new()
    {
        { Initializer.GlorotUniform, Math.Sqrt(6.0 / 500.0), Math.Sqrt(2.0 / 500.0) },
        { Initializer.GlorotNormal, double.PositiveInfinity, Math.Sqrt(2.0 / 500.0) },
        { Initializer.HeUniform, Math.Sqrt(6.0 / 200.0), Math.Sqrt(2.0 / 200.0) },
        { Initializer.HeNormal, double.PositiveInfinity, Math.Sqrt(2.0 / 200.0) },
        { Initializer.Uniform(-0.5, 0.5), 0.5, Math.Sqrt(1.0 / 12.0) },
        { Initializer.Normal(0.0, 0.02), double.PositiveInfinity, 0.02 },

        // Variance of a normal within ±2: 1 - 2·2·φ(2) / (2Φ(2) - 1) = 1 - 4·0.053991 / 0.954500 = 0.773741.
        { Initializer.TruncatedNormal(0.02), 0.04, 0.02 * 0.879626 },
    };

    [Theory]
    [MemberData(nameof(Moments))]
    public void Create_ManyValues_HasBoundsMeanAndDeviation(Initializer initializer, double bound, double std)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64])
        {
            Tensor tensor = initializer.Create([Inputs, Outputs], dtype, new(7));
            double[] values = tensor.ToArray();
            double mean = values.Average();
            Assert.Equal(dtype, tensor.DType);
            // the bound itself is rounded to float32
            Assert.True(values.Max(Math.Abs) <= bound * (1.0 + 1e-6), $"{initializer} exceeds {bound}");
            Assert.True(bound > 1e9 || values.Max(Math.Abs) > bound * 0.99, $"{initializer} does not reach {bound}");
            Assert.True(Math.Abs(mean) < std * FiveErrors, $"{initializer} has mean {mean}");
            Assert.Equal(std, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), std * FiveErrors);
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(7, 3)]
    [InlineData(3, 7)]
    public void Orthogonal_AnyShape_HasOrthogonalShorterSide(int rows, int columns)
    {
        Matrix<double> q = Initializer.Orthogonal(2.0).Create([rows, columns], DType.Float64, new(3)).ToMatrix();
        Matrix<double> gram = rows < columns ? q * q.Transpose() : q.Transpose() * q;
        for (int i = 0; i < gram.RowCount; i++)
            for (int j = 0; j < gram.RowCount; j++) Assert.Equal(i == j ? 4.0 : 0.0, gram[i, j], Rounding);
    }

    [Fact]
    public void Create_SameSeed_SameValues_OtherSeed_Others()
    {
        foreach (Initializer initializer in (Initializer[])[
            Initializer.GlorotUniform, Initializer.HeNormal, Initializer.TruncatedNormal(1.0),
            Initializer.Orthogonal()
        ])
        {
            double[] values = initializer.Create([4, 5], DType.Float32, new(1)).ToArray();
            Assert.Equal(values, initializer.Create([4, 5], DType.Float32, new(1)).ToArray());
            Assert.NotEqual(values, initializer.Create([4, 5], DType.Float32, new(2)).ToArray());
        }
    }

    [Fact]
    public void Constant_AnyShape_IsEverywhere() =>
        Assert.All(Initializer.Constant(0.25).Create([2, 3, 4], DType.Float32, new(1)).ToArray(), value => Assert.Equal(0.25, value));

    [Fact]
    public void Create_FansOfAVector_AreRefused()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => Initializer.GlorotUniform.Create([4], DType.Float32, new(1)));
        Assert.Equal("glorotUniform: the shape must be [inputs, outputs] or [outputs, inputs, height, width], but is [4]", error.Message);
    }

    [Fact]
    public void Create_Integers_AreRefused() =>
        Assert.Equal(
            "heNormal: elements must be float32 or float64, but are int32; convert with To",
            Assert.Throws<DTypeException>(() => Initializer.HeNormal.Create([4, 4], DType.Int32, new(1))).Message);

    [Fact]
    public void Create_CustomOfAnotherShape_IsRefused()
    {
        Initializer custom = new("ramp", (_, dtype, _) => Tensor.Arange(3, dtype));
        Assert.Equal(
            "ramp: the values must have shape [2], but have [3]",
            Assert.Throws<ShapeException>(() => custom.Create([2], DType.Float32, new(1))).Message);
        Assert.Equal([0.0, 1.0, 2.0], custom.Create([3], DType.Float32, new(1)).ToArray());
    }

    [Fact]
    public void Factories_WrongNumbers_AreRefused()
    {
        Assert.Equal(
            "uniform: high must be above low = 1, but is 1", Assert.Throws<OptionException>(() => Initializer.Uniform(1.0, 1.0)).Message);
        Assert.Equal(
            "normal: std must be 0 or more, but is -1", Assert.Throws<OptionException>(() => Initializer.Normal(0.0, -1.0)).Message);
        Assert.Equal(
            "truncatedNormal: std must be 0 or more, but is NaN",
            Assert.Throws<OptionException>(() => Initializer.TruncatedNormal(double.NaN)).Message);
    }
}
