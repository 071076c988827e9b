using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>cos x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-1, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Cos()
    {
        var result = Apply.Unary<Kernels.Cos>(this, "cos");
        return IsRecorded ? new Cos(this).Record(result) : result;
    }

    /// <summary>cos x in radians: what F#'s <c>cos</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Cos(Tensor x) => x.Cos();
}

/// <summary>cos x. d/dx = -sin x.</summary>
internal sealed class Cos(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? -gradient * Input(0).Sin() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => -(gradient * VectorMath.Sin(x));
    }
}
