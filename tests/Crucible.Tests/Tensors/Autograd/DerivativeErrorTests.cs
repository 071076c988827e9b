using Crucible.Tensors;
using Xunit;

namespace Crucible.Tests.Tensors;

/// <summary>Arguments that make no sense are refused in words; values that are merely unusual pass through.</summary>
public class DerivativeErrorTests
{
    private static readonly Tensor X = Tensor.Of(new[] { 1.0, 2.0, 3.0 }, DType.Float64);

    public static TheoryData<string, Action> ShapeCases => new()
    {
        { "grad: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.Grad(x => x * x, X) },
        { "gradv: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.GradV(x => x * x, X, X) },
        { "hessian: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.Hessian(x => x * x, X) },
        { "hessianv: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.HessianV(x => x * x, X, X) },
        { "numgrad: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.NumGrad(x => x * x, X) },
        { "diff: x must be one number, but is [3]; use jacobian, or grad when f returns one number", () => Derivative.Diff(x => x, X) },
        { "diffn: x must be one number, but is [3]; use jacobian, or grad when f returns one number", () => Derivative.Diff2(x => x, X) },
        { "gradv: v must have x's shape [3], but is [2]", () => Derivative.GradV(x => x.Sum(), X, Tensor.Zeros([2], DType.Float64)) },
        { "jacobianv: v must have x's shape [3], but is []", () => Derivative.JacobianV(x => x, X, Tensor.Scalar(1, DType.Float64)) },
        { "jacobianTv: v must have the shape of f(x), [2], but is [3]", () => Derivative.JacobianTv(x => x.Slice(0, 1), X, X) },
        { "curl: x must be [3], but is [2]", () => Derivative.Curl(x => x, X.Slice(0, 1)) },
        { "curl: f(x) must be [3], but is [2]", () => Derivative.Curl(x => x.Slice(0, 1), X) },
        { "divergence: f(x) must have x's shape [3], but is [2]", () => Derivative.Divergence(x => x.Slice(0, 1), X) },
        { "curldivergence: x must be [3], but is [2]", () => Derivative.CurlDivergence(x => x, X.Slice(0, 1)) },
        { "hessianv: v must have x's shape [3], but is [2]", () => Derivative.HessianV(x => x.Sum(), X, X.Slice(0, 1)) },
        { "numdiff: x must be one number, but is [3]; use jacobian, or grad when f returns one number",
          () => Derivative.NumDiff(x => x, X) },
        { "numdiffn: x must be one number, but is [3]; use jacobian, or grad when f returns one number",
          () => Derivative.NumDiffN(1, x => x, X) },
        { "numgradv: v must have x's shape [3], but is [2]", () => Derivative.NumGradV(x => x.Sum(), X, X.Slice(0, 1)) },
        { "numgradv: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.NumGradV(x => x, X, X) },
        { "numhessian: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.NumHessian(x => x, X) },
        { "numhessianv: v must have x's shape [3], but is [2]", () => Derivative.NumHessianV(x => x.Sum(), X, X.Slice(0, 1)) },
        { "numhessianv: f(x) must be one number, but is [3]; sum it, or use jacobian", () => Derivative.NumHessianV(x => x, X, X) },
        { "numjacobianv: v must have x's shape [3], but is [2]", () => Derivative.NumJacobianV(x => x, X, X.Slice(0, 1)) },
        { "numcurl: x must be [3], but is [2]", () => Derivative.NumCurl(x => x, X.Slice(0, 1)) },
    };

    [Theory]
    [MemberData(nameof(ShapeCases))]
    public void Shapes_ThatDoNotFit_AreNamed(string message, Action derivative) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(derivative).Message);

    public static TheoryData<string, Action> DTypeCases => new()
    {
        { "grad: elements must be float32 or float64, but are int32; convert with To",
          () => Derivative.Grad(x => x.Sum(), Tensor.Of(new[] { 1, 2 })) },
        { "diff: elements must be float32 or float64, but are int32; convert with To", () => Derivative.Diff(x => x, Tensor.Of(1)) },
        { "jacobianv: element types must be equal, but x is float64 and v is float32; convert one with To",
          () => Derivative.JacobianV(x => x, X, Tensor.Ones(3)) },
        { "jacobianTv: element types must be equal, but f(x) is float64 and v is float32; convert one with To",
          () => Derivative.JacobianTv(x => x, X, Tensor.Ones(3)) },
        { "grad: f(x) must be float32 or float64, but is int32, which has no derivative", () => Derivative.Grad(x => x.ArgMax(), X) },
        { "jacobianv: f(x) must be float32 or float64, but is bool, which has no derivative",
          () => Derivative.JacobianV(x => x.Greater(0.0), X, X) },
        { "numgrad: elements must be float32 or float64, but are int32; convert with To",
          () => Derivative.NumGrad(x => x.Sum(), Tensor.Of(new[] { 1, 2 })) },
    };

    [Theory]
    [MemberData(nameof(DTypeCases))]
    public void ElementTypes_WithoutDerivatives_AreNamed(string message, Action derivative) =>
        Assert.Equal(message, Assert.Throws<DTypeException>(derivative).Message);

    public static TheoryData<string, Func<Tensor, Tensor>> Calls => new()
    {
        { "diff", x => Derivative.Diff(y => y, x) },
        { "diffn", x => Derivative.DiffN(2, y => y, x) },
        { "grad", x => Derivative.Grad(y => y, x) },
        { "gradv", x => Derivative.GradV(y => y, x, x) },
        { "hessian", x => Derivative.Hessian(y => y, x) },
        { "hessianv", x => Derivative.HessianV(y => y, x, x) },
        { "jacobian", x => Derivative.Jacobian(y => y, x) },
        { "jacobianv", x => Derivative.JacobianV(y => y, x, x) },
        { "jacobianTv", x => Derivative.JacobianTv(y => y, x, x) },
        { "divergence", x => Derivative.Divergence(y => y, x) },
        { "numdiff", x => Derivative.NumDiff(y => y, x) },
        { "numdiff2", x => Derivative.NumDiff2(y => y, x) },
        { "numdiffn", x => Derivative.NumDiffN(2, y => y, x) },
        { "numgrad", x => Derivative.NumGrad(y => y, x) },
        { "numgradv", x => Derivative.NumGradV(y => y, x, x) },
        { "numhessian", x => Derivative.NumHessian(y => y, x) },
        { "numhessianv", x => Derivative.NumHessianV(y => y, x, x) },
        { "numjacobian", x => Derivative.NumJacobian(y => y, x) },
        { "numjacobianv", x => Derivative.NumJacobianV(y => y, x, x) },
        { "numjacobianTv", x => Derivative.NumJacobianTv(y => y, x, x) },
        { "curl", x => Derivative.Curl(y => y, Tensor.Stack([x, x, x])) },
        { "curldivergence", x => Derivative.CurlDivergence(y => y, Tensor.Stack([x, x, x])).Curl },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void EveryDerivative_OfAnInteger_IsRefusedUnderItsName(string name, Func<Tensor, Tensor> derivative) =>
        Assert.Equal(
            name + ": elements must be float32 or float64, but are int32; convert with To",
            Assert.Throws<DTypeException>(() => derivative(Tensor.Scalar(1.0, DType.Int32))).Message);

    [Fact]
    public void Order_BelowZero_IsRefused()
    {
        Tensor x = Tensor.Scalar(1.0);
        Assert.Equal(
            "diffn: n must be 0 or more, but is -1",
            Assert.Throws<OptionException>(() => Derivative.DiffN(-1, at => at, x)).Message);
        Assert.Equal(
            "numdiffn: n must be 0 or more, but is -1",
            Assert.Throws<OptionException>(() => Derivative.NumDiffN(-1, at => at, x)).Message);
    }

    [Fact]
    public void Order_Zero_IsTheFunctionItself()
    {
        Tensor x = Tensor.Scalar(3.0, DType.Float64);
        Assert.Equal(9.0, Derivative.DiffN(0, at => at * at, x).ToDouble());
        Assert.Equal(9.0, Derivative.NumDiffN(0, at => at * at, x).ToDouble());
    }

    [Fact]
    public void Operation_WithoutDerivative_IsRefusedInBothModes()
    {
        Tensor matrix = Tensor.Of(new[,] { { 2.0, 1.0 }, { 1.0, 3.0 } }, DType.Float64);
        Tensor Inverse(Tensor x) => x.Inverse().Sum();
        const string message = "inverse: has no derivative; detach its input with Detach()";
        Assert.Equal(message, Assert.Throws<GradientException>(() => Derivative.Grad(Inverse, matrix)).Message);
        Assert.Equal(message, Assert.Throws<GradientException>(() => Derivative.GradV(Inverse, matrix, matrix)).Message);
    }

    [Fact]
    public void Function_ThatIgnoresItsArgument_HasDerivativeZero()
    {
        Tensor constant = Tensor.Of(new[] { 4.0, 5.0 }, DType.Float64);
        Assert.Equal([0, 0, 0], Derivative.Grad(_ => constant.Sum(), X).ToArray());
        Assert.Equal([0, 0], Derivative.JacobianV(_ => constant, X, X).ToArray());
        Assert.Equal(new double[9], Derivative.Hessian(_ => constant.Sum(), X).ToArray());
        Assert.Equal(new double[9], Derivative.Hessian(x => x.Sum(), X).ToArray());
        Assert.Equal([2, 3], Derivative.Jacobian(_ => constant, X).Shape);
        Assert.Equal([0, 0, 0], Derivative.JacobianTv(_ => constant, X, constant).ToArray());
    }

    [Fact]
    public void Function_ThatReturnsItsArgument_HasDerivativeOne()
    {
        Assert.Equal(X.ToArray(), Derivative.JacobianV(x => x, X, X).ToArray());
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], Derivative.Jacobian(x => x, X).ToArray());
        Assert.Equal(3.0, Derivative.Divergence(x => x, X).ToDouble());
    }

    [Fact]
    public void NaN_AndInfinity_PassThrough()
    {
        Tensor x = Tensor.Of(new[] { double.NaN, 0.0, 4.0 }, DType.Float64);
        Assert.Equal([double.NaN, double.PositiveInfinity, 0.25], Derivative.Grad(at => at.Sqrt().Sum(), x).ToArray());
        Assert.Equal([double.NaN, double.PositiveInfinity, 0.25], Derivative.JacobianV(at => at.Sqrt(), x, Tensor.OnesLike(x)).ToArray());
        Assert.True(double.IsNaN(Derivative.NumGrad(at => at.Sum(), x)[0].ToDouble()));
    }
}
