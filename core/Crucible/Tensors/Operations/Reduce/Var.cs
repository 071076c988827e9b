namespace Crucible.Tensors;

public sealed partial class Tensor
{
    /// <summary>
    /// The variance of all elements, Σ (x - mean)² / (n - 1); NaN for fewer than two. For another divisor, flatten and
    /// pass an axis.
    /// </summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Var() => Variance(this, AxisRun.All(this), false, 1);

    /// <summary>
    /// The variance along an axis, Σ (x - mean)² / (n - correction), computed in two passes; NaN where n is not above
    /// the correction.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <param name="correction">
    /// 1 for the sample variance (the default, as in PyTorch), 0 for the population variance (NumPy's default).
    /// </param>
    /// <returns>This tensor's shape without the axis.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Var(int axis, bool keepDims = false, int correction = 1) =>
        Variance(this, AxisRun.One(this, axis, "var"), keepDims, correction);

    /// <summary>The variance along several axes, Σ (x - mean)² / (n - correction).</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <param name="correction">What is subtracted from the count n.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Var(IEnumerable<int> axes, bool keepDims = false, int correction = 1) =>
        Reduction.Over(this, axes, keepDims, "var", (x, run, keep) => Variance(x, run, keep, correction));

    /// <summary>
    /// The standard deviation of all elements, √(Σ (x - mean)² / (n - 1)). Its derivative is 0 where all elements are
    /// equal.
    /// </summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Std() => Deviation(this, AxisRun.All(this), false, 1);

    /// <summary>
    /// The standard deviation along an axis, √(Σ (x - mean)² / (n - correction)); NaN where n is not above the
    /// correction.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Keep the axis with size 1.</param>
    /// <param name="correction">1 as in PyTorch, 0 as in NumPy.</param>
    /// <returns>This tensor's shape without the axis. The derivative is 0 where all elements are equal.</returns>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Std(int axis, bool keepDims = false, int correction = 1) =>
        Deviation(this, AxisRun.One(this, axis, "std"), keepDims, correction);

    /// <summary>The standard deviation along several axes, √(Σ (x - mean)² / (n - correction)).</summary>
    /// <param name="axes">Distinct axes.</param>
    /// <param name="keepDims">Keep the axes with size 1.</param>
    /// <param name="correction">What is subtracted from the count n.</param>
    /// <returns>This tensor's shape without the axes.</returns>
    /// <exception cref="ShapeException">There is no such axis, or one is repeated.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Std(IEnumerable<int> axes, bool keepDims = false, int correction = 1) =>
        Reduction.Over(this, axes, keepDims, "std", (x, run, keep) => Deviation(x, run, keep, correction));

    private static Tensor Variance(Tensor x, AxisRun run, bool keepDims, int correction)
    {
        x.RequireFloat("var");
        Tensor deviations = x - Tensors.Mean.Forward(x, run, keepDims: true);
        int freedom = Freedom(run, correction);
        Tensor variance = Tensors.Sum.Forward(deviations * deviations, run, keepDims) / freedom;
        if (freedom == 0 || variance.AllFinite()) return variance;

        // The squares may overflow where the variance does not.
        Tensor shares = deviations / Math.Sqrt(freedom);
        return Tensors.Sum.Forward(shares * shares, run, keepDims);
    }

    /// <summary>As the norm of the deviations, whose derivative exists where they are all 0.</summary>
    private static Tensor Deviation(Tensor x, AxisRun run, bool keepDims, int correction)
    {
        x.RequireFloat("std");
        Tensor deviations = x - Tensors.Mean.Forward(x, run, keepDims: true);
        double root = Math.Sqrt(Freedom(run, correction));
        Tensor deviation = Tensors.Norm.Forward(deviations, run, keepDims, 2.0) / root;
        return root == 0.0 || deviation.AllFinite() ? deviation : Tensors.Norm.Forward(deviations / root, run, keepDims, 2.0);
    }

    private static int Freedom(AxisRun run, int correction) => Math.Max(0, run.Length - correction);
}
