using Crucible.Kernels;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

public class GeneratorTests
{
    private const int Many = 1 << 18;

    /// <summary>
    /// A mean of many independent numbers strays more than five of its standard errors once in 1.7 million trials; the
    /// seed is fixed anyhow.
    /// </summary>
    private const double FiveErrors = 5;

    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x85a308d3243f6a88UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public unsafe void Philox_KnownAnswers_Match(ulong key, ulong high, ulong low, uint a, uint b, uint c, uint d)
    {
        // Random123, kat_vectors, philox 4x32 with 10 rounds: zeros, ones, digits of π
        uint* words = stackalloc uint[4];
        Philox.Block(key, high, low, words);
        Assert.Equal([a, b, c, d], new Span<uint>(words, 4).ToArray());
    }

    [Theory]
    [Kernels.EveryWidth]
    public void NextUInt32_Seed_ContinuesFromState(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        Generator generator = new(5);
        for (int i = 0; i < 7; i++) generator.NextUInt32();
        GeneratorState state = generator.State;
        Assert.Equal(new GeneratorState(5, 0, 7), state);
        float[] first = new float[3000];
        generator.Normal(first);
        int next = generator.NextInt(1000);
        Generator resumed = new(state);
        float[] second = new float[3000];
        resumed.Normal(second);
        Assert.Equal(first, second);
        Assert.Equal(next, resumed.NextInt(1000));
        generator.State = state;
        generator.Normal(second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Split_SameNumber_GivesSameStreamAndOthersDiffer()
    {
        Generator generator = new(5);
        Assert.Equal(generator.Split(3).NextUInt64(), generator.Split(3).NextUInt64());
        ulong[] firsts =
        [
            generator.NextUInt64(),
            .. Enumerable.Range(0, 100).Select(i => generator.Split((ulong)i).NextUInt64()),
            generator.Split(0).Split(0).NextUInt64()
        ];
        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Theory]
    [Kernels.EveryWidth]
    public void Fills_AnyLength_ArePrefixesOfTheSameStream(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        double[] longest = Normals<double>(5000);
        float[] floats = Normals<float>(5000);
        foreach (int n in (int[])[0, 1, 2, 15, 17, 511, 512, 513, 1023, 1024, 1025, 2500])
        {
            Assert.Equal(longest[..n], Normals<double>(n));
            Assert.Equal(floats[..n], Normals<float>(n));
        }
    }

    [Theory]
    [Kernels.EveryWidth]
    public void Fills_Threads_SameBits(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        KernelDataAgree((g, x) => g.Uniform(x, -1, 3));
        KernelDataAgree((g, x) => g.Normal(x, 1, 2));
        KernelDataAgree((g, x) => g.DropoutMask<float>(x, 0.3));

        static void KernelDataAgree(Action<Generator, float[]> fill) =>
            Kernels.KernelData.AssertThreadsAgree<float>(100_001, x => fill(new Generator(9), x));
    }

    [Theory]
    [Kernels.EveryWidth]
    public void Uniform_Many_HasMomentsOfUniform(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] floats = new float[Many];
        double[] doubles = new double[Many];
        Generator generator = new(1);
        generator.Uniform(floats, -1, 3);
        generator.Uniform(doubles, -1, 3);
        foreach (double[] x in (double[][])[Kernels.KernelData.Widen(floats), doubles])
        {
            Assert.All(x, v => Assert.InRange(v, -1, Math.BitDecrement(3.0)));
            Assert.Equal(1, x.Average(), FiveErrors * Math.Sqrt(16.0 / 12 / Many)); // variance width²/12
            // variance of (x − mean)² is width⁴/180
            Assert.Equal(16.0 / 12, x.Average(v => (v - 1) * (v - 1)), FiveErrors * Math.Sqrt(256.0 / 180 / Many));
            AssertChiSquare(x, v => (int)((v + 1) / 4 * 64), 64, _ => 1.0 / 64);
        }
    }

    [Theory]
    [Kernels.EveryWidth]
    public void Normal_Many_HasMomentsOfNormal(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] floats = new float[Many];
        double[] doubles = new double[Many];
        Generator generator = new(2);
        generator.Normal(floats, 3, 2);
        generator.Normal(doubles, 3, 2);
        foreach (double[] x in (double[][])[Kernels.KernelData.Widen(floats), doubles])
        {
            double[] z = [.. x.Select(v => (v - 3) / 2)];
            Assert.Equal(0, z.Average(), FiveErrors / Math.Sqrt(Many));
            Assert.Equal(1, z.Average(v => v * v), FiveErrors * Math.Sqrt(2.0 / Many));
            Assert.Equal(0, z.Average(v => v * v * v), FiveErrors * Math.Sqrt(15.0 / Many));
            Assert.Equal(3, z.Average(v => v * v * v * v), FiveErrors * Math.Sqrt(96.0 / Many));
            AssertChiSquare(z, v => Math.Clamp((int)Math.Floor((v + 3) * 8), -1, 48) + 1, 50, bin =>
                Cdf((bin / 8.0) - 3, bin, 49) - Cdf(((bin - 1) / 8.0) - 3, bin - 1, 49));
            double correlation = Enumerable.Range(0, Many - 1).Average(i => z[i] * z[i + 1]);
            Assert.Equal(0, correlation, FiveErrors / Math.Sqrt(Many));
            // the partner in Box and Muller's transform
            double halfCorrelation = Enumerable.Range(0, Many - 512).Average(i => z[i] * z[i + 512]);
            Assert.Equal(0, halfCorrelation, FiveErrors / Math.Sqrt(Many));
        }

        static double Cdf(double x, int bin, int last) =>
            bin < 0 ? 0 : bin >= last ? 1 : MathNet.Numerics.Distributions.Normal.CDF(0, 1, x);
    }

    [Theory]
    [Kernels.EveryWidth]
    public void DropoutMask_Many_KeepsTheMean(int bits)
    {
        using IDisposable width = SimdWidth.Use(bits);
        float[] mask = new float[Many];
        new Generator(3).DropoutMask<float>(mask, 0.25);
        Assert.All(mask, v => Assert.True(v is 0 or 1 / 0.75f));
        Assert.Equal(1, mask.Average(), FiveErrors * Math.Sqrt(0.25 / 0.75 / Many));
    }

    [Fact]
    public void NextInt_Many_IsUniform()
    {
        Generator generator = new(4);
        AssertChiSquare([.. Enumerable.Range(0, Many).Select(_ => (double)generator.NextInt(37))], v => (int)v, 37, _ => 1.0 / 37);
        Assert.Equal(0, generator.NextInt(1));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(generator.NextInt(int.MaxValue), 0, int.MaxValue - 1));
    }

    [Fact]
    public void Permutation_AllOrders_AreEquallyLikely()
    {
        Generator generator = new(5);
        double[] orders = [.. Enumerable.Range(0, 24_000).Select(_ => Rank(generator.Permutation(4)))];
        AssertChiSquare(orders, v => (int)v, 24, _ => 1.0 / 24);

        static double Rank(int[] p) => (p[0] * 6) + (p.Skip(1).Count(v => v < p[1]) * 2) + (p[2] > p[3] ? 1 : 0);
    }

    [Fact]
    public void Arguments_OutOfRange_Throw()
    {
        Generator generator = new(1);
        Assert.Equal("nextInt: count must be at least 1, but is 0", Assert.Throws<OptionException>(() => generator.NextInt(0)).Message);
        Assert.Equal(
            "permutation: count must be at least 0, but is -1", Assert.Throws<OptionException>(() => generator.Permutation(-1)).Message);
        Assert.Equal(
            "uniform: high must be finite and at least low = 1, but is 0",
            Assert.Throws<OptionException>(() => generator.Uniform(new float[1], 1, 0)).Message);
        Assert.Equal(
            "uniform: low must be finite, but is NaN",
            Assert.Throws<OptionException>(() => generator.Uniform(new float[1], double.NaN, 0)).Message);
        Assert.Equal(
            "normal: deviation must be finite and at least 0, but is -1",
            Assert.Throws<OptionException>(() => generator.Normal(new double[1], 0, -1)).Message);
        Assert.Equal(
            "normal: mean must be finite, but is NaN",
            Assert.Throws<OptionException>(() => generator.Normal(new double[1], double.NaN, 1)).Message);
    }

    private static T[] Normals<T>(int count)
        where T : unmanaged
    {
        T[] values = new T[count];
        if (values is float[] floats) new Generator(6).Normal(floats);
        if (values is double[] doubles) new Generator(6).Normal(doubles);
        return values;
    }

    /// <summary>Pearson's statistic has mean k and variance 2k for k = bins − 1 degrees of freedom.</summary>
    private static void AssertChiSquare(double[] x, Func<double, int> bin, int bins, Func<int, double> probability)
    {
        int[] counts = new int[bins];
        foreach (double v in x) counts[bin(v)]++;
        double statistic =
            Enumerable.Range(0, bins).Sum(i => Math.Pow(counts[i] - (x.Length * probability(i)), 2) / (x.Length * probability(i)));
        Assert.InRange(statistic, bins - 1 - (FiveErrors * Math.Sqrt(2 * (bins - 1))), bins - 1 + (FiveErrors * Math.Sqrt(2 * (bins - 1))));
    }
}
