using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>x where x > 0, else slope·x.</summary>
/// <param name="slope">The slope below 0.</param>
public sealed class LeakyRelu(double slope = 0.01) : Activation
{
    /// <summary>The slope below 0.</summary>
    internal double Slope => slope;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"LeakyRelu({slope})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.LeakyRelu(slope);
}

public static partial class Activations
{
    /// <summary>Leaky ReLU: x where x > 0, else slope · x, element by element.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <param name="slope">The factor of negative elements, which is also the derivative at 0.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor LeakyRelu(this Tensor x, double slope = 0.01)
    {
        Tensor result = Apply.Unary<LeakyReluOperation.Formula>(x, slope, "leakyRelu");
        return x.IsRecorded ? new LeakyReluOperation(x, slope).Record(result) : result;
    }
}

/// <summary>x where x > 0, else slope · x. d/dx = 1 where x > 0, else slope.</summary>
internal sealed class LeakyReluOperation(Tensor x, double slope) : ElementwiseOperation(x)
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
