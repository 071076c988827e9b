namespace Crucible.Tensors;

/// <summary>Comparisons, element by element with broadcasting. The results are bool and end the graph. NaN equals nothing, not even itself.</summary>
public sealed partial class Tensor
{
    /// <summary>this = b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public Tensor EqualTo(Tensor b) => Comparison.Of<Equal>(this, b);

    /// <summary>this = b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    public Tensor EqualTo(double b) => Comparison.Of<Equal>(this, b);

    /// <summary>this ≠ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public Tensor NotEqualTo(Tensor b) => Comparison.Of<NotEqual>(this, b);

    /// <summary>this ≠ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    public Tensor NotEqualTo(double b) => Comparison.Of<NotEqual>(this, b);

    /// <summary>this &lt; b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Less(Tensor b) => Comparison.Of<Less>(this, b);

    /// <summary>this &lt; b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Less(double b) => Comparison.Of<Less>(this, b);

    /// <summary>this ≤ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor LessOrEqual(Tensor b) => Comparison.Of<LessOrEqual>(this, b);

    /// <summary>this ≤ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor LessOrEqual(double b) => Comparison.Of<LessOrEqual>(this, b);

    /// <summary>this &gt; b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Greater(Tensor b) => Comparison.Of<Greater>(this, b);

    /// <summary>this &gt; b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Greater(double b) => Comparison.Of<Greater>(this, b);

    /// <summary>this ≥ b, element by element with broadcasting.</summary>
    /// <param name="b">A tensor of the same element type.</param>
    /// <returns>A bool tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor GreaterOrEqual(Tensor b) => Comparison.Of<GreaterOrEqual>(this, b);

    /// <summary>this ≥ b, element by element.</summary>
    /// <param name="b">A number, rounded to the tensor's element type when that is floating point.</param>
    /// <returns>A bool tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor GreaterOrEqual(double b) => Comparison.Of<GreaterOrEqual>(this, b);
}
