using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>sin x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-1, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sin()
    {
        var result = Apply.Unary<Kernels.Sin>(this, "sin");
        return IsRecorded ? new Sin(this).Record(result) : result;
    }

    /// <summary>sin x in radians: what F#'s <c>sin</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sin(Tensor x) => x.Sin();
}

/// <summary>sin x. d/dx = cos x.</summary>
internal sealed class Sin(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Cos() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * VectorMath.Cos(x);
    }
}
