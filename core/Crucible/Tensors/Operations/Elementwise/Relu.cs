using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>ReLU: max(x, 0), element by element; NaN stays. The derivative at 0 is 0.</summary>
    /// <returns>A tensor of this shape, at least 0.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Relu()
    {
        var result = Apply.Unary<Tensors.Relu.Formula>(this, "relu");
        return IsRecorded ? new Relu(this).Record(result) : result;
    }
}

/// <summary>y = max(x, 0). dy/dx = 1 where y > 0, else 0.</summary>
internal sealed class Relu(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IsDifferentiatedAgain ? gradient * Apply.Unary<IsPositive>(Output, Name) : Times<Derivative>(Output, gradient));

    internal readonly struct Formula : IUnary
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.AtLeast(x, 0.0);
    }

    /// <summary>1 where x > 0, else 0.</summary>
    internal readonly struct IsPositive : IUnary
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => (x > V.Of(0.0)) & V.Of(1.0);
    }

    private readonly struct Derivative : IBinary
    {
        public static bool IsLight => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V y, V gradient)
            where V : struct, ISimd<V> => (y > V.Of(0.0)) & gradient;
    }
}
