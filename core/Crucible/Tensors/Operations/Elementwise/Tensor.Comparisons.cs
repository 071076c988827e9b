using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Comparisons, element by element with broadcasting. The results are bool and end the graph. NaN equals nothing, not even itself.</summary>
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

    /// <summary>This tensor, unless its elements are truth values, which have no order.</summary>
    private Tensor RequireNumber(string operation) => DType == DType.Bool ? throw Errors.NotNumber(operation) : this;
}
