using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>cosh x = (eˣ + e⁻ˣ) / 2, element by element.</summary>
    /// <returns>A tensor of this shape, at least 1.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Cosh()
    {
        var result = Apply.Unary<Tensors.Cosh.Formula>(this, "cosh");
        return IsRecorded ? new Cosh(this).Record(result) : result;
    }

    /// <summary>cosh x = (eˣ + e⁻ˣ) / 2: what F#'s <c>cosh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Cosh(Tensor x) => x.Cosh();
}

/// <summary>cosh x. d/dx = sinh x.</summary>
internal sealed class Cosh(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            // eˣ would overflow before cosh x does, so it is built as a square.
            V root = VectorMath.Exp(x * 0.5);
            return (root * 0.5 * root) + (0.5 / root / root);
        }
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Sinh() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * Sinh.Formula.Invoke(x);
    }
}
