using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Oracle;

/// <summary>Initializers draw with PyTorch's bounds and standard deviations.</summary>
public sealed class InitializerOracleTests
{
    private const int Draws = 200;

    // Of 8000 values and more, the largest lies within a thousandth of the bound.
    private const double BoundTolerance = 0.003;

    // The standard error of the standard deviation of 8000 values is 0.8 %; four of those.
    private const double DeviationTolerance = 0.032;

    /// <summary>All initializers and shapes by name.</summary>
    public static TheoryData<string> Names => [.. OracleFile.Read<Initial>("initializers", "initializers").Select(record => record.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_ManyDraws_SpreadAsInPyTorch(string name)
    {
        Initial record = OracleFile.Read<Initial>("initializers", "initializers").Single(record => record.Name == name);
        Generator generator = new(1);
        double[] values = [.. Enumerable.Range(0, Draws)
            .SelectMany(_ => Named(record.Initializer).Create(record.Shape, DType.Float64, generator).ToArray())];
        if (record.Bound is double bound)
        {
            double largest = values.Max(Math.Abs);
            Assert.InRange(largest, bound * (1 - BoundTolerance), bound);
        }
        else
        {
            double deviation = Math.Sqrt(values.Average(value => value * value));
            Assert.InRange(deviation / record.StandardDeviation!.Value, 1 - DeviationTolerance, 1 + DeviationTolerance);
        }
    }

    private static Initializer Named(string initializer) => initializer switch
    {
        "glorotUniform" => Initializer.GlorotUniform,
        "glorotNormal" => Initializer.GlorotNormal,
        "heUniform" => Initializer.HeUniform,
        "heNormal" => Initializer.HeNormal,
        _ => throw new InvalidDataException($"the oracle names an initializer {initializer}"),
    };

    private sealed record Initial(string Name, string Initializer, int[] Shape, double? Bound, double? StandardDeviation);
}
