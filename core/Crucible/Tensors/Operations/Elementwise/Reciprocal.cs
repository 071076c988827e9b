using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>1 / x, element by element. ±∞ at 0.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Reciprocal()
    {
        var result = Apply.Unary<Kernels.Reciprocal>(this, "reciprocal");
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
