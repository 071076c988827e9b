using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>ln(1 + eˣ).</summary>
public sealed class Softplus : Activation
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Softplus();
}

public static partial class Activations
{
    /// <summary>ln(1 + eˣ), a smooth max(x, 0), element by element. Large x neither overflow nor lose accuracy.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor Softplus(this Tensor x)
    {
        Tensor result = Apply.Unary<SoftplusOperation.Formula>(x, "softplus");
        return x.IsRecorded ? new SoftplusOperation(x).Record(result) : result;
    }
}

/// <summary>ln(1 + eˣ). d/dx = σ(x).</summary>
internal sealed class SoftplusOperation(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Sigmoid() : Times<Derivative>(Input(0), gradient));

    internal readonly struct Formula : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => VectorMath.Softplus(x);
    }

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * VectorMath.Sigmoid(x);
    }
}
