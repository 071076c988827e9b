using System.Runtime.CompilerServices;
using Crucible.Kernels;

namespace Crucible.Tensors;

/// <summary>Rounding to whole numbers. The derivatives are 0 everywhere.</summary>
public sealed partial class Tensor
{
    /// <summary>The largest whole number that is at most x, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Floor() => PiecewiseConstant.Of(this, Apply.Unary<Kernels.Floor>(this, "floor"), "floor");

    /// <summary>The smallest whole number that is at least x, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Ceiling() => PiecewiseConstant.Of(this, Apply.Unary<Kernels.Ceiling>(this, "ceiling"), "ceiling");

    /// <summary>The nearest whole number, halves to the even one, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Round() => PiecewiseConstant.Of(this, Apply.Unary<Kernels.Round>(this, "round"), "round");

    /// <summary>The whole part: x rounded towards 0, element by element.</summary>
    /// <returns>A tensor of this shape and element type.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Truncate() => PiecewiseConstant.Of(this, Apply.Unary<WholePart>(this, "truncate"), "truncate");

    /// <summary>The largest whole number that is at most x: what F#'s <c>floor</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Floor(Tensor x) => x.Floor();

    /// <summary>The smallest whole number that is at least x: what F#'s <c>ceil</c> calls.</summary>
    /// <param name="x">A floating-point tensor.</param>
    /// <returns>A tensor of x's shape.</returns>
    public static Tensor Ceiling(Tensor x) => x.Ceiling();

    /// <summary>The nearest whole number, halves to the even one: what F#'s <c>round</c> calls.</summary>
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
}
