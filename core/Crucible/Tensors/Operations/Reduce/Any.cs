namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Whether at least one element is true.</summary>
    /// <returns>A bool scalar; false when there are no elements. <c>float</c> or <c>ToDouble</c> reads it as 1 or 0.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Any() => Truth.Holds(this, AxisRun.All(this), false, "any", sought: true);

    /// <summary>Whether at least one element along an axis is true.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>bool, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Any(int axis, bool keepDims = false) => Truth.Holds(this, AxisRun.One(this, axis, "any"), keepDims, "any", sought: true);

    /// <summary>Whether at least one element along several axes is true.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>bool, this tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor Any(IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "any", (x, run, keep) => Truth.Holds(x, run, keep, "any", sought: true));

    /// <summary>Whether all elements are true.</summary>
    /// <returns>A bool scalar; true when there are no elements.</returns>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor All() => Truth.Holds(this, AxisRun.All(this), false, "all", sought: false);

    /// <summary>Whether all elements along an axis are true.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>bool, this tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor All(int axis, bool keepDims = false) => Truth.Holds(this, AxisRun.One(this, axis, "all"), keepDims, "all", sought: false);

    /// <summary>Whether all elements along several axes are true.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>bool, this tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    /// <exception cref="DTypeException">The elements are not bool.</exception>
    public Tensor All(IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "all", (x, run, keep) => Truth.Holds(x, run, keep, "all", sought: false));
}

/// <summary>Any and all: the sought truth value wins wherever it occurs (true for any, false for all). They end the graph.</summary>
internal static class Truth
{
    public static Tensor Holds(Tensor x, AxisRun run, bool keepDims, string operation, bool sought)
    {
        if (x.DType != DType.Bool) throw Errors.NotBool(operation, x.DType);
        var result = Tensor.Full(run.Reduced(keepDims), sought ? 0.0 : 1.0, DType.Bool);
        var values = x.Data<bool>();
        var holds = result.Data<bool>();
        for (var o = 0; o < run.Outer; o++)
        {
            var reduced = holds.Slice(o * run.Inner, run.Inner);
            for (var l = 0; l < run.Length; l++)
            {
                var row = values.Slice(((o * run.Length) + l) * run.Inner, run.Inner);
                for (var i = 0; i < row.Length; i++)
                    if (row[i] == sought) reduced[i] = sought;
            }
        }

        return result;
    }
}
