namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The slices at given indices of an axis, in their order: with axis 0, rows of a table, as an embedding looks them up.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="indices">int32 of any shape S; each from 0 to the axis' size - 1.</param>
    /// <returns>This tensor's shape with S in the place of the axis: [V, C] at axis 0 with indices [B, T] gives [B, T, C].</returns>
    /// <exception cref="ShapeException">There is no such axis, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The indices are not int32.</exception>
    public Tensor IndexSelect(int axis, Tensor indices)
    {
        axis = Shape.Axis(axis, "indexSelect");
        Tensors.IndexSelect.CheckRange("indexSelect", indices, axis, Shape);
        return Tensors.IndexSelect.Of(this, indices, axis);
    }

    /// <summary>The rows at given numbers of axis 0, in their order: a fold or a part of a split.</summary>
    /// <param name="rows">Row numbers from 0; the same may come many times.</param>
    /// <returns>[R, ...] for a tensor [N, ...] and R numbers.</returns>
    /// <exception cref="ShapeException">The tensor is a scalar, or a number is out of range.</exception>
    public Tensor Rows(params int[] rows) => IndexSelect(0, From(rows, rows.Length));

    /// <summary>Adds slices of a source at given indices of an axis: the transpose of <see cref="IndexSelect(int, Tensor)"/>.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="indices">int32 of any shape S; the same index may come many times, and its sum is formed in the order of the indices.</param>
    /// <param name="source">This tensor's shape with S in the place of the axis.</param>
    /// <returns>A copy with the additions.</returns>
    /// <exception cref="ShapeException">There is no such axis, the source's shape does not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The indices are not int32, or the source's element type is another.</exception>
    public Tensor IndexAdd(int axis, Tensor indices, Tensor source)
    {
        axis = Shape.Axis(axis, "indexAdd");
        Tensors.IndexSelect.CheckRange("indexAdd", indices, axis, Shape);
        var expected = Tensors.IndexSelect.ShapeOf(Shape, indices.Shape, axis);
        if (!source.Shape.Equals(expected)) throw Errors.Shape(Errors.Text($"indexAdd: the source must be {expected} for a tensor {Shape} and indices {indices.Shape} at axis {axis}, but is {source.Shape}"));
        if (source.DType != DType) throw Errors.DTypes("indexAdd", DType, source.DType);
        return this + IndexPlace.Of(source, indices, axis, Shape);
    }
}

/// <summary>Slices at indices of an axis. d/dx: the gradient's slices, added up at the indices.</summary>
internal sealed class IndexSelect(Tensor x, Tensor indices, int axis) : Operation(x, indices)
{
    public static Shape ShapeOf(Shape shape, Shape indices, int axis) => Shape.Of([.. shape.Sizes[..axis], .. indices.Sizes, .. shape.Sizes[(axis + 1)..]]);

    public static void CheckRange(string operation, Tensor indices, int axis, Shape shape)
    {
        if (indices.DType != DType.Int32) throw Errors.NotIndex(operation, indices.DType);
        var values = indices.Data<int>();
        var size = (uint)shape[axis];
        for (var position = 0; position < values.Length; position++)
            if ((uint)values[position] >= size) throw Errors.Index(operation, position, values[position], axis, shape);
    }

    public static Tensor Of(Tensor x, Tensor indices, int axis)
    {
        var result = Tensor.Allocate(ShapeOf(x.Shape, indices.Shape, axis), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Copy<float>(); break;
            case DType.Float64: Copy<double>(); break;
            case DType.Int32: Copy<int>(); break;
            default: Copy<bool>(); break;
        }

        return x.IsRecorded ? new IndexSelect(x, indices, axis).Record(result) : result;

        void Copy<T>()
            where T : unmanaged
        {
            var (outer, length, inner) = Reduction.Split(x.Shape, axis);
            Kernels.Gather.Rows<T>(x.Data<T>(), outer, length, inner, indices.Data<int>(), result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, IndexPlace.Of(gradient, Input(1), axis, Input(0).Shape));
}

/// <summary>Zeros in a shape with x's slices added at indices of an axis, one after another, so that the sums never depend on threads. d/dx: the gradient's slices at the indices.</summary>
internal sealed class IndexPlace(Tensor x, Tensor indices, int axis) : Operation(x, indices)
{
    public static Tensor Of(Tensor x, Tensor indices, int axis, Shape shape)
    {
        if (x.DType == DType.Int32) return Of(x.To(DType.Float64), indices, axis, shape).To(DType.Int32); // exact, as sums of int32 are
        var result = Tensor.Full(shape, 0.0, x.DType);
        var (outer, length, inner) = Reduction.Split(shape, axis);
        if (x.DType == DType.Float32) Kernels.Gather.AddRows<float>(x.Data<float>(), outer, length, inner, indices.Data<int>(), result.Data<float>());
        else Kernels.Gather.AddRows<double>(x.Data<double>(), outer, length, inner, indices.Data<int>(), result.Data<double>());
        return x.IsRecorded ? new IndexPlace(x, indices, axis).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, IndexSelect.Of(gradient, Input(1), axis));
}
