using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Layers;

/// <summary>x where x > 0, else alpha·(eˣ - 1).</summary>
/// <param name="alpha">The limit at -∞, with its sign turned.</param>
public sealed class Elu(double alpha = 1.0) : Activation
{
    /// <summary>α.</summary>
    internal double Alpha => alpha;

    /// <inheritdoc/>
    public override string ToString() => Invariant($"Elu({alpha})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Elu(alpha);
}

public static partial class Activations
{
    /// <summary>ELU: x where x > 0, else α (eˣ - 1), element by element (Clevert et al. 2016).</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <param name="alpha">α: far below 0 the result is -α.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor Elu(this Tensor x, double alpha = 1.0)
    {
        Tensor result = Apply.Unary<EluOperation.Formula>(x, alpha, "elu");
        return x.IsRecorded ? new EluOperation(x, alpha).Record(result) : result;
    }
}

/// <summary>
/// y = x where x > 0, else α (eˣ - 1). dy/dx = 1 where x > 0, else α eˣ; y + α would be the same, but cancels far below 0.
/// </summary>
internal sealed class EluOperation(Tensor x, double alpha) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor() : Apply.Binary<Derivative>(Input(0), gradient, alpha));

    /// <summary>Above 0 neither the exponential nor its derivative may overflow, although nobody reads them.</summary>
    private Tensor Factor() =>
        (Input(0).Clamp(double.NegativeInfinity, 0.0).Exp() * alpha).MaskedFill(Input(0).Greater(0.0), 1.0);

    internal readonly struct Formula : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V alpha)
            where V : struct, ISimd<V> => V.Select(x > V.Of(0.0), x, alpha * VectorMath.Expm1(x));
    }

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient, V alpha)
            where V : struct, ISimd<V> => V.Select(x > V.Of(0.0), gradient, gradient * alpha * VectorMath.Exp(x));
    }
}
