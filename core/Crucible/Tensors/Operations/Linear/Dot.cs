namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Σ aᵢ·bᵢ of two vectors.</summary>
    /// <param name="b">A tensor with one axis, as long as this one's only axis.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ShapeException">An operand is no vector, or their lengths differ.</exception>
    /// <exception cref="DTypeException">The operands are not both float32 or both float64.</exception>
    public Tensor Dot(Tensor b)
    {
        if (Rank != 1 || b.Rank != 1 || ElementCount != b.ElementCount) throw Errors.Shape(Errors.Text($"dot: the operands must be vectors of equal length, but a is {Shape} and b is {b.Shape}"));
        return MatMul(b);
    }

    /// <summary>The matrix of all products aᵢ·bⱼ of two vectors.</summary>
    /// <param name="b">A tensor [m]; this tensor is [n].</param>
    /// <returns>A tensor [n, m].</returns>
    /// <exception cref="ShapeException">An operand is no vector.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Outer(Tensor b)
    {
        if (Rank != 1 || b.Rank != 1) throw Errors.Shape(Errors.Text($"outer: the operands must be vectors, but a is {Shape} and b is {b.Shape}"));
        return Unsqueeze(1) * b;
    }
}
