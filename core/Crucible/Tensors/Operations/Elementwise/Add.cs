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
        if (a.DType == DType.Int32) return Apply.Scalarwise<int, int>(a, b, (x, y) => x + y, "add");
        var result = Apply.Binary<Kernels.Add>(a, b, "add");
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
internal sealed class Add(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        if (Needs(0)) Accumulate(0, gradient.SumTo(Input(0).Shape));
        if (Needs(1)) Accumulate(1, gradient.SumTo(Input(1).Shape));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Plus(tangents[0], tangents[1])?.Expand(Output.Shape);
}
