using System.Diagnostics.CodeAnalysis;
using static System.FormattableString;

namespace Crucible.Tensors;

/// <summary>
/// Derivatives of functions from tensors to tensors, with DiffSharp's names. C#: <c>Derivative.Grad(f, x)</c>. F#,
/// after <c>open type Crucible.Tensors.Derivative</c>: <c>grad f x</c>, and <c>grad f</c> is the gradient as a
/// function. A leading f returns the function's value, too (<c>fgrad f x</c>); a leading num computes by central
/// differences, for checking (<c>numgrad step f x</c>).
/// </summary>
/// <remarks>
/// <para>float32 and float64, any shapes: of f from shape S to shape T, the gradient has shape S, the Jacobian T then
/// S, the Hessian S then S (so a vector's
/// is the usual matrix, and a scalar's a scalar). Calls nest to any depth, in any mixture of forward and reverse
/// mode.</para>
/// <para>A result that does not depend on x has derivative zero; so has what was computed under
/// <see cref="Tensor.NoGrad"/> or passed through
/// <see cref="Tensor.Detach"/>. NaN and infinities pass through as arithmetic has it. When f uses parameters, or
/// tensors of a graph, derivatives are part of that graph, so that a loss may contain them; under
/// <see cref="Tensor.NoGrad"/>, or when x is all there is, they are plain values.</para>
/// <para>All members throw <see cref="DTypeException"/> when x or f(x) is not floating point, and
/// <see cref="GradientException"/> when an operation has no derivative.</para>
/// </remarks>
[SuppressMessage("Naming", "CA1708", Justification = "F# needs DiffSharp's camelCase functions beside C#'s methods.")]
public static partial class Derivative
{
    /// <summary>df/dx of a function of one number (forward mode).</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>The derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    public static Tensor Diff(Func<Tensor, Tensor> f, Tensor x) => FDiff(f, x).Derivative;

    /// <summary>f(x) and df/dx of a function of one number.</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>Both in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Derivative) FDiff(Func<Tensor, Tensor> f, Tensor x)
    {
        RequireOneElement("diff", x);
        return ForwardEvaluation.Run(f, x, Tensor.OnesLike(x), "diff");
    }

    /// <summary>d²f/dx² of a function of one number.</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>The second derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    public static Tensor Diff2(Func<Tensor, Tensor> f, Tensor x) => DiffN(2, f, x);

    /// <summary>f(x) and d²f/dx² of a function of one number.</summary>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>Both in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Derivative) FDiff2(Func<Tensor, Tensor> f, Tensor x) => FDiffN(2, f, x);

    /// <summary>dⁿf/dxⁿ of a function of one number: n nested forward passes, whose cost doubles with each.</summary>
    /// <param name="n">The order, 0 or more.</param>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>The derivative, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    /// <exception cref="OptionException">n is below 0.</exception>
    public static Tensor DiffN(int n, Func<Tensor, Tensor> f, Tensor x) => FDiffN(n, f, x).Derivative;

    /// <summary>f(x) and dⁿf/dxⁿ of a function of one number.</summary>
    /// <param name="n">The order, 0 or more.</param>
    /// <param name="f">From one element to a tensor of any shape.</param>
    /// <param name="x">One element.</param>
    /// <returns>Both in the shape of f(x).</returns>
    /// <exception cref="ShapeException">x has more than one element, or none.</exception>
    /// <exception cref="OptionException">n is below 0.</exception>
    public static (Tensor Value, Tensor Derivative) FDiffN(int n, Func<Tensor, Tensor> f, Tensor x)
    {
        if (n < 0) throw Errors.Option("diffn", "n", "0 or more", n);
        RequireOneElement("diffn", x);
        Tensor value = null!;
        Tensor Order(int order, Tensor at)
        {
            if (order == 0) return value = f(at);
            return ForwardEvaluation.Run(inner => Order(order - 1, inner), at, Tensor.OnesLike(at), "diffn").Tangent;
        }

        Tensor derivative = Order(n, x);
        return (value.Settled(), derivative);
    }

    /// <summary>∇f of a function with one number as its result (reverse mode).</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <returns>The gradient, in x's shape.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static Tensor Grad(Func<Tensor, Tensor> f, Tensor x) => Gradient(f, x, "grad").Gradient;

    /// <summary>f(x) and ∇f of a function with one number as its result.</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <returns>The value, and the gradient in x's shape.</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none.</exception>
    public static (Tensor Value, Tensor Gradient) FGrad(Func<Tensor, Tensor> f, Tensor x) => Gradient(f, x, "grad");

    /// <summary>∇f · v, the slope along a direction (forward mode).</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <param name="v">The direction, in x's shape; its length counts.</param>
    /// <returns>One element, in the shape of f(x).</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static Tensor GradV(Func<Tensor, Tensor> f, Tensor x, Tensor v) => FGradV(f, x, v).Slope;

    /// <summary>f(x) and ∇f · v.</summary>
    /// <param name="f">From any shape to one element.</param>
    /// <param name="x">Where.</param>
    /// <param name="v">The direction, in x's shape; its length counts.</param>
    /// <returns>Both in the shape of f(x).</returns>
    /// <exception cref="ShapeException">f(x) has more than one element, or none, or v has another shape than x.</exception>
    /// <exception cref="DTypeException">v has another element type than x.</exception>
    public static (Tensor Value, Tensor Slope) FGradV(Func<Tensor, Tensor> f, Tensor x, Tensor v)
    {
        RequireLike("gradv", x, v);
        (Tensor? value, Tensor? slope) = ForwardEvaluation.Run(f, x, v, "gradv");
        RequireOneResult("gradv", value);
        return (value, slope);
    }

    private static (Tensor Value, Tensor Gradient) Gradient(Func<Tensor, Tensor> f, Tensor x, string operation)
    {
        Tensor value, gradient;
        using (ReverseEvaluation evaluation = new(f, x, operation))
        {
            value = evaluation.Output;
            RequireOneResult(operation, value);
            gradient = evaluation.Pull(Tensor.OnesLike(value));
        }

        return (value.Settled(), gradient.Settled());
    }

    private static void RequireOneElement(string operation, Tensor x)
    {
        if (x.ElementCount != 1)
            throw Errors.Shape(Invariant($"{operation}: x must be one number, but is {x.Shape};")
                + " use jacobian, or grad when f returns one number");
    }

    private static void RequireOneResult(string operation, Tensor value)
    {
        if (value.ElementCount != 1)
            throw Errors.Shape(Invariant($"{operation}: f(x) must be one number, but is {value.Shape}; sum it, or use jacobian"));
    }

    private static void RequireLike(string operation, Tensor x, Tensor v)
    {
        if (!v.Shape.Equals(x.Shape)) throw Errors.Shape(Invariant($"{operation}: v must have x's shape {x.Shape}, but is {v.Shape}"));
        if (v.DType != x.DType) throw Errors.DTypes(operation, x.DType, v.DType, "x", "v");
    }
}

/// <summary>
/// One evaluation of a function in which every operation moves its inputs' tangents on to its output and is then
/// dropped: there is no graph.
/// </summary>
internal static class ForwardEvaluation
{
    /// <summary>f(x), and how it moves when x moves along a direction.</summary>
    public static (Tensor Value, Tensor Tangent) Run(Func<Tensor, Tensor> function, Tensor x, Tensor direction, string operation)
    {
        x.RequireFloat(operation);
        Tensor output;
        Tensor? tangent;
        using (DerivativeLevel level = new())
        {
            // Where nothing is recorded, parameters are constants; only the tangents are carried on.
            using IDisposable on = GradientMode.Use(GradientMode.IsOn ? GradientMode.Current : Recording.Tangents);
            output = function(x.AsVariable(level, direction));
            tangent = output.TangentAt(level);
        }

        if (!output.DType.IsFloat()) throw Errors.NotFloatResult(operation, output.DType);
        return (output.Settled(), tangent?.Settled() ?? Tensor.ZerosLike(output).Detach());
    }
}

/// <summary>
/// One evaluation of a function whose graph is kept, to pull weights of its result back to its argument any number of
/// times.
/// </summary>
internal sealed class ReverseEvaluation : IDisposable
{
    private readonly DerivativeLevel level = new();
    private readonly Tensor variable;
    private readonly bool isRecordedOutside = GradientMode.Current == Recording.Graph;

    public ReverseEvaluation(Func<Tensor, Tensor> function, Tensor x, string operation)
    {
        x.RequireFloat(operation);
        variable = x.AsVariable(level);
        using IDisposable on = GradientMode.Use(Recording.Graph);
        Output = function(variable);
        if (!Output.DType.IsFloat()) throw Errors.NotFloatResult(operation, Output.DType);
    }

    /// <summary>What the function gave, still in its graph.</summary>
    public Tensor Output { get; }

    /// <summary>
    /// Whether the result depends on nothing that needs a gradient but the argument, so that the graph is this
    /// evaluation's own.
    /// </summary>
    private bool IsOwn => ReferenceEquals(Output.Level, level);

    /// <summary>Σ weights · ∂output/∂x, in x's shape.</summary>
    /// <param name="weights">In the output's shape and element type.</param>
    /// <param name="isLast">Whether the graph may be dropped.</param>
    public Tensor Pull(Tensor weights, bool isLast = true)
    {
        if (!Output.RequiresGradient) return Tensor.ZerosLike(variable).Detach();
        bool createGraph = isRecordedOutside && (!IsOwn || weights.RequiresGradient);
        return BackwardPass.Run(Output, weights, [variable], createGraph, retainGraph: !IsOwn || !isLast)[0]
            ?? Tensor.ZerosLike(variable).Detach();
    }

    public void Dispose() => level.Dispose();
}
