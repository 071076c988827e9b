using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Concatenates tensors along an axis.</summary>
    /// <param name="tensors">At least one; of equal element type and of equal sizes along every other axis.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <returns>The concatenated copy.</returns>
    /// <exception cref="ShapeException">There are no tensors, no such axis, or other sizes differ.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public static Tensor Concat(IEnumerable<Tensor> tensors, int axis = 0) => Tensors.Concat.Forward([.. tensors], axis);

    /// <summary>Stacks tensors of equal shape along a new axis.</summary>
    /// <param name="tensors">At least one.</param>
    /// <param name="axis">The position of the new axis in the result.</param>
    /// <returns>A copy with one axis more.</returns>
    /// <exception cref="ShapeException">There are no tensors, or their shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ.</exception>
    public static Tensor Stack(IEnumerable<Tensor> tensors, int axis = 0) => Concat(tensors.Select(tensor => tensor.Unsqueeze(axis)), axis);

    /// <summary>Splits an axis into pieces of the given sizes.</summary>
    /// <param name="sizes">The sizes; they add up to the axis.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>One tensor for each size.</returns>
    /// <exception cref="ShapeException">There is no such axis, or the sizes do not add up to it.</exception>
    public Tensor[] Split(IEnumerable<int> sizes, int axis = 0)
    {
        axis = Shape.Axis(axis, "split");
        int[] pieces = sizes.ToArray();
        if (pieces.Sum(size => (long)size) != Shape[axis] || pieces.Any(size => size < 0))
            throw Errors.Shape(Invariant($"split: sizes must be 0 or more and add up to {Shape[axis]},")
                + Invariant($" axis {axis} of {Shape}, but are [{string.Join(", ", pieces)}]"));
        int start = 0;
        Tensor[] result = new Tensor[pieces.Length];
        for (int i = 0; i < pieces.Length; start += pieces[i], i++) result[i] = Slice(axis, start, start + pieces[i]);
        return result;
    }

    /// <summary>Splits an axis into a number of equal pieces; the last may be shorter.</summary>
    /// <param name="count">How many, at least 1; fewer are returned when the axis is too short.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>The pieces.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="OptionException">The count is below 1, or there would be more than 2²⁰ pieces, each an object.</exception>
    public Tensor[] Chunk(int count, int axis = 0)
    {
        if (count < 1) throw Errors.Option("chunk", "count", "1 or more", count);
        axis = Shape.Axis(axis, "chunk");
        const int most = 1 << 20; // each piece is an object of some hundred bytes
        int size = (int)Math.Max(1L, ((long)Shape[axis] + count - 1) / count), number = Math.Max(1, 1 + ((Shape[axis] - 1) / size));
        if (number > most) throw Errors.Option("chunk", "count", Invariant($"at most {most}, for pieces that are tensors"), count);
        return Split(Enumerable.Range(0, number).Select(i => Math.Min(size, Shape[axis] - (i * size))), axis);
    }
}

/// <summary>Tensors one after another along an axis. d/d each: its part of the gradient.</summary>
internal sealed class Concat(Tensor[] parts, int axis) : Operation(parts)
{
    public static Tensor Forward(Tensor[] parts, int axis)
    {
        if (parts.Length == 0) throw Errors.Shape("concat: there must be at least one tensor, but there are none");
        Tensor first = parts[0];
        axis = first.Shape.Axis(axis, "concat");
        foreach (Tensor part in parts)
        {
            if (part.DType != first.DType) throw Errors.DTypes("concat", first.DType, part.DType);
            if (part.Rank != first.Rank || !part.Shape.With(axis, 0).Equals(first.Shape.With(axis, 0)))
                throw Errors.Shape(Invariant($"concat: all sizes except along axis {axis} must agree,")
                    + Invariant($" but there are {first.Shape} and {part.Shape}"));
        }

        int size = Shape.Size(parts.Sum(part => (long)part.Shape[axis]), "concat");
        Tensor result = Tensor.Allocate(first.Shape.With(axis, size), first.DType);
        switch (first.DType)
        {
            case DType.Float32: Copy<float>(); break;
            case DType.Float64: Copy<double>(); break;
            case DType.Int32: Copy<int>(); break;
            case DType.BFloat16: Copy<Kernels.BFloat16>(); break;
            default: Copy<bool>(); break;
        }

        return Array.Exists(parts, part => part.IsRecorded) ? new Concat(parts, axis).Record(result) : result;

        void Copy<T>()
            where T : unmanaged
        {
            (int outer, int length, int inner) = Reduction.Split(result.Shape, axis);
            global::System.Span<T> target = result.Data<T>();
            int at = 0;
            foreach (Tensor part in parts)
            {
                int run = part.Shape[axis] * inner;
                global::System.Span<T> source = part.Data<T>();
                for (int o = 0; o < outer; o++) source.Slice(o * run, run).CopyTo(target[((o * length * inner) + at)..]);
                at += run;
            }
        }
    }

    protected internal override void Backward(Tensor gradient)
    {
        int start = 0;
        for (int i = 0; i < Inputs.Count; i++)
        {
            int size = Input(i).Shape[axis];
            if (Needs(i)) Accumulate(i, gradient.Slice(axis, start, start + size));
            start += size;
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>Pads an axis at both ends with a constant.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="before">How many elements to add at the start, 0 or more.</param>
    /// <param name="after">How many elements to add at the end, 0 or more.</param>
    /// <param name="value">The constant.</param>
    /// <returns>A copy in the larger shape.</returns>
    /// <exception cref="ShapeException">There is no such axis, or the size exceeds what an array can hold.</exception>
    /// <exception cref="OptionException">A count is negative.</exception>
    public Tensor Pad(int axis, int before, int after, double value = 0.0)
    {
        axis = Shape.Axis(axis, "pad");
        if (before < 0) throw Errors.Option("pad", "before", "0 or more", before);
        if (after < 0) throw Errors.Option("pad", "after", "0 or more", after);
        if (before == 0 && after == 0) return this;
        int size = Shape.Size((long)Shape[axis] + before + after, "pad");
        return Unslice.Forward(this, Shape.With(axis, size), axis, before, 1, value);
    }
}
