using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// How far a prediction is from its target: <c>Loss.MeanSquaredError(model.Forward x, y)</c>. Prediction and target have the same shape, and nothing is
/// broadcast: [N] against [N, 1] would silently compare all rows with all.
/// </summary>
public static partial class Loss
{
    /// <summary>(p - t)².</summary>
    /// <param name="prediction">p, any shape.</param>
    /// <param name="target">t, same shape and element type.</param>
    /// <param name="reduction">What to make of the elements.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each element. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating point.</exception>
    public static Tensor MeanSquaredError(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean) =>
        prediction.MeanSquaredError(target, reduction);

    /// <summary>|p - t|; its derivative at 0 is 0.</summary>
    /// <param name="prediction">p, any shape.</param>
    /// <param name="target">t, same shape and element type.</param>
    /// <param name="reduction">What to make of the elements.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each element. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating point.</exception>
    public static Tensor MeanAbsoluteError(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        ElementLoss.Check("meanAbsoluteError", prediction, target);
        return Reduced((prediction - target).Abs(), reduction);
    }

    /// <summary>d² / 2 where |d| ≤ δ, else δ·(|d| - δ / 2), for d = p - t: squared near the target, absolute far from it, so that outliers pull less. Huber 1964.</summary>
    /// <param name="prediction">p, any shape.</param>
    /// <param name="target">t, same shape and element type.</param>
    /// <param name="reduction">What to make of the elements.</param>
    /// <param name="delta">δ, above 0.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each element. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating point.</exception>
    /// <exception cref="OptionException">δ is not above 0.</exception>
    public static Tensor Huber(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean, double delta = 1.0)
    {
        ElementLoss.Check("huber", prediction, target);
        if (!(delta > 0.0)) throw Errors.Option("huber", nameof(delta), "above 0", delta);
        var difference = prediction - target;
        var near = difference.Clamp(-delta, delta);
        return Reduced(near * (difference - (near * 0.5)), reduction);
    }

    private static Tensor Reduced(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => losses.Mean(),
        LossReduction.Sum => losses.Sum(),
        _ => losses,
    };
}
