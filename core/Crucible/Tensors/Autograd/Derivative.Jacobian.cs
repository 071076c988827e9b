using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>First derivatives of functions with many results.</summary>
public static partial class Derivative
{
    /// <summary>
    /// The Jacobian J = ∂f/∂x: one reverse sweep for each element of f(x), or, when x has fewer elements, one forward
    /// evaluation for each of x.
    /// </summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>J[t…, s…] = ∂f(x)[t…] / ∂x[s…], in shape T then S.</returns>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x) => FJacobian(f, x).Jacobian;

    /// <summary>f(x) and the Jacobian ∂f/∂x.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <returns>The value in shape T, the Jacobian in shape T then S.</returns>
    public static (Tensor Value, Tensor Jacobian) FJacobian(Func<Tensor, Tensor> f, Tensor x) => Jacobian(f, x, "jacobian");

    /// <summary>J · v, how f(x) moves when x moves along v (forward mode; a Jacobian-vector product, jvp).</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <returns>The product, in shape T.</returns>
    /// <exception cref="ShapeException">v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static Tensor JacobianV(Func<Tensor, Tensor> f, Tensor x, Tensor v) => FJacobianV(f, x, v).Product;

    /// <summary>f(x) and J · v.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">The direction, in shape S.</param>
    /// <returns>Both in shape T.</returns>
    /// <exception cref="ShapeException">v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static (Tensor Value, Tensor Product) FJacobianV(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        RequireLike("jacobianv", x, v);
        return ForwardEvaluation.Run(f, x, v, "jacobianv");
    }

    /// <summary>Jᵀ · v, the gradient of Σ f(x) · v (reverse mode; a vector-Jacobian product, vjp).</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">Weights of f(x), in shape T.</param>
    /// <returns>The product, in shape S.</returns>
    /// <exception cref="ShapeException">v has another shape than f(x).</exception>
    /// <exception cref="DTypeException">v has another element type than f(x).</exception>
    public static Tensor JacobianTv(Func<Tensor, Tensor> f, Tensor x, Tensor v) => FJacobianTv(f, x, v).Product;

    /// <summary>f(x) and Jᵀ · v.</summary>
    /// <param name="f">From any shape S to any shape T.</param>
    /// <param name="x">Where, in shape S.</param>
    /// <param name="v">Weights of f(x), in shape T.</param>
    /// <returns>The value in shape T, the product in shape S.</returns>
    /// <exception cref="ShapeException">v has another shape than f(x).</exception>
    /// <exception cref="DTypeException">v has another element type than f(x).</exception>
    public static (Tensor Value, Tensor Product) FJacobianTv(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        Tensor value, product;
        using (ReverseEvaluation evaluation = new(f, x, "jacobianTv"))
        {
            value = evaluation.Output;
            if (!v.Shape.Equals(value.Shape))
                throw Errors.Shape(Invariant($"jacobianTv: v must have the shape of f(x), {value.Shape}, but is {v.Shape}"));
            if (v.DType != value.DType) throw Errors.DTypes("jacobianTv", value.DType, v.DType, "f(x)", "v");
            product = evaluation.Pull(v);
        }

        return (value.Settled(), product.Settled());
    }

    private static (Tensor Value, Tensor Jacobian) Jacobian(Func<Tensor, Tensor> f, Tensor x, string operation)
    {
        Tensor value;
        Tensor[] parts;
        Shape shape;
        bool areRows;
        using (ReverseEvaluation evaluation = new(f, x, operation))
        {
            value = evaluation.Output;
            shape = Shape.From([.. value.Shape, .. x.Shape]);
            int rows = value.ElementCount;
            areRows = rows <= x.ElementCount;
            parts = areRows
                ? [.. Enumerable.Range(0, rows).Select(row => evaluation.Pull(Unit(value, row), isLast: row == rows - 1))]
                : [.. Enumerable.Range(0, x.ElementCount)
                    .Select(column => ForwardEvaluation.Run(f, x, Unit(x, column), operation).Tangent)];
        }

        value = value.Settled();
        if (parts.Length == 0) return (value, Tensor.Full(shape, 0.0, value.DType));
        IEnumerable<Tensor> flat = parts.Select(part => part.Settled().Flatten());
        return (value, Tensor.Stack(flat, areRows ? 0 : 1).Reshape(shape));
    }

    /// <summary>1 at one element, 0 elsewhere.</summary>
    private static Tensor Unit(Tensor like, int element)
    {
        Tensor unit = Tensor.ZerosLike(like);
        unit.SetElement(element, 1.0);
        return unit;
    }
}

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
        (Tensor? value, Tensor? jacobian) = Jacobian(f, x, "divergence");
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
        (Tensor? value, Tensor? jacobian) = Jacobian(f, x, "curl");
        return (value, CurlOf(jacobian, value));
    }

    /// <summary>The curl and the divergence, from one Jacobian.</summary>
    /// <param name="f">From three coordinates to three components.</param>
    /// <param name="x">Where, [3].</param>
    /// <returns>The curl [3], and the divergence, a scalar.</returns>
    /// <exception cref="ShapeException">x or f(x) is not [3].</exception>
    public static (Tensor Curl, Tensor Divergence) CurlDivergence(Func<Tensor, Tensor> f, Tensor x)
    {
        (Tensor _, Tensor? curl, Tensor? divergence) = FCurlDivergence(f, x);
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
        (Tensor? value, Tensor? jacobian) = Jacobian(f, x, "curldivergence");
        return (value, CurlOf(jacobian, value), DivergenceOf(jacobian, value, x));
    }

    private static Tensor CurlOf(Tensor jacobian, Tensor value)
    {
        RequireSpace("curl", "f(x)", value);
        return Tensor.Stack([jacobian[2, 1] - jacobian[1, 2], jacobian[0, 2] - jacobian[2, 0], jacobian[1, 0] - jacobian[0, 1]]);
    }

    private static Tensor DivergenceOf(Tensor jacobian, Tensor value, Tensor x) => value.Shape.Equals(x.Shape)
        ? jacobian.Reshape(x.ElementCount, x.ElementCount).Trace()
        : throw Errors.Shape(Invariant($"divergence: f(x) must have x's shape {x.Shape}, but is {value.Shape}"));

    private static void RequireSpace(string operation, string name, Tensor tensor)
    {
        if (tensor.Rank != 1 || tensor.Shape[0] != 3)
            throw Errors.Shape(Invariant($"{operation}: {name} must be [3], but is {tensor.Shape}"));
    }
}
