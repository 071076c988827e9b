using Crucible.Layers;
using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Every derivative beside its numerical twin, on functions of many kinds and in both element types.</summary>
public class NumericDerivativeTests
{
    // Central differences with the default steps, as Derivative.Numeric.cs says: h² f‴/6 + ε f/h for values and
    // derivatives of size 1 to 10.
    private const double FirstTolerance = 1e-8;
    private const double SecondTolerance = 1e-5;

    // h = 2⁻²³^(1/3) = 5e-3 in float32: truncation h² f‴/6 = 4e-6 f‴ and rounding ε f/h = 2e-5 f.
    private const double SingleTolerance = 2e-3;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Scalars = new()
    {
        ["sum of squares"] = x => x.Square().Sum(),
        ["product of all"] = x => x.Prod(),
        ["entropy"] = x => (x.Softmax() * x.LogSoftmax()).Sum(),
        ["log-sum-exp"] = x => x.LogSumExp(),
        ["Rosenbrock chain"] = x =>
            (100.0 * (x.Slice(0, 1) - x.Slice(0, 0, -1).Square()).Square() / 50.0 + (1.0 - x.Slice(0, 0, -1)).Square()).Sum(),
        ["a network"] = x => x.MatMul(Weights(3, 5)).Tanh().MatMul(Weights(5, 4)).Gelu().LayerNorm().Sigmoid().Norm(),
        ["quadratic form"] = x => x.MatMul(Weights(3, 3)).MatMul(x) + x.Sum(),
        ["norm of order 3"] = x => x.Norm(3.0),
        ["rational"] = x => ((x * 2.0) / (1.0 + x.Square())).Sum(),
        ["trigonometric"] = x => (x.Sin() * x.Cos().Exp()).Sum() + x[0].Atan(),
        ["does not depend on x"] = _ => Tensor.Scalar(2.0, DType.Float64),
    };

    public static TheoryData<string> Names => [.. Scalars.Keys];

    private static Tensor Point => Tensor.Of(new[] { 0.8, -0.6, 1.3 }, DType.Float64);

    private static Tensor V => Tensor.Of(new[] { -0.5, 2.0, 0.25 }, DType.Float64);

    [Theory]
    [MemberData(nameof(Names))]
    public void Scalar_Functions_AgreeWithTheirTwins(string name)
    {
        Func<Tensor, Tensor> f = Scalars[name];
        AssertClose(Derivative.NumGrad(f, Point), Derivative.Grad(f, Point), FirstTolerance);
        AssertClose(Derivative.NumGradV(f, Point, V), Derivative.GradV(f, Point, V), FirstTolerance);
        AssertClose(Derivative.NumHessian(f, Point), Derivative.Hessian(f, Point), SecondTolerance);
        AssertClose(Derivative.NumHessianV(f, Point, V), Derivative.HessianV(f, Point, V), SecondTolerance);
        AssertClose(Derivative.NumLaplacian(f, Point), Derivative.Laplacian(f, Point), SecondTolerance);
        (Tensor? gradient, Tensor? hessian) = Derivative.NumGradHessian(f, Point);
        AssertClose(gradient, Derivative.GradHessian(f, Point).Gradient, FirstTolerance);
        AssertClose(hessian, Derivative.GradHessian(f, Point).Hessian, SecondTolerance);
        Tensor Along(Tensor t) => f(Point + (V * t));
        Tensor t = Tensor.Scalar(0.1, DType.Float64);
        AssertClose(Derivative.NumDiff(Along, t), Derivative.Diff(Along, t), FirstTolerance);
        AssertClose(Derivative.NumDiff2(Along, t), Derivative.Diff2(Along, t), SecondTolerance);
        AssertClose(Derivative.NumDiffN(1, Along, t), Derivative.DiffN(1, Along, t), SecondTolerance);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_Fields_AgreeWithTheirTwins(string name)
    {
        Tensor Field(Tensor x) => (Weights(3, 3).MatMul(x).Sin() * Scalars[name](x)) + x.Square();
        AssertClose(Derivative.NumJacobian(Field, Point), Derivative.Jacobian(Field, Point), FirstTolerance);
        AssertClose(Derivative.NumJacobianV(Field, Point, V), Derivative.JacobianV(Field, Point, V), FirstTolerance);
        AssertClose(Derivative.NumJacobianTv(Field, Point, V), Derivative.JacobianTv(Field, Point, V), FirstTolerance);
        AssertClose(Derivative.NumDivergence(Field, Point), Derivative.Divergence(Field, Point), FirstTolerance);
        AssertClose(Derivative.NumCurl(Field, Point), Derivative.Curl(Field, Point), FirstTolerance);
        (Tensor? curl, Tensor? divergence) = Derivative.NumCurlDivergence(Field, Point);
        AssertClose(curl, Derivative.CurlDivergence(Field, Point).Curl, FirstTolerance);
        AssertClose(divergence, Derivative.CurlDivergence(Field, Point).Divergence, FirstTolerance);
    }

    [Fact]
    public void Single_Precision_AgreesWithItsTwin()
    {
        Tensor x = Point.To(DType.Float32);
        static Tensor F(Tensor p) => (p.Sin() * p.Exp()).Sum();
        AssertClose(Derivative.NumGrad(F, x), Derivative.Grad(F, x), SingleTolerance);
        AssertClose(Derivative.NumJacobian(p => p.Sin(), x), Derivative.Jacobian(p => p.Sin(), x), SingleTolerance);
    }

    [Fact]
    public void Step_OfTheCaller_IsTaken()
    {
        // (f(3) - f(1)) / 2 for f = x³: 13, not 12.
        Assert.Equal(13.0, Derivative.NumDiff(x => x.Pow(3.0), Tensor.Scalar(2.0, DType.Float64), 1.0).ToDouble());
        // (f(4) - 2 f(2) + f(0)) / 4 for f = x⁴: 56, not 48.
        Assert.Equal(56.0, Derivative.NumDiff2(x => x.Pow(4.0), Tensor.Scalar(2.0, DType.Float64), 1.0).ToDouble());
        OptionException error = Assert.Throws<OptionException>(() => Derivative.NumGrad(x => x.Sum(), Point, 0.0));
        Assert.Equal("numgrad: step must be above 0, but is 0", error.Message);
    }

    [Fact]
    public void Step_OfALargeArgument_GrowsWithIt()
    {
        // 6e-6 · 1e6 = 6: central differences of x² are exact but for rounding, 1e12 · 2e-16 / 12 of 2e6. A step of 6e-6
        // would lose ten digits, one that shrinks would vanish beside 1e6.
        Tensor x = Tensor.Of(new[] { 1e6, 1.0 }, DType.Float64);
        double[] found = Derivative.NumGrad(at => at.Square().Sum(), x).ToArray();
        Assert.Equal(2e6, found[0], 2e6 * 1e-10);
    }

    [Fact]
    public void Gradient_OfNoElements_IsEmpty() =>
        Assert.Equal([0], Derivative.NumGrad(at => at.Sum(), Tensor.Zeros([0], DType.Float64)).Shape);

    private static Tensor Weights(int rows, int columns)
    {
        Random random = new(rows + (10 * columns));
        return Tensor.Init([rows, columns], _ => (2.0 * random.NextDouble()) - 1.0, DType.Float64);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        foreach ((double wanted, double found) in expected.ToArray().Zip(actual.ToArray()))
            Assert.InRange(found - wanted, -tolerance * (1 + Math.Abs(wanted)), tolerance * (1 + Math.Abs(wanted)));
    }
}
