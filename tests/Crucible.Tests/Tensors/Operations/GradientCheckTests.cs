using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Tensors;

/// <summary>Every operation's derivative and the derivative of its derivative, against central differences in float64.</summary>
public class GradientCheckTests
{
    // The four-point difference errs by about step⁴·f⁽⁵⁾/30 + 1e-16·|f|/step: some 1e-11 for functions of size 1 whose
    // fifth derivative is below 300. A power of two, so that a point of few digits stays exact in float32 and casts can
    // be checked too.
    private const double Step = 1.0 / 1024.0;
    private const double DifferenceTolerance = 1e-8;

    // The fused and the composed derivative are the same formula in another order: a few roundings of float64.
    private const double RoundingTolerance = 1e-12;

    public static TheoryData<string> Names => [.. GradientCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivative_OfEveryCase_EqualsCentralDifferences(string name)
    {
        GradientCase one = GradientCases.Named(name);
        for (int input = 0; input < one.Inputs.Length; input++)
        {
            Tensor expected = Differences(one, input, inputs => Projected(one, inputs).ToDouble());
            AssertClose(name, input, expected, Gradients(one, one.Inputs, createGraph: false)[input], DifferenceTolerance);

            // Alone in needing a gradient, an input gets the same one.
            Tensor[] alone = one.Inputs.Select((tensor, index) => index == input ? tensor.Clone().AsParameter() : tensor).ToArray();
            AssertClose(name, input, expected, Projected(one, alone).Gradients([alone[input]])[0], DifferenceTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivative_Composed_EqualsFused(string name)
    {
        GradientCase one = GradientCases.Named(name);
        Tensor[] fused = Gradients(one, one.Inputs, createGraph: false);
        Tensor[] composed = Gradients(one, one.Inputs, createGraph: true);
        for (int input = 0; input < fused.Length; input++) AssertClose(name, input, fused[input], composed[input], RoundingTolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SecondDerivative_OfEveryCase_EqualsCentralDifferences(string name)
    {
        GradientCase one = GradientCases.Named(name);
        Tensor[] inputs = Parameters(one.Inputs);
        Tensor projection = ProjectedGradient(one, inputs, createGraph: true);
        Tensor[] actual = projection.RequiresGradient ? projection.Gradients(inputs) : [.. inputs.Select(Tensor.ZerosLike)];
        for (int input = 0; input < inputs.Length; input++)
            AssertClose(
                name,
                input,
                Differences(one, input, point => ProjectedGradient(one, Parameters(point), createGraph: false).ToDouble()),
                actual[input],
                DifferenceTolerance);
    }

    [Fact]
    public void Registry_ForEveryOperation_HasACase()
    {
        HashSet<Type> seen = new();
        foreach (GradientCase one in GradientCases.All)
        {
            Tensor[] inputs = Parameters(one.Inputs);
            Visit(ProjectedGradient(one, inputs, createGraph: true), seen, []);
            Visit(Projected(one, inputs), seen, []);
        }

        string[] uncovered = typeof(Operation).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract && type != typeof(NoDerivative) && !seen.Contains(type))
            .Select(type => type.Name)
            .ToArray();
        Assert.True(uncovered.Length == 0, "operations without a gradient case: " + string.Join(", ", uncovered));
    }

    private static void Visit(Tensor tensor, HashSet<Type> types, HashSet<Operation> visited)
    {
        if (tensor.Source is not { } operation || !visited.Add(operation)) return;
        types.Add(operation.GetType());
        foreach (Tensor input in operation.Inputs) Visit(input, types, visited);
    }

    private static Tensor[] Parameters(Tensor[] point) => [.. point.Select(tensor => tensor.Clone().AsParameter())];

    /// <summary>Σ weights · function: one number in which every element of the output counts differently.</summary>
    private static Tensor Projected(GradientCase one, Tensor[] inputs)
    {
        Tensor output = one.Function(inputs);
        return (output * Weights(output.Shape, 1)).Sum();
    }

    private static Tensor[] Gradients(GradientCase one, Tensor[] point, bool createGraph)
    {
        Tensor[] inputs = Parameters(point);
        return Projected(one, inputs).Gradients(inputs, createGraph);
    }

    private static Tensor ProjectedGradient(GradientCase one, Tensor[] inputs, bool createGraph)
    {
        Tensor total = Tensor.Scalar(0.0, DType.Float64);
        Tensor[] gradients = Projected(one, inputs).Gradients(inputs, createGraph);
        for (int input = 0; input < gradients.Length; input++)
            total += (gradients[input] * Weights(gradients[input].Shape, input + 2)).Sum();
        return total;
    }

    /// <summary>Between 0.5 and 1.5, exact in float32.</summary>
    private static Tensor Weights(Shape shape, int seed)
    {
        Random random = new(seed);
        return Tensor.Init(shape, _ => (512 + random.Next(1024)) / 1024.0, DType.Float64);
    }

    /// <summary>(8 f(x + h) - 8 f(x - h) - f(x + 2h) + f(x - 2h)) / 12h, for every element of one input.</summary>
    private static Tensor Differences(GradientCase one, int input, Func<Tensor[], double> function)
    {
        Tensor result = Tensor.ZerosLike(one.Inputs[input]);
        for (int element = 0; element < result.ElementCount; element++)
        {
            double At(double distance)
            {
                Tensor[] moved = [.. one.Inputs];
                moved[input] = moved[input].Clone();
                moved[input].SetElement(element, moved[input].Element(element) + distance);
                return function(moved);
            }

            result.SetElement(element, ((8.0 * (At(Step) - At(-Step))) - At(2 * Step) + At(-2 * Step)) / (12.0 * Step));
        }

        return result;
    }

    private static void AssertClose(string name, int input, Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int element = 0; element < expected.ElementCount; element++)
        {
            (double wanted, double found) = (expected.Element(element), actual.Element(element));
            Assert.True(
                Math.Abs(wanted - found) <= tolerance * (1.0 + Math.Abs(wanted)),
                Invariant($"{name}: input {input}, element {element} must be {wanted}, but is {found}"));
        }
    }
}
