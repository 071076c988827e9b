namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Picks one element per index along an axis: yᵢⱼ = x at [indexᵢⱼ, j] for axis 0, at [i, indexᵢⱼ] for axis 1.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">int32, in this shape but for the axis; every index from 0 to the axis' size - 1.</param>
    /// <returns>A tensor in the index' shape.</returns>
    /// <exception cref="ShapeException">There is no such axis, the shapes do not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The index is not int32.</exception>
    public Tensor Gather(int axis, Tensor index)
    {
        axis = Shape.Axis(axis, "gather");
        Tensors.Gather.CheckIndex("gather", Shape, index, axis);
        return Tensors.Gather.Of(this, index, axis);
    }

    /// <summary>Adds every element of a source at its index along an axis: x at [indexᵢⱼ, j] += sourceᵢⱼ for axis 0. The transpose of <see cref="Gather(int, Tensor)"/>.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">int32, in this shape but for the axis. The same index may come many times; the sums are formed in row-major order.</param>
    /// <param name="source">What to add, in the index' shape.</param>
    /// <returns>A copy with the additions.</returns>
    /// <exception cref="ShapeException">There is no such axis, the shapes do not fit, or an index is out of range.</exception>
    /// <exception cref="DTypeException">The index is not int32, or the source's element type is another.</exception>
    public Tensor ScatterAdd(int axis, Tensor index, Tensor source)
    {
        axis = Shape.Axis(axis, "scatterAdd");
        Tensors.Gather.CheckIndex("scatterAdd", Shape, index, axis);
        if (!source.Shape.Equals(index.Shape)) throw Errors.Shape(Errors.Text($"scatterAdd: the source must have the index' shape, but the source is {source.Shape} and the index is {index.Shape}"));
        if (source.DType != DType) throw Errors.DTypes("scatterAdd", DType, source.DType);
        return this + Scatter.Of(source, index, axis, Shape);
    }
}

/// <summary>y = x at an index per element along an axis. d/dx: the gradient, added up at the indices.</summary>
internal sealed class Gather(Tensor x, Tensor index, int axis) : Operation(x, index)
{
    public static void CheckIndex(string operation, Shape shape, Tensor index, int axis)
    {
        if (index.DType != DType.Int32) throw Errors.NotIndex(operation, index.DType);
        if (index.Rank != shape.Rank || !index.Shape.With(axis, 0).Equals(shape.With(axis, 0))) throw Errors.Shape(Errors.Text($"{operation}: the index must have the tensor's sizes but for axis {axis}, but the tensor is {shape} and the index is {index.Shape}"));
        IndexSelect.CheckRange(operation, index, axis, shape);
    }

    public static Tensor Of(Tensor x, Tensor index, int axis)
    {
        var result = Tensor.Allocate(index.Shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: Pick<float>(); break;
            case DType.Float64: Pick<double>(); break;
            case DType.Int32: Pick<int>(); break;
            default: Pick<bool>(); break;
        }

        return x.IsRecorded ? new Gather(x, index, axis).Record(result) : result;

        void Pick<T>()
            where T : unmanaged
        {
            var (outer, count, inner) = Reduction.Split(index.Shape, axis);
            Kernels.Gather.Elements<T>(x.Data<T>(), outer, x.Shape[axis], inner, index.Data<int>(), count, result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Scatter.Of(gradient, Input(1), axis, Input(0).Shape));
}

/// <summary>Zeros in a shape with every element of x added at its index along an axis. d/dx: the gradient at the indices.</summary>
internal sealed class Scatter(Tensor x, Tensor index, int axis) : Operation(x, index)
{
    public static Tensor Of(Tensor x, Tensor index, int axis, Shape shape)
    {
        var result = Tensor.Full(shape, 0.0, x.DType);
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
            var (outer, count, inner) = Reduction.Split(index.Shape, axis);
            Kernels.Gather.AddElements<T>(x.Data<T>(), outer, shape[axis], inner, index.Data<int>(), count, result.Data<T>());
        }
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Gather.Of(gradient, Input(1), axis));
}
