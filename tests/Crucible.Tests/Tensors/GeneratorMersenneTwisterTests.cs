using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Expected values: numpy.random.RandomState(seed) of NumPy 1.24.</summary>
public class GeneratorMersenneTwisterTests
{
    [Fact]
    public void NextDouble_Seed42_EqualsRandomSample()
    {
        MersenneTwister twister = new(42);
        Assert.Equal(
            [0.3745401188473625, 0.9507143064099162, 0.7319939418114051], Enumerable.Range(0, 3).Select(_ => twister.NextDouble()));
        twister = new MersenneTwister(0);
        for (int i = 0; i < 1999; i++) twister.NextDouble(); // past two refills of the 624 words
        Assert.Equal(0.5017731306999452, twister.NextDouble());
    }

    [Fact]
    public void NextUInt32_LargestSeed_EqualsRandint()
    {
        MersenneTwister twister = new(uint.MaxValue);
        Assert.Equal([419326371u, 479346978u, 3918654476u], Enumerable.Range(0, 3).Select(_ => twister.NextUInt32()));
    }

    [Fact]
    public void NextNormal_Seed42_EqualsRandn()
    {
        MersenneTwister twister = new(42);
        double[] expected = [0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597];
        const double OneUnit = 2.3e-16; // the logarithm may differ in its last bit between C libraries
        foreach (double value in expected) Assert.Equal(value, twister.NextNormal(), OneUnit);
    }

    [Fact]
    public void Permutation_Sequence_EqualsNumPy()
    {
        Assert.Equal([8, 1, 5, 0, 7, 2, 9, 4, 3, 6], new MersenneTwister(42).Permutation(10));
        MersenneTwister twister = new(7);
        Assert.Equal([8, 5, 0, 2, 1, 9, 7, 3, 6, 4], twister.Permutation(10));
        Assert.Equal([3, 1, 0, 4, 2], twister.Permutation(5));
        Assert.Equal(0.5277647948207705, twister.NextDouble());
        Assert.Equal(
            "permutation: count must be at least 0, but is -1", Assert.Throws<OptionException>(() => twister.Permutation(-1)).Message);
    }

    [Fact]
    public void Shuffle_Seed42_EqualsNumPy()
    {
        int[] values = [.. Enumerable.Range(0, 300)];
        new MersenneTwister(42).Shuffle(values);
        Assert.Equal([203, 266, 152, 9, 233, 226, 196, 109], values[..8]);
        Assert.Equal(0u, new MersenneTwister(1).NextUpTo(0));
    }
}
