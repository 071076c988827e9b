using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>Π over all elements; 1 when there are none.</summary>
    /// <returns>A scalar. The derivative is exact at zeros, too.</returns>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Prod() => Tensors.Prod.Forward(this, AxisRun.All(this), false);

    /// <summary>Π along an axis; 1 when its size is 0.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis. The derivative is exact at zeros, too.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Prod(int axis, bool keepDims = false) => Tensors.Prod.Forward(this, AxisRun.One(this, axis, "prod"), keepDims);

    /// <summary>Π along several axes.</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are bool.</exception>
    public Tensor Prod(IEnumerable<int> axes, bool keepDims = false) => Reduction.Over(this, axes, keepDims, "prod", Tensors.Prod.Forward);
}

/// <summary>Π x along axes. ∂/∂xᵢ = Π of the others, without dividing by xᵢ, which may be 0.</summary>
internal sealed class Prod(Tensor x, AxisRun run) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims)
    {
        if (x.DType == DType.Bool) throw Errors.NotNumber("prod");
        x.RefuseStored("prod");
        Tensor result = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Reduce.Product<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, result.Data<float>()); break;
            case DType.Float64: Reduce.Product<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, result.Data<double>()); break;
            default: ReduceIntegers.Product(x.Data<int>(), run.Outer, run.Length, run.Inner, result.Data<int>()); break;
        }

        return x.IsRecorded ? new Prod(x, run).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        Tensor others = Others(Input(0).ReshapeTo(Shape.From(run.Outer, run.Length, run.Inner))).ReshapeTo(run.Shape);
        Accumulate(0, Reduction.Spread(gradient, run) * others);
    }

    /// <summary>
    /// For every element along axis 1 the product of the others: halves are multiplied in pairs; the others of an
    /// element are its partner and the others of its pair.
    /// </summary>
    private static Tensor Others(Tensor x)
    {
        int length = x.Shape[1];
        if (length <= 1) return Tensor.OnesLike(x);
        if (length % 2 == 1) return Others(x.Pad(1, 0, 1, value: 1.0)).Slice(1, 0, length);
        Tensor left = x.Slice(1, 0, length / 2);
        Tensor right = x.Slice(1, length / 2);
        Tensor ofPairs = Others(left * right);
        return Tensor.Concat([ofPairs * right, ofPairs * left], 1);
    }
}
