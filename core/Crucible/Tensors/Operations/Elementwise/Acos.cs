using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>arccos x in radians, element by element. NaN outside [-1, 1].</summary>
    /// <returns>A tensor of this shape, within [0, π].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Acos()
    {
        var result = Apply.Unary<Tensors.Acos.Formula>(this, "acos");
        return IsRecorded ? new Acos(this).Record(result) : result;
    }

    /// <summary>arccos x in radians: what F#'s <c>acos</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Acos(Tensor x) => x.Acos();
}

/// <summary>arccos x. d/dx = -1 / √(1 - x²).</summary>
internal sealed class Acos(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.PerLane<Scalar>(x, x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? -gradient / (1.0 - (Input(0) * Input(0))).Sqrt() : Times<Derivative>(Input(0), gradient));

    private readonly struct Scalar : IScalar
    {
        public static double Invoke(double x, double y) => Math.Acos(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => -(gradient / V.Sqrt(1.0 - (x * x)));
    }
}
