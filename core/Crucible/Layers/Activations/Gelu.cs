using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>x·Φ(x), with the normal distribution function Φ.</summary>
/// <param name="approximate">Use the tanh form, as GPT-2 does.</param>
public sealed class Gelu(bool approximate = false) : Activation
{
    /// <summary>Whether it is the tanh form.</summary>
    internal bool IsApproximate => approximate;

    /// <inheritdoc/>
    public override string ToString() => approximate ? "Gelu(tanh)" : "Gelu";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Gelu(approximate);
}

public static partial class Activations
{
    /// <summary>GELU: x Φ(x) with the normal distribution function Φ, element by element (Hendrycks &amp; Gimpel 2016, §2).</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <param name="approximate">Use the tanh form ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), which differs by up to
    /// 5e-4: for weights trained with it.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor Gelu(this Tensor x, bool approximate = false)
    {
        if (approximate)
        {
            Tensor near = Apply.Unary<GeluTanhOperation.Formula>(x, "gelu");
            return x.IsRecorded ? new GeluTanhOperation(x).Record(near) : near;
        }

        Tensor result = Apply.Unary<GeluOperation.Formula>(x, "gelu");
        return x.IsRecorded ? new GeluOperation(x).Record(result) : result;
    }
}

/// <summary>x Φ(x). d/dx = Φ(x) + x φ(x) with the normal density φ.</summary>
internal sealed class GeluOperation(Tensor x) : ElementwiseOperation(x), IRepeatable
{
    public Tensor Again() => Apply.Unary<Formula>(Input(0), "gelu");

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        x = x.Clamp(-Saturation.Limit, Saturation.Limit);
        return NormalCdf.Forward(x) + (x * NormalCdf.Density(x));
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
            where V : struct, ISimd<V> => gradient * VectorMath.GeluSlope(x);
    }
}

/// <summary>Φ(x), exact in its tail below 0, where ½ (1 + erf(x / √2)) cancels. d/dx = φ(x) = e^(-x² / 2) / √(2π).</summary>
internal sealed class NormalCdf(Tensor x) : ElementwiseOperation(x)
{
    public static Tensor Forward(Tensor x)
    {
        Tensor result = Apply.Unary<Formula>(x, "normalCdf");
        return x.IsRecorded ? new NormalCdf(x).Record(result) : result;
    }

    public static Tensor Density(Tensor x) => (x * x * -0.5).Exp() * (1.0 / Math.Sqrt(2.0 * Math.PI));

    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * Density(Input(0)));

    private readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.NormalCdf(x, out _);
    }
}

/// <summary>
/// ½ x (1 + tanh u) = x σ(2u) with 2u = √(8/π) (x + 0.044715 x³). d/dx = s + x s (1 - s) (2u)′ where s = σ(2u) and
/// (2u)′ = √(8/π) (1 + 0.134145 x²).
/// </summary>
internal sealed class GeluTanhOperation(Tensor x) : ElementwiseOperation(x), IRepeatable
{
    private const double Scale = 1.5957691216057308; // √(8/π)
    private const double Cubic = 0.044715;

    public override string Name => "gelu";

    public Tensor Again() => Apply.Unary<Formula>(Input(0), "gelu");

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor(Input(0)) : Times<Derivative>(Input(0), gradient));

    private static Tensor Factor(Tensor x)
    {
        x = x.Clamp(-Saturation.Limit, Saturation.Limit);
        Tensor square = x * x;
        Tensor gate = (x * (1.0 + (Cubic * square)) * Scale).Sigmoid();
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
