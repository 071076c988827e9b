using System.Runtime.CompilerServices;
using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// min(a, b), element by element with broadcasting; NaN where either is. Where both are equal each gets half of the
    /// gradient.
    /// </summary>
    /// <param name="b">A tensor of the same element type, broadcast against this one.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Minimum(Tensor b)
    {
        if (DType == DType.Int32) return Apply.Scalarwise<int, int>(this, b, Math.Min, "minimum");
        Tensor result = Apply.Binary<Kernels.Minimum>(this, b, "minimum");
        return IsRecorded || b.IsRecorded ? new Minimum(this, b).Record(result) : result;
    }

    /// <summary>min(a, b), element by element; NaN stays.</summary>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool, or are int32 and the number is not.</exception>
    public Tensor Minimum(double b) => Minimum(Scalar(b, DType));
}

/// <summary>min(a, b). ∂/∂a = 1 where a &lt; b, ½ where a = b, else 0; ∂/∂b likewise.</summary>
internal sealed class Minimum(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? a, Tensor? b) = (Input(0), Input(1));
        // a gets the share that b would get as the larger one.
        if (Needs(0)) Accumulate(0, (gradient * Apply.Binary<Maximum.ShareOfLarger>(b, a, Name)).SumTo(a.Shape));
        if (Needs(1)) Accumulate(1, (gradient * Apply.Binary<Maximum.ShareOfLarger>(a, b, Name)).SumTo(b.Shape));
    }
}

public sealed partial class Tensor
{
    /// <summary>
    /// max(a, b), element by element with broadcasting; NaN where either is. Where both are equal each gets half of the
    /// gradient.
    /// </summary>
    /// <param name="b">A tensor of the same element type, broadcast against this one.</param>
    /// <returns>A tensor of the broadcast shape.</returns>
    /// <exception cref="ShapeException">The shapes cannot be broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or are bool.</exception>
    public Tensor Maximum(Tensor b)
    {
        if (DType == DType.Int32) return Apply.Scalarwise<int, int>(this, b, Math.Max, "maximum");
        Tensor result = Apply.Binary<Kernels.Maximum>(this, b, "maximum");
        return IsRecorded || b.IsRecorded ? new Maximum(this, b).Record(result) : result;
    }

    /// <summary>max(a, b), element by element; NaN stays.</summary>
    /// <param name="b">A number, taken as the tensor's element type.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool, or are int32 and the number is not.</exception>
    public Tensor Maximum(double b) => Maximum(Scalar(b, DType));
}

/// <summary>max(a, b). ∂/∂a = 1 where a > b, ½ where a = b, else 0; ∂/∂b likewise.</summary>
internal sealed class Maximum(Tensor a, Tensor b) : Operation(a, b)
{
    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? a, Tensor? b) = (Input(0), Input(1));
        if (Needs(0)) Accumulate(0, (gradient * Apply.Binary<ShareOfLarger>(a, b, Name)).SumTo(a.Shape));
        if (Needs(1)) Accumulate(1, (gradient * Apply.Binary<ShareOfLarger>(b, a, Name)).SumTo(b.Shape));
    }

    /// <summary>1, ½ or 0 as x is larger than y, equal or smaller.</summary>
    internal readonly struct ShareOfLarger : IBinary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y)
            where V : struct, ISimd<V> => V.Select(x < y, V.Of(0.0), V.Select(V.Equal(x, y), V.Of(0.5), V.Of(1.0)));
    }
}

public sealed partial class Tensor
{
    /// <summary>
    /// min(max(x, low), high), element by element; NaN stays. The derivative is 1 from low to high, both included, and
    /// 0 elsewhere.
    /// </summary>
    /// <param name="low">The lower bound; -∞ for none.</param>
    /// <param name="high">The upper bound, at least <paramref name="low"/>; ∞ for none.</param>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="OptionException">
    /// A bound is NaN, the bounds are in the wrong order, or those of an int32 tensor are not whole.
    /// </exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Clamp(double low, double high)
    {
        if (double.IsNaN(low)) throw Errors.Option("clamp", "low", "a number", low);
        if (!(high >= low)) throw Errors.Option("clamp", "high", Invariant($"at least the low {low}"), high);
        if (DType == DType.Int32) return ClampIntegers(low, high);
        Tensor result = Apply.Unary<Kernels.Clamp>(this, low, high, "clamp");
        return IsRecorded ? new Clamp(this).Record(result) : result;
    }

    private Tensor ClampIntegers(double low, double high)
    {
        if (double.IsFinite(low) && low != Math.Floor(low)) throw Errors.Option("clamp", "low", "whole for an int32 tensor", low);
        if (double.IsFinite(high) && high != Math.Floor(high)) throw Errors.Option("clamp", "high", "whole for an int32 tensor", high);
        (int lowest, int highest) = ((int)Math.Clamp(low, int.MinValue, int.MaxValue), (int)Math.Clamp(high, int.MinValue, int.MaxValue));
        return Apply.Integers(this, x => Math.Clamp(x, lowest, highest));
    }
}

/// <summary>y = min(max(x, low), high). dy/dx = 1 where y = x, else 0.</summary>
internal sealed class Clamp(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, IsDifferentiatedAgain
        ? gradient.MaskedFill(Input(0).NotEqualTo(Output), 0.0)
        : Apply.Ternary<Derivative>(Input(0), Output, gradient));

    private readonly struct Derivative : ITernary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x, V y, V gradient)
            where V : struct, ISimd<V> => V.Equal(x, y) & gradient;
    }
}
