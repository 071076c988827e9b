using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>tanh x, element by element.</summary>
    /// <returns>A tensor of this shape, within (-1, 1).</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Tanh()
    {
        var result = Apply.Unary<Kernels.Tanh>(this, "tanh");
        return IsRecorded ? new Tanh(this).Record(result) : result;
    }

    /// <summary>tanh x: what F#'s <c>tanh</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Tanh(Tensor x) => x.Tanh();
}

/// <summary>y = tanh x. dy/dx = 1 - y².</summary>
internal sealed class Tanh(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * (1.0 - (Output * Output)) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * (1.0 - (y * y));
    }
}
