namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>a / b, element by element with broadcasting; division by 0 gives ±∞ or NaN.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor of the same element type, broadcast against a.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    public static Tensor operator /(Tensor a, Tensor b)
    {
        var result = Apply.Binary<Kernels.Divide>(a, b, "divide");
        return a.IsRecorded || b.IsRecorded ? new Divide(a, b).Record(result) : result;
    }

    /// <summary>a / b, element by element with broadcasting; division by 0 gives ±∞ or NaN.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of a's shape.</returns>
    public static Tensor operator /(Tensor a, double b) => a / Scalar(b, a.DType);

    /// <summary>a / b, element by element with broadcasting; division by 0 gives ±∞ or NaN.</summary>
    /// <param name="a">A number, taken as the tensor's element type.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A tensor of b's shape.</returns>
    public static Tensor operator /(double a, Tensor b) => Scalar(a, b.DType) / b;

    /// <summary>This tensor divided by a whole number: what F#'s <c>List.average</c> calls.</summary>
    /// <param name="tensor">A tensor.</param>
    /// <param name="count">The divisor.</param>
    /// <returns>The quotient.</returns>
    public static Tensor DivideByInt(Tensor tensor, int count) => tensor / count;
}

/// <summary>a / b. ∂/∂a = 1 / b, ∂/∂b = -a / b², summed over the axes that were broadcast.</summary>
internal sealed class Divide(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, (gradient / Input(1)).SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, (-gradient * Output / Input(1)).SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(tangents[0], tangents[1] is { } b ? -Output * b : null)! / Input(1);
}
