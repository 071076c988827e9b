using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>σ(x) = 1 / (1 + e⁻ˣ), element by element.</summary>
    /// <returns>A tensor of this shape, within [0, 1].</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Sigmoid()
    {
        var result = Apply.Unary<Kernels.Sigmoid>(this, "sigmoid");
        return IsRecorded ? new Sigmoid(this).Record(result) : result;
    }
}

/// <summary>y = σ(x). dy/dx = y (1 - y).</summary>
internal sealed class Sigmoid(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Output * (1.0 - Output) : Times<Derivative>(Output, gradient));

    private readonly struct Derivative : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => gradient * y * (1.0 - y);
    }
}
