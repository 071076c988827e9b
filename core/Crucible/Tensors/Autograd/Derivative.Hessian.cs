
namespace Crucible.Tensors;

/// <summary>Second derivatives of functions with one number as their result.</summary>
public static partial class Derivative
{
    /// <summary>The Hessian H = ∂²f/∂x²: the Jacobian of the gradient, one sweep for each element of x.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>H[i…, j…] = ∂²f / ∂x[i…] ∂x[j…], in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> f, Tensor x) => FGradHessian(f, x).Hessian;

    /// <summary>f(x) and the Hessian.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>The value, and the Hessian in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Hessian) FHessian(Func<Tensor, Tensor> f, Tensor x)
    {
        (Tensor? value, Tensor _, Tensor? hessian) = FGradHessian(f, x);
        return (value, hessian);
    }

    /// <summary>∇f and the Hessian.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>The gradient in shape S, the Hessian in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static (Tensor Gradient, Tensor Hessian) GradHessian(Func<Tensor, Tensor> f, Tensor x)
    {
        (Tensor _, Tensor? gradient, Tensor? hessian) = FGradHessian(f, x);
        return (gradient, hessian);
    }

    /// <summary>f(x), ∇f and the Hessian.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>The value, the gradient in shape S, the Hessian in shape S then S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Gradient, Tensor Hessian) FGradHessian(Func<Tensor, Tensor> f, Tensor x)
    {
        Tensor value = null!;
        Tensor ByTheWay(Tensor at)
        {
            (value, Tensor? gradient) = Gradient(f, at, "hessian");
            return gradient;
        }

        (Tensor? first, Tensor? second) = Jacobian(ByTheWay, x, "hessian");
        return (value.Settled(), first, second);
    }

    /// <summary>H · v without the Hessian: the gradient's own slope along v (forward mode over reverse mode).</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <returns>The product, in shape S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static Tensor HessianV(Func<Tensor, Tensor> f, Tensor x, Tensor v) => FHessianV(f, x, v).Product;

    /// <summary>f(x) and H · v.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <returns>The value, and the product in shape S.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static (Tensor Value, Tensor Product) FHessianV(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        RequireLike("hessianv", x, v);
        Tensor value = null!;
        Tensor ByTheWay(Tensor at)
        {
            (value, Tensor? gradient) = Gradient(f, at, "hessianv");
            return gradient;
        }

        Tensor product = ForwardEvaluation.Run(ByTheWay, x, v, "hessianv").Tangent;
        return (value.Settled(), product);
    }

    /// <summary>The Laplacian ∇²f = Σ ∂²f/∂xᵢ², the trace of the Hessian.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static Tensor Laplacian(Func<Tensor, Tensor> f, Tensor x) => FLaplacian(f, x).Laplacian;

    /// <summary>f(x) and the Laplacian.</summary>
    /// <param name="f">From any shape S to one element.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>The value, and a scalar.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Laplacian) FLaplacian(Func<Tensor, Tensor> f, Tensor x)
    {
        (Tensor? value, Tensor? hessian) = FHessian(f, x);
        return (value, hessian.Reshape(x.ElementCount, x.ElementCount).Trace());
    }
}
