using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>sinh x = (eˣ - e⁻ˣ) / 2, element by element.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sinh()
    {
        var result = Apply.Unary<Tensors.Sinh.Formula>(this, "sinh");
        return IsRecorded ? new Sinh(this).Record(result) : result;
    }

    /// <summary>sinh x = (eˣ - e⁻ˣ) / 2: what F#'s <c>sinh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sinh(Tensor x) => x.Sinh();
}

/// <summary>sinh x. d/dx = cosh x.</summary>
internal sealed class Sinh(Tensor x) : ElementwiseOperation(x)
{
    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V>
        {
            // Near 0 the two exponentials would cancel; far out eˣ would overflow before sinh x does, so it is built as a square.
            V small = VectorMath.Expm1(x);
            V root = VectorMath.Exp(x * 0.5);
            return V.Select(V.Abs(x) < V.Of(1.0), (small + (small / (small + 1.0))) * 0.5, (root * 0.5 * root) - (0.5 / root / root));
        }
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Cosh() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * Cosh.Formula.Invoke(x);
    }
}
