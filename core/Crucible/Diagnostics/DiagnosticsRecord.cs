namespace Crucible.Diagnostics;

/// <summary>What one look at a model in training found.</summary>
/// <param name="Update">Updates made before it; 0 is the untrained model.</param>
/// <param name="Loss">The loss on the sample.</param>
/// <param name="PredictionSpread">
/// The standard deviation of the predictions over the rows divided by that of the targets: 0 when every row gets the same prediction, near 1 for a good
/// fit. NaN when outputs and targets differ in shape or the targets do not vary.
/// </param>
/// <param name="Layers">One entry for each of <see cref="TrainingDiagnostics.Layers"/>, in their order.</param>
public sealed record DiagnosticsRecord(int Update, double Loss, double PredictionSpread, IReadOnlyList<LayerRecord> Layers);

/// <summary>What one look found in one layer.</summary>
/// <param name="Saturated">
/// The share of all outputs (rows times units) whose activation has lost its slope: below 5 % of the greatest slope, which is |tanh| above 0.975 and a
/// sigmoid below 0.013 or above 0.987. NaN for other activations.
/// </param>
/// <param name="SaturatedUnits">The share of units that are saturated so on every row of the sample. NaN for other activations.</param>
/// <param name="DeadUnits">The share of ReLU units that are 0 on every row of the sample, so that no gradient reaches their weights. NaN for other activations.</param>
/// <param name="DistinctRows">
/// How many different rows leave the layer, after rounding to 0.01 behind tanh and sigmoid, and else to a thousandth of each unit's largest magnitude.
/// </param>
/// <param name="GradientNorm">√(Σ g²) of the loss on the sample over the layer's own parameters; NaN when all of them are frozen.</param>
/// <param name="WeightNorm">√(Σ w²) over the layer's own parameters.</param>
/// <param name="UpdateToWeight">‖w after the update - w before‖ / ‖w before‖; NaN before the first update, and when the weights before it were not seen.</param>
public sealed record LayerRecord(
    double Saturated, double SaturatedUnits, double DeadUnits, int DistinctRows, double GradientNorm, double WeightNorm, double UpdateToWeight);

/// <summary>A layer with parameters of its own, together with the activation behind it: what sentences call layer 1, 2, 3, …</summary>
/// <param name="Number">Counted from 1 in the order of the forward pass.</param>
/// <param name="Path">The path of the layer's parameters in the model, as in messages and checkpoints: <c>0</c>, <c>block[1].mlp.0</c>.</param>
/// <param name="Layer">The layer with its sizes: <c>Linear(13, 40)</c>.</param>
/// <param name="Activation">The function behind it, <c>tanh</c>, <c>sigmoid</c> or <c>ReLU</c>; null for none or another.</param>
/// <param name="ParameterCount">The number of values in its own parameters.</param>
/// <param name="IsOutput">Whether it is the last one, which predicts.</param>
public sealed record DiagnosedLayer(int Number, string Path, string Layer, string? Activation, int ParameterCount, bool IsOutput)
{
    /// <summary>What sentences call it: <c>layer 1</c>, and inside a nested model <c>layer 7 (block[1].mlp.0)</c>.</summary>
    public string Name => Path.All(char.IsAsciiDigit) ? Errors.Text($"layer {Number}") : Errors.Text($"layer {Number} ({Path})");

    /// <summary>The layer and its activation: <c>Linear(13, 40), tanh</c>.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Activation is null ? Layer : Errors.Text($"{Layer}, {Activation}");
}

/// <summary>The size of one column of the inputs on the sample.</summary>
/// <param name="Name">Its name, or <c>column 3</c>.</param>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="StandardDeviation">√(Σ(x - mean)² / count).</param>
/// <param name="Magnitude">The root mean square √(Σ x² / count): 1 for a standardized column.</param>
public sealed record InputScale(string Name, double Mean, double StandardDeviation, double Magnitude);
