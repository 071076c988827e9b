using Crucible.Layers;
using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Oracle;

/// <summary>What tests of whole models share: they load PyTorch's parameters and compare outputs and all gradients.</summary>
internal static class OracleModel
{
    // Some hundred operations, in float64.
    private const double Float64Tolerance = 1e-11;

    // The same in float32, relative to the largest number of its tensor.
    private const double Float32Tolerance = 1e-4;

    /// <summary>All records of a section by name, in both element types.</summary>
    public static TheoryData<string, DType> Names<T>(string file, string section)
        where T : INamedRecord
    {
        TheoryData<string, DType> data = [];
        foreach (T record in OracleFile.Read<T>(file, section))
        {
            data.Add(record.Name, DType.Float64);
            data.Add(record.Name, DType.Float32);
        }

        return data;
    }

    /// <summary>The record with a name.</summary>
    public static T Find<T>(string file, string section, string name)
        where T : INamedRecord => OracleFile.Read<T>(file, section).Single(record => record.Name == name);

    /// <summary>Gives every parameter its recorded values; the paths must be the same, in the same order.</summary>
    public static void Load(Layer model, OracleParameter[] parameters)
    {
        Assert.Equal(parameters.Select(parameter => parameter.Path), model.Parameters.Select(parameter => parameter.Name));
        foreach ((OracleParameter from, Tensor to) in parameters.Zip(model.Parameters))
        {
            Assert.Equal(from.Shape, to.Shape);
            for (int i = 0; i < to.ElementCount; i++) to.SetElement(i, from.Values[i]);
        }
    }

    /// <summary>The gradients of all parameters.</summary>
    public static void AssertGradients(Layer model, IEnumerable<double[]> expected, DType dtype)
    {
        foreach ((double[] gradient, Tensor parameter) in expected.Zip(model.Parameters))
            AssertClose(parameter.Name!, gradient, parameter.Gradient!, dtype);
    }

    /// <summary>Within the tolerance of the size of the largest value expected, or of 1 if all are smaller.</summary>
    public static void AssertClose(string name, double[] expected, Tensor actual, DType dtype)
    {
        double limit = (dtype == DType.Float64 ? Float64Tolerance : Float32Tolerance) * Math.Max(1, expected.Max(Math.Abs));
        double[] values = actual.ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= limit, Invariant($"{name}: element {i} must be {expected[i]}, but is {values[i]}"));
    }
}

/// <summary>A record of the oracle that tests find by its name.</summary>
internal interface INamedRecord
{
    /// <summary>The name.</summary>
    string Name { get; }
}

/// <summary>A parameter with its path and its values.</summary>
internal sealed record OracleParameter(string Path, int[] Shape, double[] Values);
