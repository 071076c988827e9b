namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>-x, element by element.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public static Tensor operator -(Tensor x)
    {
        if (x.DType == DType.Int32) return 0.0 - x;
        var result = Apply.Unary<Kernels.Negate>(x, "negate");
        return x.IsRecorded ? new Negate(x).Record(result) : result;
    }
}

/// <summary>-x. d/dx = -1.</summary>
internal sealed class Negate(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, -gradient);
}
