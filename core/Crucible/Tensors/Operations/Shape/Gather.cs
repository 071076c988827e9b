using static System.FormattableString;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Picks one element per index along an axis: yᵢⱼ = x at [indexᵢⱼ, j] for axis 0, at [i, indexᵢⱼ] for axis 1.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">int32, with this tensor's sizes except along the axis; every index from 0 to the size of the axis - 1.</param>
    /// <returns>A tensor of the index's shape.</returns>
    /// <exception cref="ShapeException">There is no such axis, the shapes do not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The index is not int32.</exception>
    public Tensor Gather(int axis, Tensor index)
    {
        axis = Shape.Axis(axis, "gather");
        Tensors.Gather.CheckIndex("gather", Shape, index, axis);
        return Tensors.Gather.Forward(this, index, axis);
    }

    /// <summary>
    /// Adds every element of a source at its index along an axis: x at [indexᵢⱼ, j] += sourceᵢⱼ for axis 0. The
    /// transpose of <see cref="Gather(int, Tensor)"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">
    /// int32, with this tensor's sizes except along the axis. An index may be repeated; its contributions are added in
    /// row-major order.
    /// </param>
    /// <param name="source">What to add, in the index's shape.</param>
    /// <returns>A copy with the additions.</returns>
    /// <exception cref="ShapeException">There is no such axis, the shapes do not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The index is not int32, or the source's element type is another.</exception>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor source)
    {
        axis = Shape.Axis(axis, "scatterAdd");
        Tensors.Gather.CheckIndex("scatterAdd", Shape, index, axis);
        if (!source.Shape.Equals(index.Shape))
            throw Errors.Shape("scatterAdd: the source must have the index's shape,"
                + Invariant($" but the source is {source.Shape} and the index is {index.Shape}"));
        if (source.DType != DType) throw Errors.DTypes("scatterAdd", DType, source.DType);
        return this + Scatter.Forward(source, index, axis, Shape);
    }
}

/// <summary>y = x at an index per element along an axis. d/dx: the gradient, added up at the indices.</summary>
internal sealed class Gather(Tensor x, Tensor index, int axis) : Operation(x, index)
{
    public static void CheckIndex(string operation, Shape shape, Tensor index, int axis)
    {
        if (index.DType != DType.Int32) throw Errors.NotIndex(operation, index.DType);
        if (index.Rank != shape.Rank || !index.Shape.With(axis, 0).Equals(shape.With(axis, 0)))
            throw Errors.Shape(Invariant($"{operation}: the index must have the tensor's sizes except along axis {axis},")
                + Invariant($" but the tensor is {shape} and the index is {index.Shape}"));
        IndexSelect.CheckRange(operation, index, axis, shape);
    }

    public static Tensor Forward(Tensor x, Tensor index, int axis)
    {
        Tensor result = Tensor.Allocate(index.Shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Pick<float>(); break;
            case DType.Float64: Pick<double>(); break;
            case DType.Int32: Pick<int>(); break;
            case DType.BFloat16: Pick<Kernels.BFloat16>(); break;
            default: Pick<bool>(); break;
        }

        return x.IsRecorded ? new Gather(x, index, axis).Record(result) : result;

        void Pick<T>()
            where T : unmanaged
        {
            (int outer, int count, int inner) = Reduction.Split(index.Shape, axis);
            Kernels.Gather.Elements<T>(x.Data<T>(), outer, x.Shape[axis], inner, index.Data<int>(), count, result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Scatter.Forward(gradient, Input(1), axis, Input(0).Shape));
}

/// <summary>Zeros in a shape with every element of x added at its index along an axis. d/dx: the gradient at the indices.</summary>
internal sealed class Scatter(Tensor x, Tensor index, int axis) : Operation(x, index)
{
    public static Tensor Forward(Tensor x, Tensor index, int axis, Shape shape)
    {
        x.RefuseStored("scatter");
        Tensor result = Tensor.Full(shape, 0.0, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Add<float>(); break;
            case DType.Float64: Add<double>(); break;
            default: Add<int>(); break;
        }

        return x.IsRecorded ? new Scatter(x, index, axis).Record(result) : result;

        void Add<T>()
            where T : unmanaged, System.Numerics.INumber<T>
        {
            (int outer, int count, int inner) = Reduction.Split(index.Shape, axis);
            Kernels.Gather.AddElements<T>(x.Data<T>(), outer, shape[axis], inner, index.Data<int>(), count, result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Gather.Forward(gradient, Input(1), axis));
}

public sealed partial class Tensor
{
    /// <summary>
    /// The slices at given indices of an axis, in their order: with axis 0, rows of a table, as an embedding looks them
    /// up.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="indices">int32 of any shape S; each from 0 to the size of the axis - 1.</param>
    /// <returns>This tensor's shape with S in place of the axis: [V, C] at axis 0 with indices [B, T] gives [B, T, C].</returns>
    /// <exception cref="ShapeException">There is no such axis, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The indices are not int32.</exception>
    public Tensor IndexSelect(int axis, Tensor indices)
    {
        axis = Shape.Axis(axis, "indexSelect");
        Tensors.IndexSelect.CheckRange("indexSelect", indices, axis, Shape);
        return Tensors.IndexSelect.Forward(this, indices, axis);
    }

    /// <summary>The rows at given numbers of axis 0, in their order: a fold or a part of a split.</summary>
    /// <param name="rows">Row numbers from 0; the same may come many times.</param>
    /// <returns>[R, ...] for a tensor [N, ...] and R numbers.</returns>
    /// <exception cref="ShapeException">The tensor is a scalar, or a number is out of range.</exception>
    public Tensor Rows(params int[] rows) => IndexSelect(0, From(rows));

    /// <inheritdoc cref="Rows(int[])"/>
    public Tensor Rows(IEnumerable<int> rows) => Rows(rows.ToArray());

    /// <summary>Adds slices of a source at given indices of an axis: the transpose of <see cref="IndexSelect(int, Tensor)"/>.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="indices">
    /// int32 of any shape S; an index may be repeated, and its contributions are added in the order of the indices.
    /// </param>
    /// <param name="source">This tensor's shape with S in place of the axis.</param>
    /// <returns>A copy with the additions.</returns>
    /// <exception cref="ShapeException">There is no such axis, the source's shape does not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The indices are not int32, or the source's element type is another.</exception>
    public Tensor IndexAdd(int axis, Tensor indices, Tensor source)
    {
        axis = Shape.Axis(axis, "indexAdd");
        Tensors.IndexSelect.CheckRange("indexAdd", indices, axis, Shape);
        Shape expected = Tensors.IndexSelect.ShapeOf(Shape, indices.Shape, axis);
        if (!source.Shape.Equals(expected))
            throw Errors.Shape(Invariant($"indexAdd: the source must be {expected} for a tensor {Shape}")
                + Invariant($" and indices {indices.Shape} at axis {axis}, but is {source.Shape}"));
        if (source.DType != DType) throw Errors.DTypes("indexAdd", DType, source.DType);
        return this + IndexPlace.Forward(source, indices, axis, Shape);
    }
}

/// <summary>Slices at indices of an axis. d/dx: the gradient's slices, added up at the indices.</summary>
internal sealed class IndexSelect(Tensor x, Tensor indices, int axis) : Operation(x, indices), IRepeatable
{
    public static Shape ShapeOf(Shape shape, Shape indices, int axis) =>
        Shape.From([.. shape.Sizes[..axis], .. indices.Sizes, .. shape.Sizes[(axis + 1)..]]);

    public static void CheckRange(string operation, Tensor indices, int axis, Shape shape)
    {
        if (indices.DType != DType.Int32) throw Errors.NotIndex(operation, indices.DType);
        Span<int> values = indices.Data<int>();
        uint size = (uint)shape[axis];
        for (int position = 0; position < values.Length; position++)
            if ((uint)values[position] >= size) throw Errors.Index(operation, position, values[position], axis, shape);
    }

    public static Tensor Forward(Tensor x, Tensor indices, int axis)
    {
        Tensor result = Tensor.Allocate(ShapeOf(x.Shape, indices.Shape, axis), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Copy<float>(); break;
            case DType.Float64: Copy<double>(); break;
            case DType.Int32: Copy<int>(); break;
            case DType.BFloat16: Copy<Kernels.BFloat16>(); break;
            default: Copy<bool>(); break;
        }

        return x.IsRecorded ? new IndexSelect(x, indices, axis).Record(result) : result;

        void Copy<T>()
            where T : unmanaged
        {
            (int outer, int length, int inner) = Reduction.Split(x.Shape, axis);
            Kernels.Gather.Rows<T>(x.Data<T>(), outer, length, inner, indices.Data<int>(), result.Data<T>());
        }
    }

    public Tensor Again() => Forward(Input(0), Input(1), axis);

    protected internal override void Backward(Tensor gradient) =>
        Accumulate(0, IndexPlace.Forward(gradient, Input(1), axis, Input(0).Shape));
}

/// <summary>
/// Zeros in a shape with x's slices added at indices of an axis, one after another, so that the sums never depend on
/// threads. d/dx: the gradient's slices at the indices.
/// </summary>
internal sealed class IndexPlace(Tensor x, Tensor indices, int axis) : Operation(x, indices)
{
    public static Tensor Forward(Tensor x, Tensor indices, int axis, Shape shape)
    {
        x.RefuseStored("indexPlace");
        // exact, as sums of int32 are
        if (x.DType == DType.Int32) return Forward(x.To(DType.Float64), indices, axis, shape).To(DType.Int32);
        Tensor result = Tensor.Full(shape, 0.0, x.DType);
        (int outer, int length, int inner) = Reduction.Split(shape, axis);
        if (x.DType == DType.Float32)
            Kernels.Gather.AddRows<float>(x.Data<float>(), outer, length, inner, indices.Data<int>(), result.Data<float>());
        else Kernels.Gather.AddRows<double>(x.Data<double>(), outer, length, inner, indices.Data<int>(), result.Data<double>());
        return x.IsRecorded ? new IndexPlace(x, indices, axis).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, IndexSelect.Forward(gradient, Input(1), axis));
}
