using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ELU: x where x > 0, else α (eˣ - 1), element by element (Clevert et al. 2016).</summary>
    /// <param name="alpha">α: far below 0 the result is -α.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Elu(double alpha = 1.0)
    {
        var result = Apply.Unary<Tensors.Elu.Formula>(this, alpha, "elu");
        return IsRecorded ? new Elu(this, alpha).Record(result) : result;
    }
}

/// <summary>y = x where x > 0, else α (eˣ - 1). dy/dx = 1 where x > 0, else α eˣ = y + α.</summary>
internal sealed class Elu(Tensor x, double alpha) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Factor() : Apply.Binary<Derivative>(Input(0), gradient, alpha));

    private Tensor Factor()
    {
        var positive = Apply.Unary<Relu.IsPositive>(Input(0), Name);
        return positive + ((1.0 - positive) * (Output + alpha));
    }

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
