using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Tensors;

/// <summary>
/// Every operation's fused derivative, its recorded one and that of forward mode, where arithmetic is delicate: zeros of
/// both signs, infinities, subnormal and huge numbers, NaN, and where exponentials vanish beside 1.
/// </summary>
public class SpecialValueTests
{
    /// <summary>
    /// The same formula in another order: a few roundings of float64. Of functions of each element by itself, however
    /// small the derivative is; elsewhere large terms cancel.
    /// </summary>
    private const double Tolerance = 1e-12;

    private static readonly double[] Specials =
    [
        0.0, -0.0, 1.0, -1.0, double.Epsilon, 1e-310, -1e-310, 18.0, -18.0, -38.0, 1e155, -1e155, 1e300, -1e300,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    public static TheoryData<string> Names => [.. GradientCases.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivative_AtSpecialValues_IsTheSameFusedAndRecorded(string name)
    {
        foreach ((GradientCase one, double special, string at) in Points(GradientCases.Named(name)))
        {
            Tensor[] fused = Gradients(one, createGraph: false);
            Tensor[] recorded = Gradients(one, createGraph: true);
            double absolute = IsElementwise(one) ? 0.0 : Tolerance * Size(special);
            for (int input = 0; input < fused.Length; input++)
                AssertSame(at, input, fused[input].ToArray(), recorded[input].ToArray(), absolute);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivative_AtSpecialValues_IsTheSameForwardAndBackWhereBothAreFinite(string name)
    {
        foreach ((GradientCase one, double special, string at) in Points(GradientCases.Named(name)))
        {
            Tensor[] backward = Gradients(one, createGraph: false);
            for (int input = 0; input < backward.Length; input++)
            {
                // Σ of the derivatives along all elements of one input.
                Tensor[] inputs = [.. one.Inputs];
                int moving = input;
                double forward = Derivative.GradV(
                    x => Projected(one, [.. inputs.Select((tensor, index) => index == moving ? x : tensor)]),
                    inputs[input],
                    Tensor.OnesLike(inputs[input])).ToDouble();
                double[] terms = backward[input].ToArray();
                if (!double.IsFinite(forward) || !terms.All(double.IsFinite)) continue;
                Assert.True(
                    Math.Abs(forward - terms.Sum()) <= Tolerance * Math.Max(Size(special), terms.Max(Math.Abs)),
                    Invariant($"{at}: input {input} moves the result by {terms.Sum()}, but by {forward} in forward mode"));
            }
        }
    }

    /// <summary>
    /// The case with a special value in the first element of each input, and in all of its elements. Attention is left
    /// out where that is not finite: its kernel leaves masked keys out, where the recorded derivative has 0 · ∞.
    /// </summary>
    private static IEnumerable<(GradientCase Case, double Special, string At)> Points(GradientCase one) =>
        from input in Enumerable.Range(0, one.Inputs.Length)
        from special in Specials
        from isAll in new[] { false, true }
        let point = With(one, input, special, isAll)
        where double.IsFinite(special) || !one.Name.StartsWith("attention", StringComparison.Ordinal)
        where IsDefined(point)
        select (point, special, Invariant($"{one.Name}, input {input} {(isAll ? "all" : "beginning with")} {special}"));

    /// <summary>Losses refuse what is no probability.</summary>
    private static bool IsDefined(GradientCase one)
    {
        try
        {
            one.Function(one.Inputs);
            return true;
        }
        catch (OptionException)
        {
            return false;
        }
    }

    private static bool IsElementwise(GradientCase one)
    {
        Tensor[] inputs = [.. one.Inputs.Select(tensor => tensor.Clone().AsParameter())];
        return one.Function(inputs).Source is ElementwiseOperation or PowTensor or SwiGlu;
    }

    private static double Size(double special) => double.IsFinite(special) ? Math.Max(1.0, Math.Abs(special)) : 1.0;

    private static GradientCase With(GradientCase one, int input, double special, bool isAll)
    {
        Tensor value = isAll ? Tensor.FullLike(one.Inputs[input], special) : one.Inputs[input].Clone();
        value.SetElement(0, special);
        return one with { Inputs = [.. one.Inputs.Select((tensor, index) => index == input ? value : tensor)] };
    }

    private static Tensor Projected(GradientCase one, Tensor[] inputs)
    {
        Tensor output = one.Function(inputs);
        Random random = new(1);
        return (output * Tensor.Init(output.Shape, _ => (512 + random.Next(1024)) / 1024.0, DType.Float64)).Sum();
    }

    private static Tensor[] Gradients(GradientCase one, bool createGraph)
    {
        Tensor[] inputs = [.. one.Inputs.Select(tensor => tensor.Clone().AsParameter())];
        return Projected(one, inputs).Gradients(inputs, createGraph);
    }

    private static void AssertSame(string at, int input, double[] fused, double[] recorded, double absolute)
    {
        for (int i = 0; i < fused.Length; i++)
            Assert.True(
                fused[i].Equals(recorded[i]) || Math.Abs(fused[i] - recorded[i]) <= (Tolerance * Math.Abs(fused[i])) + absolute,
                Invariant($"{at}: element {i} of input {input}'s gradient is {fused[i]} fused, but {recorded[i]} recorded"));
    }
}
