using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Σ x / n over all elements; NaN when there are none.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean() => Tensors.Mean.Of(this, AxisRun.All(this), false);

    /// <summary>Σ x / n along an axis; NaN when the axis has size 0.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean(int axis, bool keepDims = false) => Tensors.Mean.Of(this, AxisRun.One(this, axis, "mean"), keepDims);

    /// <summary>Σ x / n along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one comes twice.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Mean(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "mean", Tensors.Mean.Of);
}

/// <summary>Σ x / n along axes. d/dx = 1 / n: the gradient / n, repeated along the axes.</summary>
internal sealed class Mean(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Of(Tensor x, AxisRun run, bool keepDims)
    {
        x.RequireFloat("mean");
        var result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        if (x.DType == DType.Float32)
        {
            var means = result.Data<float>();
            Reduce.Sum<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, means);
            foreach (ref var mean in means) mean /= run.Length;
        }
        else
        {
            var means = result.Data<double>();
            Reduce.Sum<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, means);
            foreach (ref var mean in means) mean /= run.Length;
        }

        return x.IsRecorded ? new Mean(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient) => Accumulate(0, Reduction.Spread(gradient, run, 1.0 / run.Length));

    protected internal override Tensor? Tangent(Tensor?[] tangents) => Of(tangents[0]!, run, false).ReshapeTo(Output.Shape);
}
