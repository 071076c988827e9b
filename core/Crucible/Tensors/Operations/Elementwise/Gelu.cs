using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>GELU: x Φ(x) with the normal distribution function Φ, element by element (Hendrycks &amp; Gimpel 2016, §2).</summary>
    /// <param name="approximate">Use the tanh form ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which differs by up to 5e-4: for weights trained with it.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Gelu(bool approximate = false)
    {
        if (approximate)
        {
            var near = Apply.Unary<GeluTanh.Formula>(this, "gelu");
            return IsRecorded ? new GeluTanh(this).Record(near) : near;
        }

        var result = Apply.Unary<Tensors.Gelu.Formula>(this, "gelu");
        return IsRecorded ? new Gelu(this).Record(result) : result;
    }
}

/// <summary>x Φ(x). d/dx = Φ(x) + x φ(x) with the normal density φ.</summary>
internal sealed class Gelu(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        var distribution = ((x * Math.Sqrt(0.5)).Erf() + 1.0) * 0.5;
        var density = (x * x * -0.5).Exp() * (1.0 / Math.Sqrt(2.0 * Math.PI));
        return distribution + (x * density);
    }

    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => Saturation.Below(x) * VectorMath.NormalCdf(x, out _);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V>
        {
            V distribution = VectorMath.NormalCdf(x, out V density);
            return gradient * V.MultiplyAdd(Saturation.BothSides(x), density, distribution);
        }
    }
}
