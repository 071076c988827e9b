using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Leaky ReLU: x where x > 0, else slope · x, element by element.</summary>
    /// <param name="slope">The factor of negative elements, which is also the derivative at 0.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor LeakyRelu(double slope = 0.01)
    {
        var result = Apply.Unary<Tensors.LeakyRelu.Formula>(this, slope, "leakyRelu");
        return IsRecorded ? new LeakyRelu(this, slope).Record(result) : result;
    }
}

/// <summary>x where x > 0, else slope · x. d/dx = 1 where x > 0, else slope.</summary>
internal sealed class LeakyRelu(Tensor x, double slope) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, IsDifferentiatedAgain
        ? gradient * Apply.Unary<Slope>(Input(0), slope, Name)
        : Apply.Binary<Derivative>(Input(0), gradient, slope));

    internal readonly struct Formula : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V slope)
            where V : struct, ISimd<V> => V.Select(x > V.Of(0.0), x, slope * x);
    }

    /// <summary>The derivative by x alone.</summary>
    internal readonly struct Slope : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V slope)
            where V : struct, ISimd<V> => V.Select(x > V.Of(0.0), V.Of(1.0), slope);
    }

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient, V slope)
            where V : struct, ISimd<V> => V.Select(x > V.Of(0.0), gradient, slope * gradient);
    }
}
