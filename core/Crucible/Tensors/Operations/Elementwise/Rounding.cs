using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Rounding to whole numbers. The derivatives are 0 everywhere.</summary>
public sealed partial class Tensor
{
    /// <summary>The largest whole number that is at most x, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Floor() => PiecewiseConstant.Forward(this, Apply.Unary<Kernels.Floor>(this, "floor"), "floor");

    /// <summary>The smallest whole number that is at least x, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Ceiling() => PiecewiseConstant.Forward(this, Apply.Unary<Kernels.Ceiling>(this, "ceiling"), "ceiling");

    /// <summary>The nearest whole number, element by element; halves are rounded to even.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Round() => PiecewiseConstant.Forward(this, Apply.Unary<Kernels.Round>(this, "round"), "round");

    /// <summary>The whole part: x rounded towards 0, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Truncate() => PiecewiseConstant.Forward(this, Apply.Unary<WholePart>(this, "truncate"), "truncate");

    /// <summary>The largest whole number that is at most x: what F#'s <c>floor</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Floor(Tensor x) => x.Floor();

    /// <summary>The smallest whole number that is at least x: what F#'s <c>ceil</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Ceiling(Tensor x) => x.Ceiling();

    /// <summary>The nearest whole number, halves rounded to even: what F#'s <c>round</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Round(Tensor x) => x.Round();

    /// <summary>The whole part: what F#'s <c>truncate</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Truncate(Tensor x) => x.Truncate();

    private readonly struct WholePart : IUnary
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Invoke<V>(V x)
            where V : struct, ISimd<V> => V.Floor(V.Abs(x)) | (x & V.Of(-0.0));
    }

    /// <summary>|x|, element by element. The derivative at 0 is 0.</summary>
    /// <returns>A tensor of this shape. The lowest int32 has no positive counterpart and stays as it is.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Abs()
    {
        if (DType == DType.Int32) return Apply.Integers(this, x => x < 0 ? -x : x);
        Tensor result = Apply.Unary<Kernels.Abs>(this, "abs");
        return IsRecorded ? new Abs(this).Record(result) : result;
    }

    /// <summary>|x|: what F#'s <c>abs</c> calls.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Abs(Tensor x) => x.Abs();
}

/// <summary>|x|. d/dx = sign x.</summary>
internal sealed class Abs(Tensor x) : ElementwiseOperation(x)
{
    protected internal override void Backward(Tensor gradient) => Accumulate(0, gradient * Input(0).Sign());
}

public sealed partial class Tensor
{
    /// <summary>-1, 0 or 1 by the sign of each element; NaN stays. The derivative is 0 everywhere.</summary>
    /// <returns>A tensor of this shape.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Sign() => DType == DType.Int32
        ? Apply.Integers(this, Math.Sign)
        : PiecewiseConstant.Forward(this, Apply.Unary<Kernels.Sign>(this, "sign"), "sign");

    /// <summary>-1, 0 or 1 by the sign of each element.</summary>
    /// <param name="x">A tensor of numbers.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Sign(Tensor x) => x.Sign();
}

/// <summary>
/// A piecewise constant function: sign and the roundings. d/dx = 0, passed on as zeros so that everything before it
/// stays part of the graph.
/// </summary>
internal sealed class PiecewiseConstant(Tensor x, string name) : ElementwiseOperation(x)
{
    public override string Name => name;

    public static Tensor Forward(Tensor x, Tensor result, string name) =>
        x.IsRecorded ? new PiecewiseConstant(x, name).Record(result) : result;

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Tensor.ZerosLike(gradient));
}
