namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The transposed matrix: the last two axes change places.</summary>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor T => Transpose(-2, -1);

    /// <summary>Two axes change places. A product with a transposed matrix needs no copy: see <see cref="MatMul(Tensor, bool, bool)"/>.</summary>
    /// <param name="axis1">An axis.</param>
    /// <param name="axis2">Another.</param>
    /// <returns>A copy in the new order.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Transpose(int axis1, int axis2)
    {
        var order = Enumerable.Range(0, Rank).ToArray();
        (axis1, axis2) = (Shape.Axis(axis1, "transpose"), Shape.Axis(axis2, "transpose"));
        (order[axis1], order[axis2]) = (axis2, axis1);
        return Permute(order);
    }

    /// <summary>The axes in another order.</summary>
    /// <param name="order">For each axis of the result, the axis of this tensor: a permutation of 0 … rank - 1.</param>
    /// <returns>A copy in the new order.</returns>
    /// <exception cref="ShapeException">The order is no permutation of the axes.</exception>
    public Tensor Permute(params int[] order)
    {
        var axes = order.Select(axis => Shape.Axis(axis, "permute")).ToArray();
        if (axes.Length != Rank || axes.Distinct().Count() != Rank) throw Errors.Shape(Errors.Text($"permute: the order must name each of the {Rank} axes of {Shape} once, but is [{string.Join(", ", order)}]"));
        var isIdentity = true;
        for (var axis = 0; axis < axes.Length; axis++) isIdentity &= axes[axis] == axis;
        if (isIdentity) return this;

        var own = Shape.StridesWithin(Shape);
        var result = Allocate(Shape.From(axes.Select(axis => Shape[axis])), DType);
        StridedCopy.Run(this, result, result.Shape.Sizes, [.. axes.Select(axis => own[axis])], 0);
        return IsRecorded ? new Permute(this, axes).Record(result) : result;
    }
}

/// <summary>The axes in another order. d/dx: the gradient in the old order.</summary>
internal sealed class Permute(Tensor x, int[] order) : Operation(x)
{
    protected internal override void Backward(Tensor gradient)
    {
        var inverse = new int[order.Length];
        for (var axis = 0; axis < order.Length; axis++) inverse[order[axis]] = axis;
        Accumulate(0, gradient.Permute(inverse));
    }

    protected internal override Tensor? Tangent(Tensor?[] tangents) => tangents[0]!.Permute(order);
}
