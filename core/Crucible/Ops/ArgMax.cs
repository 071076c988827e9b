namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The position of the largest element in row-major order; the first of equals, and of NaN if there is any.</summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax() => ArgExtremum.Of<Largest>(this, AxisRun.All(this), false, "argMax");

    /// <summary>The index of the largest element along an axis; the first of equals, and of NaN if there is any.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax(int axis, bool keepDims = false) => ArgExtremum.Of<Largest>(this, AxisRun.One(this, axis, "argMax"), keepDims, "argMax");

    /// <summary>The position of the smallest element in row-major order; the first of equals, and of NaN if there is any.</summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin() => ArgExtremum.Of<Smallest>(this, AxisRun.All(this), false, "argMin");

    /// <summary>The index of the smallest element along an axis; the first of equals, and of NaN if there is any.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin(int axis, bool keepDims = false) => ArgExtremum.Of<Smallest>(this, AxisRun.One(this, axis, "argMin"), keepDims, "argMin");
}

/// <summary>The index of the largest or smallest element along axes: an integer, which ends the graph.</summary>
internal static class ArgExtremum
{
    public static Tensor Of<TPreference>(Tensor x, AxisRun run, bool keepDims, string operation)
        where TPreference : struct, IPreference
    {
        if (x.DType == DType.Bool) throw Errors.NotNumber(operation);
        run.RequireElements(operation);
        var result = Tensor.Allocate(run.Reduced(keepDims), DType.Int32);
        switch (x.DType)
        {
            case DType.Float32: Find<float>(x.Data<float>(), result.Data<int>()); break;
            case DType.Float64: Find<double>(x.Data<double>(), result.Data<int>()); break;
            default: Find<int>(x.Data<int>(), result.Data<int>()); break;
        }

        return result;

        void Find<T>(ReadOnlySpan<T> values, Span<int> indices)
            where T : unmanaged, System.Numerics.INumber<T>
        {
            for (var r = 0; r < indices.Length; r++)
            {
                var first = (r / run.Inner * run.Length * run.Inner) + (r % run.Inner);
                var (best, at) = (values[first], 0);
                for (var l = 1; l < run.Length; l++)
                {
                    var value = values[first + (l * run.Inner)];
                    if (!TPreference.Prefers(value, best)) continue;
                    (best, at) = (value, l);
                }

                indices[r] = at;
            }
        }
    }
}
