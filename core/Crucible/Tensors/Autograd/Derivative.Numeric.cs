
namespace Crucible.Tensors;

/// <summary>
/// Twins by central differences, (f(x + h v) - f(x - h v)) / 2h, to check derivatives with. First derivatives err by
/// about h² f‴/6 + ε f/h; the default h = ε^(1/3) · max(1, ‖x‖∞) leaves some 1e-10 of f in float64 and 1e-5 to 1e-4 in
/// float32. Second derivatives take h = ε^(1/4) · max(1, ‖x‖∞), for some 1e-7 in float64; in float32 they are good for
/// a digit or two.
/// </summary>
public static partial class Derivative
{
    /// <summary>df/dx by central differences.</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumDiff(Func<Tensor, Tensor> f, Tensor x, double? step = null)
    {
        RequireOneElement("numdiff", x);
        return Slope(f, x, Tensor.OnesLike(x), Step("numdiff", x, step, 3));
    }

    /// <summary>d²f/dx² by central differences.</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The second derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumDiff2(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        NumDiffN(2, f, x, step ?? Step("numdiff2", x, null, 4));

    /// <summary>dⁿf/dxⁿ by nested central differences, with h = ε^(1/(n + 2)) · max(1, |x|).</summary>
    /// <param name="n">The order, 0 or more; from 4 on few digits are left in float64.</param>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    /// <exception cref="OptionException">n is below 0, or the step is not above 0.</exception>
    public static Tensor NumDiffN(int n, Func<Tensor, Tensor> f, Tensor x, double? step = null)
    {
        if (n < 0) throw Errors.Option("numdiffn", "n", "0 or more", n);
        RequireOneElement("numdiffn", x);
        double h = Step("numdiffn", x, step, n + 2);
        Tensor Order(int order, Tensor at) => order == 0 ? f(at) : Slope(near => Order(order - 1, near), at, Tensor.OnesLike(at), h);
        return Order(n, x);
    }

    /// <summary>∇f by central differences: two evaluations for each element of x.</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The gradient, in x's shape.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumGrad(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        CentralGradient(Scalar(f, "numgrad"), x, Step("numgrad", x, step, 3));

    /// <summary>∇f · v by central differences.</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <param name="v">The direction, in x's shape.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>One element, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumGradV(Func<Tensor, Tensor> f, Tensor x, Tensor v, double? step = null)
    {
        RequireLike("numgradv", x, v);
        return Slope(Scalar(f, "numgradv"), x, v, Step("numgradv", x, step, 3));
    }

    /// <summary>The Hessian by central differences of central differences: four evaluations for each of its elements.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The Hessian, in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumHessian(Func<Tensor, Tensor> f, Tensor x, double? step = null)
    {
        double h = Step("numhessian", x, step, 4);
        return CentralJacobian(at => CentralGradient(Scalar(f, "numhessian"), at, h), x, h);
    }

    /// <summary>H · v by central differences of central differences.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The product, in shape S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumHessianV(Func<Tensor, Tensor> f, Tensor x, Tensor v, double? step = null)
    {
        RequireLike("numhessianv", x, v);
        double h = Step("numhessianv", x, step, 4);
        return Slope(at => CentralGradient(Scalar(f, "numhessianv"), at, h), x, v, h);
    }

    /// <summary>∇f and the Hessian by central differences.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="step">h, above 0; null for the default of each.</param>
    /// <returns>The gradient in shape S, the Hessian in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static (Tensor Gradient, Tensor Hessian) NumGradHessian(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        (NumGrad(f, x, step), NumHessian(f, x, step));

    /// <summary>The Jacobian by central differences: two evaluations for each element of x.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The Jacobian, in shape T then S.</returns>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumJacobian(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        CentralJacobian(f, x, Step("numjacobian", x, step, 3));

    /// <summary>J · v by central differences.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The product, in shape T.</returns>
    /// <exception cref="ShapeException">v has another shape than x.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumJacobianV(Func<Tensor, Tensor> f, Tensor x, Tensor v, double? step = null)
    {
        RequireLike("numjacobianv", x, v);
        return Slope(f, x, v, Step("numjacobianv", x, step, 3));
    }

    /// <summary>Jᵀ · v by central differences of Σ f(x) · v.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">Weights of f(x), in shape T.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The product, in shape S.</returns>
    /// <exception cref="ShapeException">v cannot be broadcast against f(x).</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumJacobianTv(Func<Tensor, Tensor> f, Tensor x, Tensor v, double? step = null) =>
        CentralGradient(at => (f(at) * v).Sum(), x, Step("numjacobianTv", x, step, 3));

    /// <summary>The Laplacian by central differences.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumLaplacian(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        NumHessian(f, x, step).Reshape(x.ElementCount, x.ElementCount).Trace();

    /// <summary>The divergence by central differences.</summary>
    /// <param name="f">From any shape to the same shape.</param>
    /// <param name="x">Where.</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">f(x) has another shape than x.</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumDivergence(Func<Tensor, Tensor> f, Tensor x, double? step = null) =>
        DivergenceOf(NumJacobian(f, x, step), f(x), x);

    /// <summary>The curl by central differences.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The curl, [3].</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static Tensor NumCurl(Func<Tensor, Tensor> f, Tensor x, double? step = null) => NumCurlDivergence(f, x, step).Curl;

    /// <summary>The curl and the divergence by central differences.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <param name="step">h, above 0; null for the default.</param>
    /// <returns>The curl [3], and the divergence, a scalar.</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    /// <exception cref="OptionException">The step is not above 0.</exception>
    public static (Tensor Curl, Tensor Divergence) NumCurlDivergence(Func<Tensor, Tensor> f, Tensor x, double? step = null)
    {
        RequireSpace("numcurl", "x", x);
        Tensor jacobian = NumJacobian(f, x, step);
        Tensor value = f(x);
        return (CurlOf(jacobian, value), DivergenceOf(jacobian, value, x));
    }

    private static Tensor Slope(Func<Tensor, Tensor> f, Tensor x, Tensor v, double h) => (f(x + (v * h)) - f(x - (v * h))) / (2.0 * h);

    private static Tensor CentralGradient(Func<Tensor, Tensor> f, Tensor x, double h) => CentralJacobian(at => f(at).Reshape(), x, h);

    private static Tensor CentralJacobian(Func<Tensor, Tensor> f, Tensor x, double h)
    {
        if (x.ElementCount == 0) return Tensor.Full(Shape.From([.. f(x).Shape, .. x.Shape]), 0.0, x.DType);
        Tensor[] columns = [.. Enumerable.Range(0, x.ElementCount).Select(column => Slope(f, x, Unit(x, column), h))];
        return Tensor.Stack(columns.Select(column => column.Flatten()), 1).Reshape(Shape.From([.. columns[0].Shape, .. x.Shape]));
    }

    private static Func<Tensor, Tensor> Scalar(Func<Tensor, Tensor> f, string operation) => x =>
    {
        Tensor value = f(x);
        RequireOneResult(operation, value);
        return value;
    };

    private static double Step(string operation, Tensor x, double? step, int root)
    {
        x.RequireFloat(operation);
        if (step is { } given) return given > 0.0 ? given : throw Errors.Option(operation, "step", "above 0", given);
        double epsilon = x.DType == DType.Float32 ? Math.Pow(2.0, -23) : Math.Pow(2.0, -52);
        double largest = x.ElementCount == 0 ? 0.0 : x.Detach().Norm(double.PositiveInfinity).ToDouble();
        return Math.Pow(epsilon, 1.0 / root) * Math.Max(1.0, largest);
    }
}
