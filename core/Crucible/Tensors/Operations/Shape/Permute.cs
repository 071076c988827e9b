using Crucible.Kernels;
using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The transposed matrix: swaps the last two axes.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor T => Transpose(-2, -1);

    /// <summary>
    /// Swaps two axes. A product with a transposed matrix needs no copy: see <see cref="MatMul(Tensor, bool, bool, Precision)"/>.
    /// </summary>
    /// <param name="axis1">An axis.</param>
    /// <param name="axis2">Another.</param>
    /// <returns>A copy in the new order.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Transpose(int axis1, int axis2)
    {
        int[] order = Enumerable.Range(0, Rank).ToArray();
        (axis1, axis2) = (Shape.Axis(axis1, "transpose"), Shape.Axis(axis2, "transpose"));
        (order[axis1], order[axis2]) = (axis2, axis1);
        return Permute(order);
    }

    /// <summary>The axes in another order.</summary>
    /// <param name="order">For each axis of the result, the axis of this tensor: a permutation of 0 … rank - 1.</param>
    /// <returns>A copy in the new order.</returns>
    /// <exception cref="ShapeException">The order is not a permutation of the axes.</exception>
    public Tensor Permute(params int[] order)
    {
        int[] axes = order.Select(axis => Shape.Axis(axis, "permute")).ToArray();
        if (axes.Length != Rank || axes.Distinct().Count() != Rank)
            throw Errors.Shape(Invariant($"permute: the order must name each of the {Rank} axes of {Shape} once,")
                + Invariant($" but is [{string.Join(", ", order)}]"));
        bool isIdentity = true;
        for (int axis = 0; axis < axes.Length; axis++) isIdentity &= axes[axis] == axis;
        if (isIdentity) return this;

        int[] own = Shape.StridesWithin(Shape);
        Tensor result = Allocate(Shape.From(axes.Select(axis => Shape[axis])), DType);
        StridedCopy.Run(this, result, result.Shape.Sizes, [.. axes.Select(axis => own[axis])], 0);
        return IsRecorded ? new Permute(this, axes).Record(result) : result;
    }

    /// <inheritdoc cref="Permute(int[])"/>
    public Tensor Permute(IEnumerable<int> order) => Permute(order.ToArray());
}

/// <summary>The axes in another order. d/dx: the gradient in the old order.</summary>
internal sealed class Permute(Tensor x, int[] order) : Operation(x)
{
    protected internal override void Backward(Tensor gradient)
    {
        int[] inverse = new int[order.Length];
        for (int axis = 0; axis < order.Length; axis++) inverse[order[axis]] = axis;
        Accumulate(0, gradient.Permute(inverse));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => tangents[0]!.Permute(order);
}

public sealed partial class Tensor
{
    /// <summary>Reverses the order along axes.</summary>
    /// <param name="axes">Distinct axes; none means all.</param>
    /// <returns>A copy in this shape.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    public Tensor Flip(params int[] axes) =>
        Tensors.Flip.Forward(this, axes.Length == 0 ? [.. Enumerable.Range(0, Rank)] : Shape.Axes(axes, "flip"));

    /// <inheritdoc cref="Flip(int[])"/>
    public Tensor Flip(IEnumerable<int> axes) => Flip(axes.ToArray());

    /// <summary>Shifts the elements along an axis; those that leave at one end come back at the other.</summary>
    /// <param name="shift">How far; negative shifts towards the start.</param>
    /// <param name="axis">The axis.</param>
    /// <returns>A tensor in this shape.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Roll(int shift, int axis)
    {
        int size = Shape[Shape.Axis(axis, "roll")];
        if (size == 0 || shift % size == 0) return this;
        int border = shift % size < 0 ? -(shift % size) : size - (shift % size);
        return Concat([Slice(axis, border), Slice(axis, 0, border)], axis);
    }
}

/// <summary>The reverse order along axes. d/dx: the gradient in reverse order.</summary>
internal sealed class Flip(Tensor x, int[] axes) : Operation(x)
{
    public static Tensor Forward(Tensor x, int[] axes)
    {
        int[] strides = x.Shape.StridesWithin(x.Shape);
        int offset = 0;
        foreach (int axis in axes)
        {
            offset += (x.Shape[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }

        Tensor result = Tensor.Allocate(x.Shape, x.DType);
        if (x.ElementCount > 0) StridedCopy.Run(x, result, x.Shape.Sizes, strides, offset);
        return x.IsRecorded ? new Flip(x, axes).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Forward(gradient, axes));
}

/// <summary>
/// Gathers elements along strides (0 repeats, negative walks backwards) into a contiguous result: what permute, expand,
/// slice and flip share.
/// </summary>
internal static class StridedCopy
{
    public static void Run(Tensor source, Tensor result, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
    {
        switch (source.DType)
        {
            case DType.Float32: Run<float>(source, result, sizes, strides, offset); break;
            case DType.Float64: Run<double>(source, result, sizes, strides, offset); break;
            case DType.Int32: Run<int>(source, result, sizes, strides, offset); break;
            case DType.BFloat16: Run<BFloat16>(source, result, sizes, strides, offset); break;
            default: Run<bool>(source, result, sizes, strides, offset); break;
        }
    }

    private static void Run<T>(Tensor source, Tensor result, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int offset)
        where T : unmanaged
    {
        Span<int> contiguous = stackalloc int[sizes.Length];
        int stride = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            contiguous[axis] = stride;
            stride *= sizes[axis];
        }

        Strided.Copy(sizes, source.Data<T>(), offset, strides, result.Data<T>(), 0, contiguous);
    }
}
