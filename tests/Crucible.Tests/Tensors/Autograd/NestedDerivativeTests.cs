using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>
/// Derivatives inside differentiated functions: perturbations do not mix, graphs are joined where they must be and
/// dropped where they may.
/// </summary>
public class NestedDerivativeTests
{
    // A few float64 roundings.
    private const double RoundingTolerance = 1e-12;

    private delegate Tensor Operator(Func<Tensor, Tensor> f, Tensor x);

    private static readonly Operator[] Modes =
        [Derivative.Diff, Derivative.Grad, (f, x) => Derivative.Jacobian(f, x), (f, x) => Derivative.JacobianTv(f, x, Tensor.OnesLike(x))];

    [Fact]
    public void Nested_Perturbations_AreNotConfused()
    {
        foreach (Operator outer in Modes)
        {
            foreach (Operator inner in Modes)
            {
                // d/dx x (d/dy (x + y) at y = x) = 1; a derivative that took y's change for x's would give 2.
                AssertClose(1.0, outer(x => x * inner(y => x + y, x), Number(1.0)));

                // d/dx x (d/dy x y at y = 2) = 2x
                AssertClose(6.0, outer(x => x * inner(y => x * y, Number(2.0)), Number(3.0)));

                // d/dx (d/dy y³ at y = x²) = d/dx 3x⁴ = 12x³
                AssertClose(96.0, outer(x => inner(y => y.Pow(3.0), x * x), Number(2.0)));

                // The inner function ignores its own variable.
                AssertClose(0.0, outer(x => inner(_ => x * x, x), Number(2.0)));
            }
        }
    }

    [Fact]
    public void Nested_ThreeDeep_IsTheThirdDerivative()
    {
        foreach (Operator first in Modes)
            foreach (Operator second in Modes)
                foreach (Operator third in Modes)
                    AssertClose(-Math.Cos(0.7), first(x => second(y => third(z => z.Sin(), y), x), Number(0.7)));
    }

    [Fact]
    public void Nested_WithOperationsBesideEachOther_SeeEachTheirOwn()
    {
        // d/dx (sin'(x) · exp'(x)) = d/dx cos x eˣ
        foreach (Operator mode in Modes)
            AssertClose(
                (Math.Cos(0.4) - Math.Sin(0.4)) * Math.Exp(0.4),
                mode(x => mode(y => y.Sin(), x) * Derivative.Diff(y => y.Exp(), x), Number(0.4)));
    }

    [Fact]
    public void Vector_OfTheOuterVariable_MovesWithIt()
    {
        // d/dx (J(x²) · x) = d/dx 2x² = 4x
        foreach (Operator mode in Modes)
        {
            AssertClose(12.0, mode(x => Derivative.JacobianV(y => y * y, x, x), Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.JacobianTv(y => y * y, x, x), Number(3.0)));
            AssertClose(18.0 * 2.0, mode(x => Derivative.HessianV(y => y.Pow(3.0), x, x), Number(3.0))); // 6x · x
            AssertClose(6.0, mode(x => Derivative.JacobianV(y => y * 2.0, Number(1.0), x * x * 0.5), Number(3.0))); // only v moves
        }
    }

    [Fact]
    public void Values_OfTheFForms_StayPartOfTheOuterFunction()
    {
        foreach (Operator mode in Modes)
        {
            AssertClose(12.0, mode(x => Derivative.FGrad(y => y * y, x).Value * 2.0, Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.FDiff(y => y * y, x).Value * 2.0, Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.FDiffN(2, y => y * y, x).Value * 2.0, Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.FHessian(y => y * y, x).Value * 2.0, Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.FHessianV(y => y * y, x, x).Value * 2.0, Number(3.0)));
            AssertClose(12.0, mode(x => Derivative.FJacobian(y => y * y, x).Value * 2.0, Number(3.0)));
        }
    }

    [Fact]
    public void Result_OfPlainValues_IsPlain()
    {
        static Tensor F(Tensor x) => x.Exp().Sum();
        Tensor x = Tensor.Init([50], index => index[0] / 50.0, DType.Float64);
        Tensor v = Tensor.OnesLike(x);
        (Tensor? value, Tensor? gradient, Tensor? hessian) = Derivative.FGradHessian(F, x);
        Tensor[] results =
        [
            value, gradient, hessian, Derivative.GradV(F, x, v), Derivative.HessianV(F, x, v),
            Derivative.Laplacian(F, x), Derivative.JacobianTv(y => y * y, x, v)
        ];
        Assert.All(results, result => Assert.False(result.RequiresGradient));
        Assert.All(results, result => Assert.Null(result.Tangents));
        Assert.False(x.RequiresGradient);
    }

    [Fact]
    public void Value_OfManyElements_OutlivesTheGraph()
    {
        Tensor x = Tensor.Init([100], index => index[0], DType.Float64);
        (Tensor? value, Tensor _) = Derivative.FJacobianTv(y => y * 2.0, x, x);
        for (int i = 0; i < 3; i++) Assert.Equal([100], Derivative.JacobianTv(y => y * 3.0, x, x).Shape);
        Assert.Equal(198.0, value[99].ToDouble());
    }

    [Fact]
    public void Loss_OfADerivative_TrainsParameters()
    {
        // u(x) = w x², u'(x) = 2 w x; loss (u'(3) - 12)² at w = 1: d/dw = 2 (6 - 12) · 6 = -72
        foreach (Operator mode in Modes)
        {
            Tensor w = Number(1.0).AsParameter("w");
            Tensor slope = mode(x => w * x * x, Number(3.0));
            (slope - 12.0).Square().Backward();
            AssertClose(-72.0, w.Gradient!);
        }
    }

    [Fact]
    public void NetworkSlope_InALoss_HasTheSameGradientInBothModes()
    {
        Generator generator = new(1);
        Tensor[] parameters = [Draw(generator, 1, 8), Draw(generator, 8), Draw(generator, 8, 1)];
        Tensor Network(Tensor y) => y.Linear(parameters[0], parameters[1]).Tanh().MatMul(parameters[2]);
        Tensor x = Tensor.Linspace(-1, 1, 5, DType.Float64).Reshape(5, 1);
        Tensor[] Train(Func<Tensor> slope)
        {
            foreach (Tensor parameter in parameters) parameter.ClearGradient();
            slope().Square().Sum().Backward();
            return [.. parameters.Select(parameter => parameter.Gradient!.Clone())];
        }

        Tensor[] byReverse = Train(() => Derivative.Grad(y => Network(y).Sum(), x));
        Tensor[] byForward = Train(() => Derivative.JacobianV(Network, x, Tensor.OnesLike(x)));
        foreach ((Tensor? expected, Tensor? actual) in byReverse.Zip(byForward))
            foreach ((double wanted, double found) in expected.ToArray().Zip(actual.ToArray())) Assert.Equal(wanted, found, 12);
    }

    [Fact]
    public void NoGrad_AndDetach_AreConstants()
    {
        Tensor w = Number(3.0).AsParameter();
        using (Tensor.NoGrad())
        {
            AssertClose(12.0, Derivative.Grad(x => w * x * x, Number(2.0)));
            Assert.False(Derivative.Grad(x => w * x * x, Number(2.0)).RequiresGradient);
            Assert.False(Derivative.Diff(x => w * x * x, Number(2.0)).RequiresGradient);
            AssertClose(6.0, Derivative.Diff(x => Derivative.Grad(y => w * y * y, x), Number(2.0)));
        }

        foreach (Operator mode in Modes)
        {
            AssertClose(2.0, mode(x => x.Detach() * x, Number(2.0)));
            AssertClose(2.0, mode(x => Tensor.Evaluate(() => x * 1.0) * x, Number(2.0)));
            AssertClose(0.0, mode(x => x.Detach(), Number(2.0)));
        }
    }

    [Fact]
    public void Evaluate_OfADerivative_KeepsItsValue()
    {
        Tensor x = Tensor.Init([30], index => 1.0 + index[0], DType.Float64);
        Tensor v = Tensor.OnesLike(x);
        for (int i = 0; i < 3; i++)
        {
            Tensor product =
                Tensor.Evaluate(() => Derivative.HessianV(y => y.Pow(3.0).Sum(), x, v) + Derivative.JacobianV(y => y * y, x, v));
            Assert.Equal(x.ToArray().Select(value => 8.0 * value), product.ToArray()); // 6x + 2x
        }
    }

    [Fact]
    public void Derivatives_OnManyThreads_DoNotMeet() =>
        Parallel.For(0, 64, i => AssertClose(3.0 * i * i, Derivative.Diff(x => Derivative.Grad(y => y * y * y, x) * x / 3.0, Number(i))));

    [Fact]
    public void Derivative_InsideAGraph_LeavesItIntact()
    {
        Tensor w = Number(2.0).AsParameter();
        Tensor cube = w * w * w;
        using (Tensor.NoGrad()) AssertClose(8.0, Derivative.Grad(x => x * cube, Number(1.0)));
        AssertClose(8.0, Derivative.Grad(x => x * cube, Number(1.0)));
        cube.Backward();
        AssertClose(12.0, w.Gradient!);
    }

    [Fact]
    public void Backward_InsideAForwardDerivative_CarriesTheTangent()
    {
        // The parameter's gradient of w² x is 2 w x, and moves with x by 2 w.
        Tensor result = Derivative.Diff(x =>
        {
            Tensor w = Number(5.0).AsParameter();
            (w * w * x).Backward();
            return w.Gradient!;
        }, Number(3.0));
        AssertClose(10.0, result);
    }

    [Fact]
    public void Escaped_Intermediates_CarryNothingIntoLaterCalls()
    {
        Tensor escaped = null!;
        AssertClose(4.0, Derivative.Diff(x => escaped = x * x, Number(2.0)));
        AssertClose(4.0, Derivative.Diff(x => x * escaped, Number(1.0)));
        AssertClose(4.0, Derivative.Grad(x => escaped = x * x, Number(2.0)));
        Tensor later = Derivative.Grad(x => x * escaped, Number(1.0));
        AssertClose(4.0, later);
        Assert.False(later.RequiresGradient);
        Assert.False(escaped.RequiresGradient);
        (escaped.AsParameter() * 3.0).Backward();
        AssertClose(3.0, escaped.Gradient!);
    }

    [Fact]
    public void Failure_InsideTheFunction_LeavesTheThreadAsItWas()
    {
        Assert.Throws<InvalidOperationException>(() => Derivative.Grad(_ => throw new InvalidOperationException(), Number(1.0)));
        Assert.Throws<InvalidOperationException>(() => Derivative.Diff(_ => throw new InvalidOperationException(), Number(1.0)));
        AssertClose(2.0, Derivative.Diff(x => Derivative.Grad(y => y * y, x), Number(1.0)));
    }

    private static Tensor Draw(Generator generator, params int[] shape) => Tensor.Randn(generator, shape, DType.Float64).AsParameter();

    private static Tensor Number(double value) => Tensor.Scalar(value, DType.Float64);

    private static void AssertClose(double expected, Tensor actual) =>
        Assert.InRange(
            actual.ToDouble() - expected, -RoundingTolerance * (1 + Math.Abs(expected)), RoundingTolerance * (1 + Math.Abs(expected)));
}
