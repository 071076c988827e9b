namespace Crucible.Diagnostics;

/// <summary>
/// What <see cref="TrainingDiagnostics"/> can recognize, with the thresholds. It measures how a network computes and learns; whether the data is right it cannot
/// know, so of leaked or wrong labels it never speaks.
/// </summary>
/// <remarks>
/// "Know-nothing loss" below is the loss of predicting the targets' mean for every row (for a squared error their variance), or that of the untrained
/// model where it is lower, or where outputs and targets differ in shape.
/// </remarks>
public enum Symptom
{
    /// <summary>The last loss is not finite, or lies above the lowest recorded one by more than half of the know-nothing loss.</summary>
    RisingLoss,

    /// <summary>In a hidden layer, half of the tanh or sigmoid units or more are saturated on every row at the last look.</summary>
    SaturatedUnits,

    /// <summary>In a layer, a quarter of the ReLU units or more are 0 on every row at the last look.</summary>
    DeadUnits,

    /// <summary>A column of the inputs has a root mean square above 10 (1 is standardized). Told together with saturated or dead units when there are such.</summary>
    UnscaledInputs,

    /// <summary>
    /// Fewer than half as many different rows leave a hidden layer as enter the model at the last look, a tenth of the know-nothing loss or more is left,
    /// and no units are saturated or dead, which would explain it.
    /// </summary>
    EqualRows,

    /// <summary>
    /// The gradient per parameter (root mean square; median of all looks) of the first layer is below a thousandth of the last one's, and no units are
    /// saturated or dead, which would explain it.
    /// </summary>
    VanishingGradient,

    /// <summary>
    /// At some look an update had changed a layer's parameters by their whole norm or more, so that nothing is left of the initial weights, and a tenth of
    /// the know-nothing loss or more is left. Layers that start at 0 do not count; 0.0001 to 0.01 are usual.
    /// </summary>
    LargeUpdates,

    /// <summary>At no look an update had changed a layer's parameters by 0.00001 of their norm, and nine tenths of the first loss are left.</summary>
    SmallUpdates,

    /// <summary>
    /// In the last third of the recorded updates the loss fell by more than 2 % of the know-nothing loss, and a tenth of that or more is left (compared
    /// are the means of a tenth of the looks at either end).
    /// </summary>
    TooFewUpdates,

    /// <summary>The predictions' standard deviation over the rows is below 5 % of the targets'.</summary>
    EqualPredictions,
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
    public override string ToString() => Errors.Text($"{Place}: {Problem}: {Remedy}");
}
