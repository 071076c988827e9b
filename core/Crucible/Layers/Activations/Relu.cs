using System.Runtime.CompilerServices;
using Crucible.Kernels;
using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>max(x, 0).</summary>
public sealed class Relu : Activation
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Pass pass) => x.Relu();
}

public static partial class Activations
{
    /// <summary>ReLU: max(x, 0), element by element; NaN stays. The derivative at 0 is 0.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape, at least 0.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public static Tensor Relu(this Tensor x)
    {
        Tensor result = Apply.Unary<ReluOperation.Formula>(x, "relu");
        return x.IsRecorded ? new ReluOperation(x).Record(result) : result;
    }
}

/// <summary>y = max(x, 0). dy/dx = 1 where y > 0, else 0.</summary>
internal sealed class ReluOperation(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain
            ? gradient.MaskedFill(Output.Greater(0.0).Not(), 0.0)
            : Times<Derivative>(Output, gradient));

    internal readonly struct Formula : IUnary
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.AtLeast(x, 0.0);
    }

    private readonly struct Derivative : IBinary
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => (y > V.Of(0.0)) & gradient;
    }
}
