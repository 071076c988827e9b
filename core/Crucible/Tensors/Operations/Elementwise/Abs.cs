namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>|x|, element by element. The derivative at 0 is 0.</summary>
    /// <returns>A tensor of this shape. The lowest int32 has no positive counterpart and stays as it is.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Abs()
    {
        if (DType == DType.Int32) return Apply.Integers(this, x => x < 0 ? -x : x);
        var result = Apply.Unary<Kernels.Abs>(this, "abs");
        return IsRecorded ? new Abs(this).Record(result) : result;
    }

    /// <summary>|x|: what F#'s <c>abs</c> calls.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Abs(Tensor x) => x.Abs();
}

/// <summary>|x|. d/dx = sign x.</summary>
internal sealed class Abs(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * Input(0).Sign());
}
