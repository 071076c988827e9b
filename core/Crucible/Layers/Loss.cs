using Crucible.Tensors;

namespace Crucible.Layers;

/// <summary>
/// How far a prediction is from its target: <c>Loss.MeanSquaredError(model.Forward x, y)</c>. Prediction and target
/// have the same shape, and nothing is broadcast: [N] against [N, 1] would silently compare all rows with all.
/// </summary>
public static class Loss
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

    /// <summary>
    /// d² / 2 where |d| ≤ δ, else δ·(|d| - δ / 2), for d = p - t: squared near the target, absolute far from it, so
    /// that outliers pull less. Huber 1964.
    /// </summary>
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
        Tensor difference = prediction - target;
        Tensor near = difference.Clamp(-delta, delta);
        return Reduced(near * (difference - (near * 0.5)), reduction);
    }

    private static Tensor Reduced(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => losses.Mean(),
        LossReduction.Sum => losses.Sum(),
        _ => losses,
    };

    /// <summary>
    /// Below this a logarithm is not taken: the smallest power of ten that is a normal float32, and whose reciprocal is
    /// finite.
    /// </summary>
    private const double Smallest = 1e-37;

    /// <summary>
    /// -t·ln p - (1 - t)·ln(1 - p). A p of exactly 0 or 1 counts as 10⁻³⁷ from it, so that an element's loss is at most
    /// 85.2, and has no derivative there; <see cref="BinaryCrossEntropyWithLogits"/> has neither limit.
    /// </summary>
    /// <param name="prediction">Probabilities p from 0 to 1, any shape.</param>
    /// <param name="target">Truths t from 0 to 1, same shape and element type.</param>
    /// <param name="reduction">What to make of the elements.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each element. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating point.</exception>
    /// <exception cref="OptionException">A prediction lies outside of 0 to 1, as logits do.</exception>
    public static Tensor BinaryCrossEntropy(Tensor prediction, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        ElementLoss.Check("binaryCrossEntropy", prediction, target);
        CheckProbabilities(prediction);
        Tensor losses = -((target * prediction.Maximum(Smallest).Log()) + ((1.0 - target) * (1.0 - prediction).Maximum(Smallest).Log()));
        return Reduced(losses, reduction);
    }

    /// <summary>
    /// The binary cross-entropy of p = 1 / (1 + e⁻ˣ), computed from x as ln(1 + eˣ) - t·x: exact where p rounds to 0 or
    /// 1.
    /// </summary>
    /// <param name="logits">x, any shape.</param>
    /// <param name="target">Truths t from 0 to 1, same shape and element type.</param>
    /// <param name="reduction">What to make of the elements.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each element. The mean over no elements is NaN.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating point.</exception>
    public static Tensor BinaryCrossEntropyWithLogits(Tensor logits, Tensor target, LossReduction reduction = LossReduction.Mean) =>
        logits.BinaryCrossEntropyWithLogits(target, reduction);

    /// <summary>
    /// -Σ q·ln softmax(x) over the last axis, where q is 1 - ε on the target class plus ε / C on every class, each
    /// times the class' weight.
    /// </summary>
    /// <param name="logits">x [N… C]: no softmax before it.</param>
    /// <param name="target">int32 classes from 0 to C - 1, [N…].</param>
    /// <param name="reduction">What to make of the rows; the mean is divided by the sum of the targets' weights.</param>
    /// <param name="labelSmoothing">ε, from 0 to 1. Szegedy et al. 2016, §7.</param>
    /// <param name="ignoredIndex">The target that marks rows without loss, which do not count in the mean: padding.</param>
    /// <param name="classWeights">A weight for each class, [C], for classes of unequal number.</param>
    /// <returns>A scalar, or with <see cref="LossReduction.None"/> one loss for each row, [N…]. The mean over no rows is NaN.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is no class.</exception>
    /// <exception cref="DTypeException">The logits are not floating point, the targets not int32, or the weights not of
    /// the logits' type.</exception>
    /// <exception cref="OptionException">ε is out of range.</exception>
    public static Tensor CrossEntropy(
        Tensor logits,
        Tensor target,
        LossReduction reduction = LossReduction.Mean,
        double labelSmoothing = 0.0,
        int? ignoredIndex = null,
        Tensor? classWeights = null) =>
            logits.CrossEntropy(target, reduction, labelSmoothing, ignoredIndex, classWeights);

    private static void CheckProbabilities(Tensor prediction)
    {
        using IDisposable off = Tensor.NoGrad();
        if (prediction.ElementCount == 0) return;
        (double low, double high) = (prediction.Min().ToDouble(), prediction.Max().ToDouble());
        if (low < 0.0 || high > 1.0) throw Errors.NotProbabilities(low < 0.0 ? low : high);
    }
}
