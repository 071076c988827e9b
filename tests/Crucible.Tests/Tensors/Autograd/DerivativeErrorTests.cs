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

    [Fact]
    public void DiffN_BelowZero_IsRefused() =>
        Assert.Equal(
            "diffn: n must be 0 or more, but is -1",
            Assert.Throws<OptionException>(() => Derivative.DiffN(-1, x => x, Tensor.Scalar(1.0))).Message);

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
