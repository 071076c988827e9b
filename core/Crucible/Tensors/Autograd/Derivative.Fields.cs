
namespace Crucible.Tensors;

/// <summary>Derivatives of vector fields, from their Jacobian.</summary>
public static partial class Derivative
{
    /// <summary>The divergence ∇·f = Σ ∂fᵢ/∂xᵢ, the trace of the Jacobian.</summary>
    /// <param name="f">From any shape to the same shape.</param>
    /// <param name="x">Where.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">f(x) has another shape than x.</exception>
    public static Tensor Divergence(Func<Tensor, Tensor> f, Tensor x) => FDivergence(f, x).Divergence;

    /// <summary>f(x) and the divergence.</summary>
    /// <param name="f">From any shape to the same shape.</param>
    /// <param name="x">Where.</param>
    /// <returns>The value, and a scalar.</returns>
    /// <exception cref="ShapeException">f(x) has another shape than x.</exception>
    public static (Tensor Value, Tensor Divergence) FDivergence(Func<Tensor, Tensor> f, Tensor x)
    {
        var (value, jacobian) = Jacobian(f, x, "divergence");
        return (value, DivergenceOf(jacobian, value, x));
    }

    /// <summary>The curl ∇×f = [∂f₂/∂x₁ - ∂f₁/∂x₂, ∂f₀/∂x₂ - ∂f₂/∂x₀, ∂f₁/∂x₀ - ∂f₀/∂x₁].</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <returns>The curl, [3].</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    public static Tensor Curl(Func<Tensor, Tensor> f, Tensor x) => FCurl(f, x).Curl;

    /// <summary>f(x) and the curl.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <returns>Both [3].</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    public static (Tensor Value, Tensor Curl) FCurl(Func<Tensor, Tensor> f, Tensor x)
    {
        RequireSpace("curl", "x", x);
        var (value, jacobian) = Jacobian(f, x, "curl");
        return (value, CurlOf(jacobian, value));
    }

    /// <summary>The curl and the divergence, from one Jacobian.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <returns>The curl [3], and the divergence, a scalar.</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    public static (Tensor Curl, Tensor Divergence) CurlDivergence(Func<Tensor, Tensor> f, Tensor x)
    {
        var (_, curl, divergence) = FCurlDivergence(f, x);
        return (curl, divergence);
    }

    /// <summary>f(x), the curl and the divergence.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <returns>The value [3], the curl [3], and the divergence, a scalar.</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    public static (Tensor Value, Tensor Curl, Tensor Divergence) FCurlDivergence(Func<Tensor, Tensor> f, Tensor x)
    {
        RequireSpace("curldivergence", "x", x);
        var (value, jacobian) = Jacobian(f, x, "curldivergence");
        return (value, CurlOf(jacobian, value), DivergenceOf(jacobian, value, x));
    }

    private static Tensor CurlOf(Tensor jacobian, Tensor value)
    {
        RequireSpace("curl", "f(x)", value);
        return Tensor.Stack([jacobian[2, 1] - jacobian[1, 2], jacobian[0, 2] - jacobian[2, 0], jacobian[1, 0] - jacobian[0, 1]]);
    }

    private static Tensor DivergenceOf(Tensor jacobian, Tensor value, Tensor x) => value.Shape.Equals(x.Shape)
        ? jacobian.Reshape(x.ElementCount, x.ElementCount).Trace()
        : throw Errors.Shape(Errors.Text($"divergence: f(x) must have x's shape {x.Shape}, but is {value.Shape}"));

    private static void RequireSpace(string operation, string name, Tensor tensor)
    {
        if (tensor.Rank != 1 || tensor.Shape[0] != 3) throw Errors.Shape(Errors.Text($"{operation}: {name} must be [3], but is {tensor.Shape}"));
    }
}
