using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>arctan x in radians, element by element.</summary>
    /// <returns>A tensor of this shape, within [-π/2, π/2].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Atan()
    {
        var result = Apply.Unary<Tensors.Atan.Formula>(this, "atan");
        return IsRecorded ? new Atan(this).Record(result) : result;
    }

    /// <summary>arctan x in radians: what F#'s <c>atan</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Atan(Tensor x) => x.Atan();
}

/// <summary>arctan x. d/dx = 1 / (1 + x²).</summary>
internal sealed class Atan(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (1.0 + (Input(0) * Input(0))) : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Atan(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient / (1.0 + (x * x));
    }
}
