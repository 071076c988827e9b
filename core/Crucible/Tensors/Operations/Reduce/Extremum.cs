using System.Numerics;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>The largest of all elements; NaN if one is NaN.</summary>
    /// <returns>A scalar. Its derivative is shared equally among equal largest elements.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Max() => Extremum.Max(this, AxisRun.All(this), false);

    /// <summary>The largest element along an axis; NaN where one is NaN.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is shared equally among equal largest elements.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Max(int axis, bool keepDims = false) => Extremum.Max(this, AxisRun.One(this, axis, "max"), keepDims);

    /// <summary>The largest element along several axes; NaN where one is NaN.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, one is repeated, or there are no elements along them.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Max(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "max", Extremum.Max);

    /// <summary>The smallest of all elements; NaN if one is NaN.</summary>
    /// <returns>A scalar. Its derivative is shared equally among equal smallest elements.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min() => Extremum.Min(this, AxisRun.All(this), false);

    /// <summary>The smallest element along an axis; NaN where one is NaN.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is shared equally among equal smallest elements.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min(int axis, bool keepDims = false) => Extremum.Min(this, AxisRun.One(this, axis, "min"), keepDims);

    /// <summary>The smallest element along several axes; NaN where one is NaN.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, one is repeated, or there are no elements along them.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Min(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "min", Extremum.Min);
}

/// <summary>The largest or smallest element along axes. d/dx = 1 / n at each of the n elements that equal it, 0 elsewhere.</summary>
internal sealed class Extremum(Tensor x, AxisRun run, bool isMax) : Operation(x)
{
    public override string Name => NameOf(isMax);

    public static Tensor Max(Tensor x, AxisRun run, bool keepDims) => Forward(x, run, keepDims, isMax: true);

    public static Tensor Min(Tensor x, AxisRun run, bool keepDims) => Forward(x, run, keepDims, isMax: false);

    protected internal override void Backward(Tensor gradient)
    {
        Tensor shares = Tensor.Allocate(run.Shape, gradient.DType);
        if (gradient.DType == DType.Float32) Share<float>(Input(0).Data<float>(), Output.Data<float>(), shares.Data<float>());
        else Share<double>(Input(0).Data<double>(), Output.Data<double>(), shares.Data<double>());
        Accumulate(0, Reduction.Spread(gradient, run) * shares);
    }

    private static string NameOf(bool isMax) => isMax ? "max" : "min";

    private static Tensor Forward(Tensor x, AxisRun run, bool keepDims, bool isMax)
    {
        if (x.DType == DType.Bool) throw Errors.NotNumber(NameOf(isMax));
        x.RefuseStored(NameOf(isMax));
        run.RequireElements(NameOf(isMax));
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        (int outer, int length, int inner) = (run.Outer, run.Length, run.Inner);
        switch (x.DType, isMax)
        {
            case (DType.Float32, true): Reduce.Max<float>(x.Data<float>(), outer, length, inner, result.Data<float>()); break;
            case (DType.Float32, false): Reduce.Min<float>(x.Data<float>(), outer, length, inner, result.Data<float>()); break;
            case (DType.Float64, true): Reduce.Max<double>(x.Data<double>(), outer, length, inner, result.Data<double>()); break;
            case (DType.Float64, false): Reduce.Min<double>(x.Data<double>(), outer, length, inner, result.Data<double>()); break;
            case (_, true): ReduceIntegers.Max(x.Data<int>(), outer, length, inner, result.Data<int>()); break;
            default: ReduceIntegers.Min(x.Data<int>(), outer, length, inner, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Extremum(x, run, isMax).Record(result) : result;
    }

    private void Share<T>(ReadOnlySpan<T> values, ReadOnlySpan<T> extremum, Span<T> shares)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int o = 0; o < run.Outer; o++)
        {
            for (int i = 0; i < run.Inner; i++)
            {
                T best = extremum[(o * run.Inner) + i];
                (int first, int ties) = ((o * run.Length * run.Inner) + i, 0);
                for (int l = 0; l < run.Length; l++) ties += values[first + (l * run.Inner)].Equals(best) ? 1 : 0; // Equals also finds NaN
                for (int l = 0; l < run.Length; l++)
                    shares[first + (l * run.Inner)] = values[first + (l * run.Inner)].Equals(best) ? T.One / T.CreateChecked(ties) : T.Zero;
            }
        }
    }
}

public sealed partial class Tensor
{
    /// <summary>
    /// The position of the largest element in row-major order: the first of equal ones, and the first NaN if there is
    /// one.
    /// </summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax() => ArgExtremum.Forward(this, AxisRun.All(this), false, isMax: true);

    /// <summary>The index of the largest element along an axis: the first of equal ones, and the first NaN if there is one.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMax(int axis, bool keepDims = false) =>
        ArgExtremum.Forward(this, AxisRun.One(this, axis, "argMax"), keepDims, isMax: true);

    /// <summary>
    /// The position of the smallest element in row-major order: the first of equal ones, and the first NaN if there is
    /// one.
    /// </summary>
    /// <returns>An int32 scalar.</returns>
    /// <exception cref="ShapeException">There are no elements.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin() => ArgExtremum.Forward(this, AxisRun.All(this), false, isMax: false);

    /// <summary>The index of the smallest element along an axis: the first of equal ones, and the first NaN if there is one.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>int32, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis, or its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor ArgMin(int axis, bool keepDims = false) =>
        ArgExtremum.Forward(this, AxisRun.One(this, axis, "argMin"), keepDims, isMax: false);
}

/// <summary>The index of the largest or smallest element along axes: an integer, which is not differentiable.</summary>
internal static class ArgExtremum
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims, bool isMax)
    {
        string operation = isMax ? "argMax" : "argMin";
        if (x.DType == DType.Bool) throw Errors.NotNumber(operation);
        x.RefuseStored(operation);
        run.RequireElements(operation);
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), DType.Int32);
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
