using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>
/// ½ x (1 + tanh u) = x σ(2u) with 2u = √(8/π) (x + 0.044715 x³). d/dx = s + x s (1 - s) (2u)′ where s = σ(2u) and
/// (2u)′ = √(8/π) (1 + 0.134145 x²).
/// </summary>
internal sealed class GeluTanh(Tensor x) : ElementwiseOperation(x)
{
    private const double Scale = 1.5957691216057308; // √(8/π)
    private const double Cubic = 0.044715;

    public override string Name => "gelu";

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        var square = x * x;
        var gate = (x * (1.0 + (Cubic * square)) * Scale).Sigmoid();
        return gate + (x * gate * (1.0 - gate) * ((1.0 + (3.0 * Cubic * square)) * Scale));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Gate<V>(V x)
        where V : struct, ISimd<V> => VectorMath.Sigmoid(x * V.MultiplyAdd(x * x, V.Of(Scale * Cubic), V.Of(Scale)));

    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => Saturation.Below(x) * Gate(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V>
        {
            x = Saturation.BothSides(x);
            V gate = Gate(x);
            V slope = V.MultiplyAdd(x * x, V.Of(3.0 * Scale * Cubic), V.Of(Scale));
            return gradient * V.MultiplyAdd(x * gate * (1.0 - gate), slope, gate);
        }
    }
}
