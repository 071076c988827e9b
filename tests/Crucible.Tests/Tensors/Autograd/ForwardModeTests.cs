using Crucible.Tensors;
using Xunit;
using static System.FormattableString;

namespace Crucible.Tests.Tensors;

/// <summary>
/// Forward mode of every operation in the registry of gradient cases, alone and nested with itself and with reverse
/// mode.
/// </summary>
public class ForwardModeTests
{
    // As in GradientCheckTests: the four-point difference errs by some 1e-11 for these functions. A power of two, so
    // that casts to float32 stay exact.
    private const double Step = 1.0 / 1024.0;
    private const double DifferenceTolerance = 1e-8;

    // Two orders of the same float64 arithmetic; third derivatives reach 1e3.
    private const double RoundingTolerance = 1e-11;

    public static TheoryData<string> Names => [.. GradientCases.All.Select(one => one.Name)];

    [Fact]
    public void Operation_ThatAddsToAnInputTwice_HasBothInItsTangent() =>
        Assert.Equal([3, 6], Derivative.JacobianV(TwoParts.Of, Tensor.From([7.0, 7.0]), Tensor.From([1.0, 2.0])).ToArray()); // 3 · v

    [Theory]
    [MemberData(nameof(Names))]
    public void JacobianV_OfEveryCase_EqualsCentralDifferences(string name)
    {
        foreach ((Func<Tensor, Tensor>? f, Tensor? x) in Functions(GradientCases.Named(name)))
        {
            Tensor v = Direction(x);
            Tensor At(double distance) => f(x + (v * distance));
            Tensor expected = ((8.0 * (At(Step) - At(-Step))) - At(2 * Step) + At(-2 * Step)) / (12.0 * Step);
            AssertClose(name, expected, Derivative.JacobianV(f, x, v), DifferenceTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void JacobianV_OfEveryCase_IsTheTransposeOfReverseMode(string name)
    {
        foreach ((Func<Tensor, Tensor>? f, Tensor? x) in Functions(GradientCases.Named(name)))
        {
            Tensor v = Direction(x);
            (Tensor? value, Tensor? product) = Derivative.FJacobianV(f, x, v);
            Tensor weights = Direction(value);
            AssertClose(name, f(x), value, RoundingTolerance); // some operations compute another way when nothing is recorded
            AssertClose(name, (Derivative.JacobianTv(f, x, weights) * v).Sum(), (weights * product).Sum(), RoundingTolerance);
            Assert.False(product.RequiresGradient || value.RequiresGradient);
            Assert.True(product.Tangents is null && value.Tangents is null);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SecondDerivative_OfEveryCase_IsTheSameInAllFourNestings(string name)
    {
        foreach ((Func<Tensor, Tensor>? f, Tensor? x) in Functions(GradientCases.Named(name)))
        {
            Tensor Scalar(Tensor at) => f(at) is var value ? (value * value * Direction(value)).Sum() : value;
            Tensor v = Direction(x);
            Tensor reverseOverReverse = Derivative.Grad(y => (Derivative.Grad(Scalar, y) * v).Sum(), x);
            AssertClose(name, reverseOverReverse, Derivative.HessianV(Scalar, x, v), RoundingTolerance);
            AssertClose(name, reverseOverReverse, Derivative.Grad(y => Derivative.GradV(Scalar, y, v), x), RoundingTolerance);
            AssertClose(
                name, (reverseOverReverse * v).Sum(), Derivative.GradV(y => Derivative.GradV(Scalar, y, v), x, v), RoundingTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ThirdDerivative_OfEveryCase_IsTheSameInAllNestings(string name)
    {
        foreach ((Func<Tensor, Tensor>? f, Tensor? x) in Functions(GradientCases.Named(name)))
        {
            Tensor Scalar(Tensor at) => f(at) is var value ? (value * value * Direction(value)).Sum() : value;
            Tensor v = Direction(x);
            Tensor Forward(Func<Tensor, Tensor> g, Tensor at) => Derivative.GradV(g, at, v);
            Tensor Reverse(Func<Tensor, Tensor> g, Tensor at) => (Derivative.Grad(g, at) * v).Sum();
            Func<Func<Tensor, Tensor>, Tensor, Tensor>[] modes = [Forward, Reverse];
            IEnumerable<Tensor> results =
                from first in modes
                from second in modes
                from third in modes
                select third(y => second(z => first(Scalar, z), y), x);
            Tensor[] all = results.ToArray();
            foreach (Tensor? result in all) AssertClose(name, all[0], result, RoundingTolerance);
        }
    }

    /// <summary>The case as functions of one tensor: of each input with the others held, and of all of them in one vector.</summary>
    private static IEnumerable<(Func<Tensor, Tensor> Function, Tensor X)> Functions(GradientCase one)
    {
        Tensor[] inputs = one.Inputs;
        for (int moving = 0; moving < inputs.Length; moving++)
        {
            int index = moving;
            yield return (x => one.Function([.. inputs.Select((input, i) => i == index ? x : input)]), inputs[moving]);
        }

        if (inputs.Length == 1) yield break;
        Tensor[] Parts(Tensor x) =>
            [.. x.Split(inputs.Select(input => input.ElementCount)).Zip(inputs, (part, input) => part.Reshape(input.Shape))];
        yield return (x => one.Function(Parts(x)), Tensor.Concat(inputs.Select(input => input.Flatten())));
    }

    /// <summary>Multiples of 1/4 between -1 and 1, exact in float32.</summary>
    private static Tensor Direction(Tensor like)
    {
        Random random = new(like.ElementCount);
        return Tensor.Init(like.Shape, _ => (random.Next(9) - 4) / 4.0, like.DType);
    }

    private static void AssertClose(string name, Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = 1.0 + (expected.ElementCount == 0 ? 0.0 : expected.Norm(double.PositiveInfinity).ToDouble());
        for (int element = 0; element < expected.ElementCount; element++)
        {
            (double wanted, double found) = (expected.Element(element), actual.Element(element));
            Assert.True(
                Math.Abs(wanted - found) <= tolerance * scale, Invariant($"{name}: element {element} must be {wanted}, but is {found}"));
        }
    }

    /// <summary>3x, whose derivative comes in two parts.</summary>
    private sealed class TwoParts(Tensor x) : Operation(x)
    {
        public static Tensor Of(Tensor x) => new TwoParts(x).Record(x.Detach() * 3.0);

        protected internal override void Backward(Tensor gradient)
        {
            Accumulate(0, gradient);
            Accumulate(0, gradient * 2.0);
        }
    }
}
