using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Oracle;

/// <summary>
/// Every operation gives PyTorch's values, element types and gradients, in both float types, and refuses what PyTorch
/// refuses.
/// </summary>
public sealed class OracleTests
{
    // Both sides round differently in the last bits, and a case adds up to some dozens of such results.
    private const double Float64Tolerance = 1e-11;

    // Inputs and intermediate results are rounded to 24 bits: a logit of 1000 to within 3e-5, which is then the
    // relative error of its exponential.
    private const double Float32Tolerance = 5e-5;

    /// <summary>All cases by file and name.</summary>
    public static TheoryData<string, string> Cases => Records("cases");

    /// <summary>All refusals by file and name.</summary>
    public static TheoryData<string, string> Refusals => Records("errors");

    [Fact]
    public void OracleOperations_NamesInFiles_AreThoseInTable()
    {
        IEnumerable<string> inFiles =
            OracleFile.Names.SelectMany(file => OracleFile.Read<OracleCase>(file, "cases")).Select(record => record.Operation).Distinct();
        Assert.Equal(inFiles.Order(), OracleOperations.Table.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_InFloat64_IsAsInPyTorch(string file, string name) =>
        Check(Find(file, "cases", name), DType.Float64, Float64Tolerance);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_InFloat32_IsAsInPyTorch(string file, string name) =>
        Check(Find(file, "cases", name), DType.Float32, Float32Tolerance);

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Operation_WrongInput_IsRefused(string file, string name)
    {
        OracleCase record = Find(file, "errors", name);
        Tensor[] inputs = [.. record.Inputs.Select(input => input.ToTensor(DType.Float64))];
        Assert.ThrowsAny<CrucibleException>(() => OracleOperations.Table[record.Operation](inputs, new(record.Attributes)));
    }

    private static void Check(OracleCase record, DType floats, double tolerance)
    {
        Tensor[] inputs = [.. record.Inputs.Select(input => input.ToTensor(floats))];
        Tensor[] parameters = [.. inputs.Where((input, index) => record.Gradients?[index] != null).Select(input => input.AsParameter())];
        Tensor[] outputs = OracleOperations.Table[record.Operation](inputs, new(record.Attributes));

        Assert.Equal(record.Outputs!.Length, outputs.Length);
        foreach ((OracleTensor expected, Tensor actual) in record.Outputs.Zip(outputs))
        {
            Assert.Equal(expected.TypeIn(floats), actual.DType);
            Assert.Equal(expected.Shape, actual.Shape);
            AssertClose(expected.Values, actual.ToArray(), tolerance, "output");
        }

        if (record.Gradients == null) return;
        Tensor[] gradients = OracleCase.WeightedSum(outputs).Gradients(parameters);
        foreach ((double[]? expected, Tensor actual) in record.Gradients.Where(gradient => gradient != null).Zip(gradients))
            AssertClose(expected!, actual.ToArray(), tolerance, "gradient");
    }

    /// <summary>Within the tolerance of the size of the largest value expected, or of 1 if all are smaller.</summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Where(double.IsFinite).Select(Math.Abs).Append(1).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose =
                double.IsFinite(expected[i]) ? Math.Abs(expected[i] - actual[i]) <= tolerance * scale : expected[i].Equals(actual[i]);
            Assert.True(isClose, Invariant($"{what}[{i}] is {actual[i]}, but PyTorch says {expected[i]}"));
        }
    }

    private static OracleCase Find(string file, string section, string name) =>
        OracleFile.Read<OracleCase>(file, section).Single(record => record.Name == name);

    private static TheoryData<string, string> Records(string section)
    {
        TheoryData<string, string> data = [];
        foreach (string file in OracleFile.Names)
            foreach (OracleCase record in OracleFile.Read<OracleCase>(file, section))
                data.Add(file, record.Name);
        return data;
    }
}
