using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>√x, element by element. NaN below 0; the derivative at 0 is ∞.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sqrt()
    {
        var result = Apply.Unary<Kernels.Sqrt>(this, "sqrt");
        return IsRecorded ? new Sqrt(this).Record(result) : result;
    }

    /// <summary>√x: what F#'s <c>sqrt</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sqrt(Tensor x) => x.Sqrt();
}

/// <summary>y = √x. dy/dx = 1 / 2y.</summary>
internal sealed class Sqrt(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient / (2.0 * Output) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * 0.5 / y;
    }
}
