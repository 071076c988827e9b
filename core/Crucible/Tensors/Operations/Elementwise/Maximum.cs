using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>max(a, b), element by element with broadcasting; NaN where either is. Where both are equal each gets half of the gradient.</summary>
    /// <param name="b">A tensor of the same element type, broadcast against this one.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Maximum(Tensor b)
    {
        if (DType == DType.Int32) return Apply.Scalarwise<int, int>(this, b, Math.Max, "maximum");
        var result = Apply.Binary<Kernels.Maximum>(this, b, "maximum");
        return IsRecorded || b.IsRecorded ? new Maximum(this, b).Record(result) : result;
    }

    /// <summary>max(a, b), element by element; NaN stays.</summary>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool, or are int32 and the number is not.</exception>
    public Tensor Maximum(double b) => Maximum(Scalar(b, DType));
}

/// <summary>max(a, b). ∂/∂a = 1 where a > b, ½ where a = b, else 0; ∂/∂b likewise.</summary>
internal sealed class Maximum(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        var (a, b) = (Input(0), Input(1));
        if (Needs(0)) Accumulate(0, (gradient * Apply.Binary<ShareOfLarger>(a, b, Name)).SumTo(a.Shape));
        if (Needs(1)) Accumulate(1, (gradient * Apply.Binary<ShareOfLarger>(b, a, Name)).SumTo(b.Shape));
    }

    /// <summary>1, ½ or 0 as x is larger than y, equal or smaller.</summary>
    internal readonly struct ShareOfLarger : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y)
            where V : struct, ISimd<V> => V.Select(x < y, V.Of(0.0), V.Select(V.Equal(x, y), V.Of(0.5), V.Of(1.0)));
    }
}
