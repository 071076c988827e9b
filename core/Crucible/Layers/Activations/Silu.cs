using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>x·sigmoid x.</summary>
public sealed class Silu : Activation
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Silu();
}

public static partial class Activations
{
    /// <summary>SiLU, also called swish: x σ(x), element by element (Elfwing et al. 2018).</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor Silu(this Tensor x)
    {
        Tensor result = Apply.Unary<SiluOperation.Formula>(x, "silu");
        return x.IsRecorded ? new SiluOperation(x).Record(result) : result;
    }
}

/// <summary>x σ(x). d/dx = s (1 + x (1 - s)) with s = σ(x).</summary>
internal sealed class SiluOperation(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        x = x.Clamp(-Saturation.Limit, Saturation.Limit);
        Tensor gate = x.Sigmoid();
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
