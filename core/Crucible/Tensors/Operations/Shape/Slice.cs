using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>A range of indices along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="start">The first index; negative counts from the end.</param>
    /// <param name="stop">
    /// The index after the last; negative counts from the end, null means up to the end. Beyond the end it is clipped.
    /// </param>
    /// <param name="step">The distance between indices, 1 or more.</param>
    /// <returns>A copy of the range; empty when stop is not after start.</returns>
    /// <exception cref="ShapeException">There is no such axis, or the start lies outside it.</exception>
    /// <exception cref="OptionException">The step is below 1.</exception>
    public Tensor Slice(int axis, int start, int? stop = null, int step = 1)
    {
        axis = Shape.Axis(axis, "slice");
        if (step < 1) throw Errors.Option("slice", "step", "1 or more", step);
        int size = Shape[axis];
        int from = start < 0 ? start + size : start;
        if (from < 0 || from > size)
            throw Errors.Shape(Invariant($"slice: the start must be between {-size} and {size},")
                + Invariant($" but is {start} along axis {axis} of {Shape}"));
        int to = Math.Min(size, stop is not { } end ? size : end < 0 ? end + size : end);
        int count = (int)Math.Max(0L, ((long)to - from + step - 1) / step);
        if (count == size) return this;

        Tensor result = Allocate(Shape.With(axis, count), DType);
        int[] strides = Shape.StridesWithin(Shape);
        int offset = from * Shape.Product(axis + 1, Rank);
        if (count > 1) strides[axis] *= step; // of a single index any step is right, and the product may overflow
        if (result.ElementCount > 0) StridedCopy.Run(this, result, result.Shape.Sizes, strides, offset);
        return IsRecorded ? new Slice(this, axis, from, step).Record(result) : result;
    }

    /// <summary>The slice at one index along an axis, which is dropped.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="index">The index; negative counts from the end.</param>
    /// <returns>A copy with one axis less.</returns>
    /// <exception cref="ShapeException">There is no such axis or index.</exception>
    public Tensor Select(int axis, int index)
    {
        axis = Shape.Axis(axis, "select");
        int at = Shape.Index(axis, index, "select");
        return Slice(axis, at, at + 1).ReshapeTo(Shape.Without(axis));
    }
}

/// <summary>Every step-th index of an axis from a start on. d/dx: the gradient at those indices, 0 elsewhere.</summary>
internal sealed class Slice(Tensor x, int axis, int start, int step) : Operation(x)
{
    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, Unslice.Forward(gradient, Input(0).Shape, axis, start, step));

    protected internal override Tensor? Tangent(Tensor?[] tangents) =>
        tangents[0]!.Slice(axis, start, Output.Shape[axis] == 0 ? start : start + ((Output.Shape[axis] - 1) * step) + 1, step);
}

/// <summary>
/// Zeros in a larger shape with x at every step-th index of an axis from a start on: the transpose of a slice, and what
/// padding does. d/dx: the slice of the gradient.
/// </summary>
internal sealed class Unslice(Tensor x, int axis, int start, int step) : Operation(x)
{
    public static Tensor Forward(Tensor x, Shape shape, int axis, int start, int step, double fill = 0.0)
    {
        Tensor result = Tensor.Full(shape, fill, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Place(x.Data<float>(), result.Data<float>()); break;
            case DType.Float64: Place(x.Data<double>(), result.Data<double>()); break;
            case DType.Int32: Place(x.Data<int>(), result.Data<int>()); break;
            case DType.BFloat16: Place(x.Data<Kernels.BFloat16>(), result.Data<Kernels.BFloat16>()); break;
            default: Place(x.Data<bool>(), result.Data<bool>()); break;
        }

        return x.IsRecorded ? new Unslice(x, axis, start, step).Record(result) : result;

        void Place<T>(ReadOnlySpan<T> values, Span<T> target)
        {
            (int outer, int length, int inner) = Reduction.Split(x.Shape, axis);
            for (int o = 0; o < outer; o++)
            {
                int from = ((o * shape[axis]) + start) * inner;
                if (step == 1) values.Slice(o * length * inner, length * inner).CopyTo(target[from..]);
                else for (int i = 0; i < length; i++)
                    values.Slice(((o * length) + i) * inner, inner).CopyTo(target[(from + (i * step * inner))..]);
            }
        }
    }

    protected internal override void Backward(Tensor gradient)
    {
        int count = Input(0).Shape[axis];
        Accumulate(0, count == 0 ? Input(0) : gradient.Slice(axis, start, start + ((count - 1) * step) + 1, step));
    }
}
