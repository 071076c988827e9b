using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ln(1 + eˣ), a smooth max(x, 0), element by element. Large x neither overflow nor lose accuracy.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Softplus()
    {
        var result = Apply.Unary<Kernels.Softplus>(this, "softplus");
        return IsRecorded ? new Softplus(this).Record(result) : result;
    }
}

/// <summary>ln(1 + eˣ). d/dx = σ(x).</summary>
internal sealed class Softplus(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Input(0).Sigmoid() : Times<Derivative>(Input(0), gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V gradient)
            where V : struct, ISimd<V> => gradient * VectorMath.Sigmoid(x);
    }
}
