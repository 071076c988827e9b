using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// Rotates pairs of channels: row t's pair (xᵢ, xᵢ₊ₕ), h = D/2, becomes (xᵢ·c - xᵢ₊ₕ·s, xᵢ₊ₕ·c + xᵢ·s) with c and s
    /// the cosine and sine of an angle for t and i. Lengths are preserved, and the product of two rotated rows depends
    /// only on the difference of their angles (Su et al. 2021, §3.2; channels paired as in GPT-NeoX).
    /// </summary>
    /// <param name="cosines">The angles' cosines, [T, D/2]; not differentiated.</param>
    /// <param name="sines">Their sines, in the same shape.</param>
    /// <returns>A tensor of this shape, [… T, D].</returns>
    /// <exception cref="ShapeException">This tensor has fewer than two axes, D is odd, or the tables do not fit.</exception>
    /// <exception cref="DTypeException">The element types differ, or are not floating point.</exception>
    /// <exception cref="GradientException">The tables need a gradient.</exception>
    public Tensor RotatePairs(Tensor cosines, Tensor sines)
    {
        RequireFloat("rotatePairs");
        if (cosines.DType != DType) throw Errors.DTypes("rotatePairs", DType, cosines.DType);
        if (sines.DType != DType) throw Errors.DTypes("rotatePairs", DType, sines.DType);
        if (Rank < 2 || Shape[-1] % 2 != 0)
            throw Errors.Shape("rotatePairs: the input must be [… positions, channels] with an even number of channels,"
                + Invariant($" but is {Shape}"));
        Shape table = Shape.From(Shape[-2], Shape[-1] / 2);
        if (!cosines.Shape.Equals(table) || !sines.Shape.Equals(table))
            throw Errors.Shape(Invariant($"rotatePairs: cosines and sines must be {table} for an input {Shape},")
                + Invariant($" but are {cosines.Shape} and {sines.Shape}"));
        if (cosines.IsRecorded || sines.IsRecorded)
            throw Errors.Gradient("rotatePairs: cosines and sines have no derivative; detach them with Detach()");
        return Rotary.Forward(this, cosines, sines, 1, Shape[-1], Shape[-2], isInverse: false);
    }
}

/// <summary>Rotation of pairs of the first heads of every row; what follows them is copied. d/dx: the gradient rotated back.</summary>
internal sealed class Rotary(Tensor x, Tensor cosines, Tensor sines, int heads, int size, int positions, bool isInverse)
    : Operation(x, cosines, sines)
{
    /// <summary>Rows are those of the last axis, and their positions run 0 … <paramref name="positions"/> - 1 repeatedly.</summary>
    public static Tensor Forward(Tensor x, Tensor cosines, Tensor sines, int heads, int size, int positions, bool isInverse)
    {
        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.DType == DType.Float32) Rotate<float>();
        else Rotate<double>();
        return x.IsRecorded ? new Rotary(x, cosines, sines, heads, size, positions, isInverse).Record(result) : result;

        void Rotate<T>()
            where T : unmanaged
        {
            if (x.ElementCount == 0) return;
            (int rows, int length, int _) = Reduction.Split(x.Shape, x.Rank - 1);
            Kernels.Rotary.Rotate<T>(x.Data<T>(), rows, length, heads, size, positions, cosines.Data<T>(), sines.Data<T>(), isInverse,
                result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, Forward(gradient, Input(1), Input(2), heads, size, positions, !isInverse));
}
