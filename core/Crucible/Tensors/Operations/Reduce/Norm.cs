using System.Numerics;
using Crucible.Kernels;

namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The p-norm of all elements, (Σ |x|ᵖ)^(1/p), as of one long vector. The powers are summed in the element type, and
    /// again in double precision where they overflow or vanish although the norm does not.
    /// </summary>
    /// <param name="order">p, above 0; 1 sums absolute values, 2 is the Euclidean length, ∞ the largest absolute value.</param>
    /// <returns>
    /// A scalar. The derivative is 0 where the norm is 0; for p = ∞ it is shared equally among the largest absolute
    /// values.
    /// </returns>
    /// <exception cref="OptionException">The order is not above 0.</exception>
    /// <exception cref="ShapeException">The order is ∞ and there are no elements.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Norm(double order = 2.0) => Tensors.Norm.Forward(this, AxisRun.All(this), false, order);

    /// <summary>The p-norm along an axis, (Σ |x|ᵖ)^(1/p).</summary>
    /// <param name="order">p, above 0; may be ∞.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <returns>This tensor's shape without the axis.</returns>
    /// <exception cref="OptionException">The order is not above 0.</exception>
    /// <exception cref="ShapeException">There is no such axis, or the order is ∞ and its size is 0.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Norm(double order, int axis, bool keepDims = false) =>
        Tensors.Norm.Forward(this, AxisRun.One(this, axis, "norm"), keepDims, order);

    /// <summary>The p-norm along several axes, (Σ |x|ᵖ)^(1/p), as of one long vector: of a matrix with p = 2, the Frobenius norm.</summary>
    /// <param name="order">p, above 0; may be ∞.</param>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="OptionException">The order is not above 0.</exception>
    /// <exception cref="ShapeException">There is no such axis, one is repeated, or the order is ∞ and there are no elements.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Norm(double order, IEnumerable<int> axes, bool keepDims = false) =>
        Reduction.Over(this, axes, keepDims, "norm", (x, run, keep) => Tensors.Norm.Forward(x, run, keep, order));
}

/// <summary>y = (Σ |x|ᵖ)^(1/p) along axes. ∂y/∂xᵢ = sign(xᵢ)·(|xᵢ| / y)^(p-1); 0 where xᵢ is 0.</summary>
internal sealed class Norm(Tensor x, AxisRun run, double order) : Operation(x)
{
    public static Tensor Forward(Tensor x, AxisRun run, bool keepDims, double order)
    {
        x.RequireFloat("norm");
        if (!(order > 0)) throw Errors.Option("norm", "order", "above 0", order);
        if (double.IsPositiveInfinity(order))
        {
            run.RequireElements("norm");
            return Extremum.Max(x.Abs(), run, keepDims);
        }

        if (order == 1.0) return Sum.Forward(x.Abs(), run, keepDims);
        Tensor values = new(x.Storage, x.Shape); // outside of the graph: the steps are not to be recorded
        Tensor powers = order == 2.0 ? Squares(values, run, keepDims) : Sum.Forward(values.Abs().Pow(order), run, keepDims);
        Tensor result = order == 2.0 ? powers.Sqrt() : powers.Pow(1.0 / order);
        if (x.DType == DType.Float32) Mend<float>(x.Data<float>(), powers.Data<float>(), run, order, result.Data<float>());
        else Mend<double>(x.Data<double>(), powers.Data<double>(), run, order, result.Data<double>());
        return x.IsRecorded ? new Norm(x, run, order).Record(result) : result;
    }

    protected internal override void Backward(Tensor gradient)
    {
        (Tensor? input, Tensor? y) = (Input(0), Output);
        Tensor length = Reduction.Spread(y.MaskedFill(y.EqualTo(0.0), 1.0), run);
        Tensor slope = input / length;
        if (order != 2.0)
        {
            // |x| is replaced by 1 where x is 0, so that neither 0^(p-1) nor its derivative can be infinite; the sign
            // makes those elements 0.
            Tensor magnitude = input.Abs();
            magnitude = magnitude.MaskedFill(magnitude.EqualTo(0.0), 1.0);
            slope = input.Sign() * (magnitude / length).Pow(order - 1.0);
        }

        Accumulate(0, Reduction.Spread(gradient, run) * slope);
    }

    private static Tensor Squares(Tensor x, AxisRun run, bool keepDims)
    {
        Tensor squares = Tensor.Allocate(run.Reduced(keepDims), x.DType);
        if (x.DType == DType.Float32) Reduce.SumOfSquares<float>(x.Data<float>(), run.Outer, run.Length, run.Inner, squares.Data<float>());
        else Reduce.SumOfSquares<double>(x.Data<double>(), run.Outer, run.Length, run.Inner, squares.Data<double>());
        return squares;
    }

    private static void Mend<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> powers, AxisRun run, double order, Span<T> norms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < norms.Length; lane++)
            if (Norms.IsUnsafe(powers[lane]))
                norms[lane] = T.CreateSaturating(Norms.Length(run.Lane(x, lane), run.Inner, run.Length, order));
    }
}
