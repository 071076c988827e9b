namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>-1, 0 or 1 by the sign of each element; NaN stays. The derivative is 0 everywhere.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Sign() => DType == DType.Int32
        ? Apply.Integers(this, Math.Sign)
        : PiecewiseConstant.Of(this, Apply.Unary<Kernels.Sign>(this, "sign"), "sign");

    /// <summary>-1, 0 or 1 by the sign of each element.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sign(Tensor x) => x.Sign();
}

/// <summary>
/// A function that is constant but for its jumps: sign and the roundings. d/dx = 0, passed on as zeros so that whatever lies before stays
/// part of the graph.
/// </summary>
internal sealed class PiecewiseConstant(Tensor x, string name) : ElementwiseOperation(x)
{
    public override string Name => name;

    public static Tensor Of(Tensor x, Tensor result, string name) => x.IsRecorded ? new PiecewiseConstant(x, name).Record(result) : result;

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Tensor.ZerosLike(gradient));
}
