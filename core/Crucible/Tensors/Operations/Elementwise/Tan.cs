using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>tan x in radians, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Tan()
    {
        var result = Apply.Unary<Tensors.Tan.Formula>(this, "tan");
        return IsRecorded ? new Tan(this).Record(result) : result;
    }

    /// <summary>tan x in radians: what F#'s <c>tan</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Tan(Tensor x) => x.Tan();
}

/// <summary>y = tan x. dy/dx = 1 + y².</summary>
internal sealed class Tan(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.Sin(x) / VectorMath.Cos(x);
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * (1.0 + (Output * Output)) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * (1.0 + (y * y));
    }
}
