using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>
/// What <see cref="TrainingDiagnostics"/> can recognize, with the thresholds. It measures how a network computes and
/// learns; of a target that leaked into the inputs it never speaks, because such a network learns well.
/// </summary>
/// <remarks>
/// "Know-nothing loss" below is the loss of one and the same prediction for every row, the best one: the targets' mean
/// (for a squared error the loss is then their variance), for classes their frequencies; or the loss of the untrained
/// model where that is lower, or where outputs and targets do not fit together so. "Much is left" means that the last
/// loss is a tenth of it or more: a network that answers well may be built as it likes.
/// </remarks>
public enum Symptom
{
    /// <summary>The last loss is not finite, or lies above the lowest recorded one by more than half of the know-nothing loss.</summary>
    RisingLoss,

    /// <summary>
    /// The loss takes the outputs for logits, but they are probabilities already: each row's sum to 1, or a sigmoid made
    /// them. The gradients are small then, and no prediction can become certain.
    /// </summary>
    ProbabilitiesAsLogits,

    /// <summary>
    /// A layer's parameters were the same at all looks although they have a gradient, which parameters that are frozen on
    /// purpose have not.
    /// </summary>
    NotTrained,

    /// <summary>
    /// The gradients that updates used were those of all earlier batches together: in half of the looks or more the
    /// update's gradient pointed as the one before (cosine above 0.95) and was more than five times the sample's.
    /// </summary>
    AddedGradients,

    /// <summary>All units of a layer have equal weights at the last look, and much is left: what is equal learns the same.</summary>
    EqualUnits,

    /// <summary>
    /// In a hidden layer, half of the tanh or sigmoid units or more are saturated on every row at the last look, and much
    /// is left.
    /// </summary>
    SaturatedUnits,

    /// <summary>In a layer, half of the ReLU units or more are 0 on every row at the last look, and much is left.</summary>
    DeadUnits,

    /// <summary>
    /// A column of the inputs has a root mean square above 10 (1 is standardized), and much is left. Told together with
    /// saturated or dead units when there are such.
    /// </summary>
    UnscaledInputs,

    /// <summary>
    /// The targets' root mean square is above 10, and the last loss is above that of predicting their mean: the updates
    /// went into reaching their size.
    /// </summary>
    UnscaledTargets,

    /// <summary>
    /// Fewer than half as many different rows leave a hidden layer as enter the model at the last look, much is left, and
    /// no units are saturated, dead or equal, which would explain it.
    /// </summary>
    EqualRows,

    /// <summary>
    /// The gradient per parameter (root mean square; median of all looks) of the first layer is below a thousandth of
    /// the last one's, and no units are saturated or dead, which would explain it.
    /// </summary>
    VanishingGradient,

    /// <summary>
    /// At some look an update had changed a layer's parameters by their whole norm or more, so that nothing is left of
    /// the initial weights, and much is left. Layers that start at 0 do not count; 0.0001 to 0.01 are usual.
    /// </summary>
    LargeUpdates,

    /// <summary>
    /// At no look an update had changed a layer's parameters by 0.00001 of their norm, and nine tenths of the first
    /// loss are left.
    /// </summary>
    SmallUpdates,

    /// <summary>
    /// In the last third of the recorded updates the loss fell by more than 2 % of the know-nothing loss, and a tenth
    /// of that or more is left (compared are the means of a tenth of the looks at either end).
    /// </summary>
    TooFewUpdates,

    /// <summary>All parameters together have shrunk to a tenth of their first norm or less, and much is left.</summary>
    ShrunkWeights,

    /// <summary>
    /// At no look the loss on the validation rows was 5 % below their know-nothing loss, while that on the training rows
    /// fell by a quarter of theirs.
    /// </summary>
    NothingGeneralizes,

    /// <summary>
    /// At the last look the loss on the validation rows is twice that on the training rows or more, and the gap is 15 %
    /// of the know-nothing loss or more.
    /// </summary>
    Overfitting,

    /// <summary>The predictions' standard deviation over the rows is below 5 % of the targets'.</summary>
    EqualPredictions,

    /// <summary>The last loss is not 2 % below the know-nothing loss, and nothing above says why.</summary>
    NothingLearned,
}

/// <summary>Something that is wrong, and what to change.</summary>
/// <param name="Symptom">What was recognized, with its threshold.</param>
/// <param name="Place">Where: <c>layer 1</c>, <c>inputs</c>, <c>loss</c>.</param>
/// <param name="Problem">What was measured.</param>
/// <param name="Remedy">What to change.</param>
public sealed record Finding(Symptom Symptom, string Place, string Problem, string Remedy)
{
    /// <summary>The finding as a sentence: place: problem: remedy.</summary>
    /// <returns>The sentence, without a full stop.</returns>
    public override string ToString() => Invariant($"{Place}: {Problem}: {Remedy}");
}
