namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>min(a, b), element by element with broadcasting; NaN where either is. Where both are equal each gets half of the gradient.</summary>
    /// <param name="b">A tensor of the same element type, broadcast against this one.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Minimum(Tensor b)
    {
        if (DType == DType.Int32) return Apply.Scalarwise<int, int>(this, b, Math.Min, "minimum");
        var result = Apply.Binary<Kernels.Minimum>(this, b, "minimum");
        return IsRecorded || b.IsRecorded ? new Minimum(this, b).Record(result) : result;
    }

    /// <summary>min(a, b), element by element; NaN stays.</summary>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool, or are int32 and the number is not.</exception>
    public Tensor Minimum(double b) => Minimum(Scalar(b, DType));
}

/// <summary>min(a, b). ∂/∂a = 1 where a &lt; b, ½ where a = b, else 0; ∂/∂b likewise.</summary>
internal sealed class Minimum(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        var (a, b) = (Input(0), Input(1));
        // a gets the share that b would get as the larger one.
        if (Needs(0)) Accumulate(0, (gradient * Apply.Binary<Maximum.ShareOfLarger>(b, a, Name)).SumTo(a.Shape));
        if (Needs(1)) Accumulate(1, (gradient * Apply.Binary<Maximum.ShareOfLarger>(a, b, Name)).SumTo(b.Shape));
    }
}
