using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>SiLU, also called swish: x σ(x), element by element (Elfwing et al. 2018).</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Silu()
    {
        var result = Apply.Unary<Tensors.Silu.Formula>(this, "silu");
        return IsRecorded ? new Silu(this).Record(result) : result;
    }
}

/// <summary>x σ(x). d/dx = s (1 + x (1 - s)) with s = σ(x).</summary>
internal sealed class Silu(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        var gate = x.Sigmoid();
        return gate * (1.0 + (x * (1.0 - gate)));
    }

    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => Saturation.Below(x) * VectorMath.Sigmoid(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V>
        {
            V gate = VectorMath.Sigmoid(x);
            return gradient * gate * V.MultiplyAdd(Saturation.BothSides(x), 1.0 - gate, V.Of(1.0));
        }
    }
}
