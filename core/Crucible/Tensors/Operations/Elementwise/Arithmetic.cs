using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>a + b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor of the same element type, broadcast against a.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public static Tensor operator +(Tensor a, Tensor b)
    {
        if (a.DType != b.DType) (a, b) = Agreed(a, b);
        if (a.DType == DType.Int32) return Apply.Scalarwise<int, int>(a, b, (x, y) => x + y, "add");
        Tensor result = Marked(Apply.Binary<Kernels.Add>(a, b, "add"), a, b);
        return a.IsRecorded || b.IsRecorded ? new Add(a, b).Record(result) : result;
    }

    /// <summary>a + b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of a's shape.</returns>
    public static Tensor operator +(Tensor a, double b) => a + Scalar(b, a.DType);

    /// <summary>a + b, element by element with broadcasting.</summary>
    /// <param name="a">A number, taken as the tensor's element type.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A tensor of b's shape.</returns>
    public static Tensor operator +(double a, Tensor b) => Scalar(a, b.DType) + b;
}

/// <summary>a + b. ∂/∂a = ∂/∂b = 1, summed over the axes that were broadcast.</summary>
internal sealed class Add(Tensor a, Tensor b) : Operation(a, b), IRepeatable
{
    public Tensor Again() => Input(0) + Input(1);

    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, gradient.SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, gradient.SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(tangents[0], tangents[1])?.Expand(Output.Shape);
}

public sealed partial class Tensor
{
    /// <summary>a - b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor of the same element type, broadcast against a.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public static Tensor operator -(Tensor a, Tensor b)
    {
        if (a.DType != b.DType) (a, b) = Agreed(a, b);
        if (a.DType == DType.Int32) return Apply.Scalarwise<int, int>(a, b, (x, y) => x - y, "subtract");
        Tensor result = Marked(Apply.Binary<Kernels.Subtract>(a, b, "subtract"), a, b);
        return a.IsRecorded || b.IsRecorded ? new Subtract(a, b).Record(result) : result;
    }

    /// <summary>a - b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of a's shape.</returns>
    public static Tensor operator -(Tensor a, double b) => a - Scalar(b, a.DType);

    /// <summary>a - b, element by element with broadcasting.</summary>
    /// <param name="a">A number, taken as the tensor's element type.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A tensor of b's shape.</returns>
    public static Tensor operator -(double a, Tensor b) => Scalar(a, b.DType) - b;
}

/// <summary>a - b. ∂/∂a = 1, ∂/∂b = -1, summed over the axes that were broadcast.</summary>
internal sealed class Subtract(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, gradient.SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, -gradient.SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) =>
        Plus(tangents[0], tangents[1] is { } b ? -b : null)?.Expand(Output.Shape);
}

public sealed partial class Tensor
{
    /// <summary>a · b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A tensor of the same element type, broadcast against a.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public static Tensor operator *(Tensor a, Tensor b)
    {
        if (a.DType != b.DType) (a, b) = Agreed(a, b);
        if (a.DType == DType.Int32) return Apply.Scalarwise<int, int>(a, b, (x, y) => x * y, "multiply");
        Tensor result = Marked(Apply.Binary<Kernels.Multiply>(a, b, "multiply"), a, b);
        return a.IsRecorded || b.IsRecorded ? new Multiply(a, b).Record(result) : result;
    }

    /// <summary>a · b, element by element with broadcasting.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of a's shape.</returns>
    public static Tensor operator *(Tensor a, double b) => a * Scalar(b, a.DType);

    /// <summary>a · b, element by element with broadcasting.</summary>
    /// <param name="a">A number, taken as the tensor's element type.</param>
    /// <param name="b">A tensor.</param>
    /// <returns>A tensor of b's shape.</returns>
    public static Tensor operator *(double a, Tensor b) => Scalar(a, b.DType) * b;
}

/// <summary>a · b. ∂/∂a = b, ∂/∂b = a, summed over the axes that were broadcast.</summary>
internal sealed class Multiply(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, (gradient * Input(1)).SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, (gradient * Input(0)).SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) =>
        Plus(tangents[0] is { } a ? a * Input(1) : null, tangents[1] is { } b ? Input(0) * b : null);
}

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
        if (a.DType != b.DType) (a, b) = Agreed(a, b);
        Tensor result = Marked(Apply.Binary<Kernels.Divide>(a, b, "divide"), a, b);
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
    /// <exception cref="DTypeException">The elements are not floating point, as for <see cref="Mean()"/>.</exception>
    public static Tensor DivideByInt(Tensor tensor, int count)
    {
        tensor.RequireFloat("average");
        return tensor / count;
    }

    private bool IsUntyped => marks is { IsUntyped: true };

    /// <summary>Operands of different element types, where one of them may take the other's.</summary>
    private static (Tensor A, Tensor B) Agreed(Tensor a, Tensor b) =>
        a.IsUntyped ? (a.To(b.DType), b) : b.IsUntyped ? (a, b.To(a.DType)) : (a, b);

    /// <summary>What two untyped operands give is untyped too: the sum of empty sums, a power of <see cref="One"/>.</summary>
    private static Tensor Marked(Tensor result, Tensor a, Tensor b)
    {
        if (a.IsUntyped && b.IsUntyped) result.Marks.IsUntyped = true;
        return result;
    }
}

/// <summary>a / b. ∂/∂a = 1 / b, ∂/∂b = -a / b², summed over the axes that were broadcast.</summary>
internal sealed class Divide(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, (gradient / Input(1)).SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, (-gradient * Output / Input(1)).SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) =>
        Plus(tangents[0], tangents[1] is { } b ? -Output * b : null)! / Input(1);
}

public sealed partial class Tensor
{
    /// <summary>-x, element by element.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public static Tensor operator -(Tensor x)
    {
        if (x.DType == DType.Int32) return 0.0 - x;
        Tensor result = Apply.Unary<Kernels.Negate>(x, "negate");
        return x.IsRecorded ? new Negate(x).Record(result) : result;
    }
}

/// <summary>-x. d/dx = -1.</summary>
internal sealed class Negate(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, -gradient);
}

public sealed partial class Tensor
{
    /// <summary>1 / x, element by element. ±∞ at 0.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Reciprocal()
    {
        Tensor result = Apply.Unary<Kernels.Reciprocal>(this, "reciprocal");
        return IsRecorded ? new Reciprocal(this).Record(result) : result;
    }
}

/// <summary>y = 1 / x. dy/dx = -y².</summary>
internal sealed class Reciprocal(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? -gradient * Output * Output : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => -(gradient * y * y);
    }
}
