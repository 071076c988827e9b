using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>arcsin x in radians, element by element. NaN outside [-1, 1].</summary>
    /// <returns>A tensor of this shape, within [-π/2, π/2].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Asin()
    {
        var result = Apply.Unary<Tensors.Asin.Formula>(this, "asin");
        return IsRecorded ? new Asin(this).Record(result) : result;
    }

    /// <summary>arcsin x in radians: what F#'s <c>asin</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Asin(Tensor x) => x.Asin();
}

/// <summary>arcsin x. d/dx = 1 / √(1 - x²).</summary>
internal sealed class Asin(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (1.0 - (Input(0) * Input(0))).Sqrt() : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Asin(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient / V.Sqrt(1.0 - (x * x));
    }
}
