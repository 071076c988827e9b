using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>The derivative API against closed forms.</summary>
public class DerivativeTests
{
    // A handful of float64 roundings on values up to about 1e3.
    private const double RoundingTolerance = 1e-11;

    private static readonly Tensor Point = Vector(0.5, -1.25, 2.0);

    [Fact]
    public void Diff_OfElementaryFunctions_EqualsTheClosedForm()
    {
        AssertClose([Math.Cos(0.7)], Derivative.Diff(x => x.Sin(), Number(0.7)));
        AssertClose([-Math.Sin(0.7)], Derivative.Diff2(x => x.Sin(), Number(0.7)));
        (Tensor? value, Tensor? derivative) = Derivative.FDiff(x => x.Exp() * x, Number(0.7));
        AssertClose([0.7 * Math.Exp(0.7)], value);
        AssertClose([1.7 * Math.Exp(0.7)], derivative);
        (Tensor? first, Tensor? second) = Derivative.FDiff2(x => x.Exp() * x, Number(0.7));
        AssertClose([0.7 * Math.Exp(0.7)], first);
        AssertClose([2.7 * Math.Exp(0.7)], second);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void DiffN_OfXTimesExp_AddsNToTheFactor(int n)
    {
        (Tensor? value, Tensor? derivative) = Derivative.FDiffN(n, x => x * x.Exp(), Number(0.3)); // dⁿ/dxⁿ x eˣ = (x + n) eˣ
        AssertClose([0.3 * Math.Exp(0.3)], value);
        AssertClose([(0.3 + n) * Math.Exp(0.3)], derivative);
        AssertClose([(0.3 + n) * Math.Exp(0.3)], Derivative.DiffN(n, x => x * x.Exp(), Number(0.3)));
    }

    [Fact]
    public void Diff_OfACurve_IsItsVelocity()
    {
        Tensor velocity = Derivative.Diff(t => Tensor.Stack([t.Cos(), t.Sin(), t * 2.0]), Number(1.0));
        AssertClose([-Math.Sin(1.0), Math.Cos(1.0), 2.0], velocity);
    }

    [Fact]
    public void Grad_OfRosenbrock_EqualsTheClosedForm()
    {
        (double x, double y) = (-1.2, 1.0);
        (Tensor? value, Tensor? gradient) = Derivative.FGrad(Rosenbrock, Vector(x, y));
        AssertClose([24.2], value);
        AssertClose([(-400 * x * (y - (x * x))) - (2 * (1 - x)), 200 * (y - (x * x))], gradient); // -215.6, -88
        AssertClose([-215.6, -88], Derivative.Grad(Rosenbrock, Vector(x, y)));
        AssertClose([(-215.6 * 0.5) - (88 * 2.0)], Derivative.GradV(Rosenbrock, Vector(x, y), Vector(0.5, 2.0)));
        AssertClose([24.2], Derivative.FGradV(Rosenbrock, Vector(x, y), Vector(0.5, 2.0)).Value);
    }

    [Fact]
    public void Hessian_OfRosenbrock_EqualsTheClosedForm()
    {
        (double x, double y) = (-1.2, 1.0);
        Tensor at = Vector(x, y);
        double[] expected = [(1200 * x * x) - (400 * y) + 2, -400 * x, -400 * x, 200];
        (Tensor? value, Tensor? gradient, Tensor? hessian) = Derivative.FGradHessian(Rosenbrock, at);
        AssertClose([24.2], value);
        AssertClose([-215.6, -88], gradient);
        AssertClose(expected, hessian);
        Assert.Equal([2, 2], hessian.Shape);
        AssertClose(expected, Derivative.Hessian(Rosenbrock, at));
        AssertClose(expected, Derivative.FHessian(Rosenbrock, at).Hessian);
        AssertClose(expected, Derivative.GradHessian(Rosenbrock, at).Hessian);
        AssertClose([-215.6, -88], Derivative.GradHessian(Rosenbrock, at).Gradient);
        (Tensor? again, Tensor? product) = Derivative.FHessianV(Rosenbrock, at, Vector(1, -2));
        AssertClose([24.2], again);
        AssertClose([expected[0] - (2 * expected[1]), expected[2] - (2 * expected[3])], product);
        AssertClose([expected[0] - (2 * expected[1]), expected[2] - (2 * expected[3])], Derivative.HessianV(Rosenbrock, at, Vector(1, -2)));
        AssertClose([expected[0] + expected[3]], Derivative.Laplacian(Rosenbrock, at));
        AssertClose([24.2], Derivative.FLaplacian(Rosenbrock, at).Value);
    }

    [Fact]
    public void Laplacian_OfOneOverTheDistance_IsZero() =>
        AssertClose([0], Derivative.Laplacian(x => x.Norm().Reciprocal(), Point)); // harmonic outside the origin

    [Fact]
    public void Jacobian_OfAMatrixProduct_IsTheMatrix()
    {
        Tensor matrix = Tensor.Of(new[,] { { 1.0, -2.0, 3.0 }, { 0.5, 4.0, -1.0 } }, DType.Float64);
        (Tensor? value, Tensor? jacobian) = Derivative.FJacobian(x => matrix.MatMul(x), Point); // 2 results of 3 numbers: by rows
        Assert.Equal(matrix.MatMul(Point).ToArray(), value.ToArray());
        AssertClose(matrix.ToArray(), jacobian);
        AssertClose(matrix.T.ToArray(), Derivative.Jacobian(x => matrix.T.MatMul(x), Vector(0.5, 1))); // 3 of 2: by columns
        AssertClose(matrix.MatMul(Vector(1, 2, 3)).ToArray(), Derivative.JacobianV(x => matrix.MatMul(x), Point, Vector(1, 2, 3)));
        AssertClose(matrix.T.MatMul(Vector(1, 2)).ToArray(), Derivative.JacobianTv(x => matrix.MatMul(x), Point, Vector(1, 2)));
        AssertClose(matrix.MatMul(Point).ToArray(), Derivative.FJacobianTv(x => matrix.MatMul(x), Point, Vector(1, 2)).Value);
    }

    [Fact]
    public void Jacobian_OfAnyShape_HasTheResultsShapeThenTheArguments()
    {
        Tensor x = Tensor.Init([2, 3], index => index[0] + (0.5 * index[1]), DType.Float64);
        Tensor jacobian = Derivative.Jacobian(at => at.Square().Sum(0), x); // ∂/∂x[s, j] Σₛ x[s, i]² = 2 x[s, i] for i = j
        Assert.Equal([3, 2, 3], jacobian.Shape);
        for (int i = 0; i < 3; i++)
            for (int s = 0; s < 2; s++)
                for (int j = 0; j < 3; j++) Assert.Equal(i == j ? 2 * (s + (0.5 * i)) : 0.0, jacobian[i, s, j].ToDouble());
        Assert.Equal([2, 3, 2, 3], Derivative.Hessian(at => at.Pow(3.0).Sum(), x).Shape);
        Assert.Equal([], Derivative.Hessian(at => at.Sin(), Number(1.0)).Shape);
        Assert.Equal([0, 2], Derivative.Jacobian(at => at.Slice(0, 2), Vector(1, 2)).Shape);
        Assert.Equal([1], Derivative.Grad(at => at.Sum(0, keepDims: true), Vector(3)).Shape);
    }

    [Fact]
    public void Fields_OfThreeComponents_EqualTheClosedForm()
    {
        // f = [x y, y z², x²]: curl = [-2 y z, -2 x, -x], divergence = y + z².
        static Tensor Field(Tensor p) => Tensor.Stack([p[0] * p[1], p[1] * p[2] * p[2], p[0] * p[0]]);
        double[] value = [-0.625, -5.0, 0.25], curl = [5.0, -1.0, -0.5];
        const double divergence = -1.25 + 4.0;
        AssertClose(curl, Derivative.Curl(Field, Point));
        AssertClose([divergence], Derivative.Divergence(Field, Point));
        AssertClose(value, Derivative.FCurl(Field, Point).Value);
        AssertClose(value, Derivative.FDivergence(Field, Point).Value);
        AssertClose(curl, Derivative.CurlDivergence(Field, Point).Curl);
        AssertClose([divergence], Derivative.CurlDivergence(Field, Point).Divergence);
        (Tensor? all, Tensor? around, Tensor? apart) = Derivative.FCurlDivergence(Field, Point);
        AssertClose(value, all);
        AssertClose(curl, around);
        AssertClose([divergence], apart);
        AssertClose([0, 0, 0], Derivative.Curl(p => Derivative.Grad(q => Field(q).Square().Sum(), p), Point)); // a gradient has no curl
        AssertClose([0], Derivative.Divergence(p => Derivative.Curl(Field, p), Point)); // a curl has no divergence
    }

    [Fact]
    public void Float32_StaysFloat32()
    {
        Tensor x = Tensor.Of(new[] { 1f, 2f });
        foreach (Tensor? result in new[]
        {
            Derivative.Grad(Rosenbrock, x), Derivative.Hessian(Rosenbrock, x), Derivative.HessianV(Rosenbrock, x, x),
            Derivative.JacobianV(at => at.Exp(), x, x)
        })
            Assert.Equal(DType.Float32, result.DType);
        Assert.Equal([402, -400, -400, 200], Derivative.Hessian(Rosenbrock, Tensor.Of(new[] { 1f, 2f })).ToArray()); // 1200 x² - 400 y + 2
    }

    private static Tensor Rosenbrock(Tensor p) => (1.0 - p[0]).Square() + (100.0 * (p[1] - p[0].Square()).Square());

    private static Tensor Number(double value) => Tensor.Scalar(value, DType.Float64);

    private static Tensor Vector(params double[] values) => Tensor.From(values);

    private static void AssertClose(double[] expected, Tensor actual)
    {
        Assert.Equal(expected.Length, actual.ElementCount);
        foreach ((double wanted, double found) in expected.Zip(actual.ToArray()))
            Assert.InRange(found - wanted, -RoundingTolerance * (1 + Math.Abs(wanted)), RoundingTolerance * (1 + Math.Abs(wanted)));
    }
}
