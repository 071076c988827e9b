namespace Crucible.Tensors;

/// <summary>What all reductions share: shapes, the split around an axis, and going over several axes one by one.</summary>
internal static class Reduction
{
    /// <summary>A shape without the reduced axis, or with size 1 there.</summary>
    public static Shape ShapeOf(Shape shape, int axis, bool keepDims) => keepDims ? shape.With(axis, 1) : shape.Without(axis);

    /// <summary>The number of elements before the axis, along it, and after it.</summary>
    public static (int Outer, int Length, int Inner) Split(Shape shape, int axis) => (shape.Product(0, axis), shape[axis], shape.Product(axis + 1, shape.Rank));

    /// <summary>Reduces all elements to a scalar.</summary>
    public static Tensor OverAll(Tensor x, Func<Tensor, int, Tensor> reduce) => reduce(x.ReshapeTo(Shape.Of(x.ElementCount)), 0);

    /// <summary>Reduces several axes: the axes are moved last, merged, and reduced at once.</summary>
    public static Tensor Over(Tensor x, IEnumerable<int> axes, bool keepDims, string operation, Func<Tensor, int, Tensor> reduce)
    {
        var reduced = x.Shape.Axes(axes, operation);
        if (reduced.Length == 0) return x;
        var kept = Enumerable.Range(0, x.Rank).Except(reduced).ToArray();
        var merged = x.Permute([.. kept, .. reduced]);
        var keptShape = Shape.From(kept.Select(axis => x.Shape[axis]));
        var result = reduce(merged.ReshapeTo(keptShape.Insert(kept.Length, reduced.Aggregate(1, (product, axis) => product * x.Shape[axis]))), kept.Length);
        return keepDims ? result.ReshapeTo(reduced.Aggregate(x.Shape, (shape, axis) => shape.With(axis, 1))) : result;
    }
}
