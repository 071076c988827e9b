using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>min(max(x, low), high), element by element; NaN stays. The derivative is 1 from low to high, both included, and 0 elsewhere.</summary>
    /// <param name="low">The lower bound; -∞ for none.</param>
    /// <param name="high">The upper bound, at least <paramref name="low"/>; ∞ for none.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="OptionException">A bound is NaN, the bounds are in the wrong order, or those of an int32 tensor are not whole.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Clamp(double low, double high)
    {
        if (double.IsNaN(low)) throw Errors.Option("clamp", "low", "a number", low);
        if (!(high >= low)) throw Errors.Option("clamp", "high", Errors.Text($"at least the low {low}"), high);
        if (DType == DType.Int32) return ClampIntegers(low, high);
        var result = Apply.Unary<Kernels.Clamp>(this, low, high, "clamp");
        return IsRecorded ? new Clamp(this).Record(result) : result;
    }

    private Tensor ClampIntegers(double low, double high)
    {
        if (double.IsFinite(low) && low != Math.Floor(low)) throw Errors.Option("clamp", "low", "whole for an int32 tensor", low);
        if (double.IsFinite(high) && high != Math.Floor(high)) throw Errors.Option("clamp", "high", "whole for an int32 tensor", high);
        var (lowest, highest) = ((int)Math.Clamp(low, int.MinValue, int.MaxValue), (int)Math.Clamp(high, int.MinValue, int.MaxValue));
        return Apply.Integers(this, x => Math.Clamp(x, lowest, highest));
    }
}

/// <summary>y = min(max(x, low), high). dy/dx = 1 where y = x, else 0.</summary>
internal sealed class Clamp(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, IsDifferentiatedAgain
        ? gradient * Apply.Binary<IsEqual>(Input(0), Output, Name)
        : Apply.Ternary<Derivative>(Input(0), Output, gradient));

    private readonly struct IsEqual : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y)
            where V : struct, ISimd<V> => V.Equal(x, y) & V.Of(1.0);
    }

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V gradient)
            where V : struct, ISimd<V> => V.Equal(x, y) & gradient;
    }
}
