using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>erf x = 2/√π ∫₀ˣ e^(-t²) dt, the error function, element by element.</summary>
    /// <returns>A tensor of this shape, within [-1, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Erf()
    {
        Tensor result = Apply.Unary<Kernels.Erf>(this, "erf");
        return IsRecorded ? new Erf(this).Record(result) : result;
    }
}

/// <summary>erf x. d/dx = 2/√π e^(-x²).</summary>
internal sealed class Erf(Tensor x) : ElementwiseOperation(x)
{
    private const double TwoOverRootPi = 1.1283791670955126;

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain
            ? gradient * ((Input(0) * -Input(0)).Exp() * TwoOverRootPi)
            : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * (VectorMath.Exp(x * -x) * TwoOverRootPi);
    }
}
