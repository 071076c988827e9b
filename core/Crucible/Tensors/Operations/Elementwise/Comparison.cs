using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>
/// Comparisons, element by element with broadcasting. The results are bool and not differentiable. NaN equals nothing,
/// not even itself.
/// </summary>
public sealed partial class Tensor
{
    /// <summary>this = b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public Tensor EqualTo(Tensor b) => Apply.Compare<Equal>(this, b, "equalTo");

    /// <summary>this = b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    public Tensor EqualTo(double b) => Apply.Compare<Equal>(this, b, "equalTo");

    /// <summary>this ≠ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public Tensor NotEqualTo(Tensor b) => Apply.Compare<NotEqual>(this, b, "notEqualTo");

    /// <summary>this ≠ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    public Tensor NotEqualTo(double b) => Apply.Compare<NotEqual>(this, b, "notEqualTo");

    /// <summary>this &lt; b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Less(Tensor b) => Apply.Compare<Less>(RequireNumber("less"), b, "less");

    /// <summary>this &lt; b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Less(double b) => Apply.Compare<Less>(RequireNumber("less"), b, "less");

    /// <summary>this ≤ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor LessOrEqual(Tensor b) => Apply.Compare<LessOrEqual>(RequireNumber("lessOrEqual"), b, "lessOrEqual");

    /// <summary>this ≤ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor LessOrEqual(double b) => Apply.Compare<LessOrEqual>(RequireNumber("lessOrEqual"), b, "lessOrEqual");

    /// <summary>this &gt; b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Greater(Tensor b) => Apply.Compare<Greater>(RequireNumber("greater"), b, "greater");

    /// <summary>this &gt; b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Greater(double b) => Apply.Compare<Greater>(RequireNumber("greater"), b, "greater");

    /// <summary>this ≥ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor GreaterOrEqual(Tensor b) => Apply.Compare<GreaterOrEqual>(RequireNumber("greaterOrEqual"), b, "greaterOrEqual");

    /// <summary>this ≥ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor GreaterOrEqual(double b) => Apply.Compare<GreaterOrEqual>(RequireNumber("greaterOrEqual"), b, "greaterOrEqual");

    /// <summary>This tensor, unless its elements are bool, which have no order.</summary>
    private Tensor RequireNumber(string operation) => DType == DType.Bool ? throw Errors.NotNumber(operation) : this;

    /// <summary>this and b, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor And(Tensor b) => Logic(b, (x, y) => x & y, "and");

    /// <summary>this or b, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor Or(Tensor b) => Logic(b, (x, y) => x | y, "or");

    /// <summary>Exclusive or: this or b but not both, element by element.</summary>
    /// <param name="b">A bool tensor.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">An operand is not bool.</exception>
    public Tensor Xor(Tensor b) => Logic(b, (x, y) => x ^ y, "xor");

    /// <summary>True where this is false.</summary>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Not() => Negated("not");

    internal Tensor Negated(string operation)
    {
        if (DType != DType.Bool) throw Errors.NotBool(operation, DType);
        Tensor result = Allocate(Shape, DType.Bool);
        Span<bool> values = Data<bool>();
        Span<bool> negated = result.Data<bool>();
        for (int i = 0; i < negated.Length; i++) negated[i] = !values[i];
        return result;
    }

    private Tensor Logic(Tensor b, Func<bool, bool, bool> function, string operation)
    {
        // To F#, .&& and .> bind alike: a .> 0.0 .&& b asks for (a .> 0.0) .&& b, but b .&& a .> 0.0 for (b .&& a) .>
        // 0.0.
        const string parentheses = "compare first, and in F# put each comparison in parentheses, as in (a .> b) .&& (c .< d)";
        if (DType != DType.Bool) throw Errors.NotBool(operation, DType, parentheses);
        if (b.DType != DType.Bool) throw Errors.NotBool(operation, b.DType, parentheses);
        return Apply.Scalarwise(this, b, function, operation);
    }
}
