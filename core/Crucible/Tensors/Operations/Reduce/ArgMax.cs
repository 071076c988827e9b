using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The position of the largest element in row-major order; the first of equals, and of NaN if there is any.</summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax() => ArgExtremum.Of(this, AxisRun.All(this), false, isMax: true);

    /// <summary>The index of the largest element along an axis; the first of equals, and of NaN if there is any.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax(int axis, bool keepDims = false) => ArgExtremum.Of(this, AxisRun.One(this, axis, "argMax"), keepDims, isMax: true);

    /// <summary>The position of the smallest element in row-major order; the first of equals, and of NaN if there is any.</summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin() => ArgExtremum.Of(this, AxisRun.All(this), false, isMax: false);

    /// <summary>The index of the smallest element along an axis; the first of equals, and of NaN if there is any.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin(int axis, bool keepDims = false) => ArgExtremum.Of(this, AxisRun.One(this, axis, "argMin"), keepDims, isMax: false);
}

/// <summary>The index of the largest or smallest element along axes: an integer, which ends the graph.</summary>
internal static class ArgExtremum
{
    public static Tensor Of(Tensor x, AxisRun run, bool keepDims, bool isMax)
    {
        var operation = isMax ? "argMax" : "argMin";
        if (x.DType == DType.Bool) throw Errors.NotNumber(operation);
        run.RequireElements(operation);
        var result = Tensor.Allocate(run.Reduced(keepDims), DType.Int32);
        switch (x.DType)
        {
            case DType.Float32: Find<float>(); break;
            case DType.Float64: Find<double>(); break;
            default: Find<int>(); break;
        }

        return result;

        void Find<T>()
            where T : unmanaged, IEquatable<T>
        {
            if (isMax) ArgReduce.ArgMax<T>(x.Data<T>(), run.Outer, run.Length, run.Inner, result.Data<int>());
            else ArgReduce.ArgMin<T>(x.Data<T>(), run.Outer, run.Length, run.Inner, result.Data<int>());
        }
    }
}
