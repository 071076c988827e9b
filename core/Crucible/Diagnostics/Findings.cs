using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>
/// What <see cref="TrainingDiagnostics"/> can recognize, with the thresholds. It measures how a network computes and
/// learns; whether the data is right it cannot know, so of leaked or wrong labels it never speaks.
/// </summary>
/// <remarks>
/// "Know-nothing loss" below is the loss of predicting the targets' mean for every row (for a squared error their
/// variance), or that of the untrained
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

    /// <summary>
    /// A column of the inputs has a root mean square above 10 (1 is standardized). Told together with saturated or dead
    /// units when there are such.
    /// </summary>
    UnscaledInputs,

    /// <summary>
    /// Fewer than half as many different rows leave a hidden layer as enter the model at the last look, a tenth of the
    /// know-nothing loss or more is left, and no units are saturated or dead, which would explain it.
    /// </summary>
    EqualRows,

    /// <summary>
    /// The gradient per parameter (root mean square; median of all looks) of the first layer is below a thousandth of
    /// the last one's, and no units are saturated or dead, which would explain it.
    /// </summary>
    VanishingGradient,

    /// <summary>
    /// At some look an update had changed a layer's parameters by their whole norm or more, so that nothing is left of
    /// the initial weights, and a tenth of the know-nothing loss or more is left. Layers that start at 0 do not count;
    /// 0.0001 to 0.01 are usual.
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
    public override string ToString() => Invariant($"{Place}: {Problem}: {Remedy}");
}

/// <summary>Turns what was recorded into findings. The thresholds are documented with <see cref="Symptom"/>.</summary>
internal sealed class DiagnosticsRules
{
    private const double RisenLoss = 0.5;
    private const double ManyStuck = 0.5;
    private const double ManyDead = 0.25;
    private const double LargeInput = 10.0;
    private const double FewRows = 0.5;
    private const double LostGradient = 1e-3;
    private const double LargeUpdate = 1.0;
    private const double SmallUpdate = 1e-5;
    private const double UnchangedLoss = 0.9;
    private const double StillFalling = 0.02;
    private const double MuchLeft = 0.1;
    private const double EqualSpread = 0.05;

    private readonly TrainingDiagnostics diagnostics;
    private readonly IReadOnlyList<DiagnosticsRecord> records;
    private readonly DiagnosticsRecord first;
    private readonly DiagnosticsRecord last;
    private readonly InputScale? largeInput;
    private readonly double ignorance;
    private readonly List<Finding> findings = [];

    private DiagnosticsRules(TrainingDiagnostics diagnostics)
    {
        (this.diagnostics, records) = (diagnostics, diagnostics.Records);
        (first, last) = (records[0], records[^1]);
        ignorance = double.IsNaN(diagnostics.MeanLoss) ? first.Loss : Math.Min(first.Loss, diagnostics.MeanLoss);
        largeInput = diagnostics.Inputs.MaxBy(input => input.Magnitude) is { Magnitude: > LargeInput } input ? input : null;
    }

    /// <summary>The findings, causes before consequences.</summary>
    public static IReadOnlyList<Finding> Apply(TrainingDiagnostics diagnostics)
    {
        DiagnosticsRules rules = new(diagnostics);
        rules.Rising();
        rules.Saturated();
        rules.Dead();
        rules.Unscaled();
        rules.EqualRows();
        rules.Vanishing();
        rules.Updates();
        rules.TooFew();
        rules.EqualPredictions();
        return rules.findings;
    }

    private bool Has(params ReadOnlySpan<Symptom> symptoms)
    {
        foreach (Symptom symptom in symptoms)
            if (findings.Exists(finding => finding.Symptom == symptom)) return true;
        return false;
    }

    private void Add(Symptom symptom, string place, FormattableString problem, string remedy) =>
        findings.Add(new(symptom, place, Invariant(problem), remedy));

    private void Rising()
    {
        double lowest = records.Min(record => double.IsFinite(record.Loss) ? record.Loss : double.PositiveInfinity);
        if (double.IsFinite(last.Loss) && last.Loss - lowest <= RisenLoss * ignorance) return;
        Add(
            Symptom.RisingLoss,
            "loss",
            $"it rose from {lowest:G3} to {last.Loss:G3} by update {last.Update}",
            "lower the learning rate, tenfold to begin with, or clip the gradients' norm");
    }

    private void Saturated()
    {
        List<DiagnosedLayer> layers = Hidden(layer => Now(layer).SaturatedUnits >= ManyStuck);
        if (layers.Count == 0) return;
        DiagnosedLayer layer = layers[0];
        Add(
            Symptom.SaturatedUnits,
            layer.Name,
            $"{Now(layer).SaturatedUnits:P0} of its {layer.Activation} units are saturated on every row{Others(layers, other => Now(other).SaturatedUnits)}{RowsLeft(layer)}{Inputs()}",
            largeInput is not null ? "standardize the inputs"
            : first.Layers[layer.Number - 1].SaturatedUnits >= ManyStuck ? "start from smaller weights, or normalize what enters the layer"
            : "they saturated while training: lower the learning rate, or add weight decay");
    }

    private void Dead()
    {
        List<DiagnosedLayer> layers = diagnostics.Layers.Where(layer => Now(layer).DeadUnits >= ManyDead).ToList();
        if (layers.Count == 0) return;
        DiagnosedLayer layer = layers[0];
        double before = first.Layers[layer.Number - 1].DeadUnits;
        (string? cause, string? remedy) = Has(Symptom.SaturatedUnits) ? (string.Empty, "see to the saturated units first")
            : before < 0.5 * Now(layer).DeadUnits ? (string.Empty, "they died while training: lower the learning rate, or use LeakyRelu")
            : largeInput is not null ? (Inputs(), "standardize the inputs")
            : (string.Empty, "start from other weights or from biases of 0 and above, or use LeakyRelu");
        Add(
            Symptom.DeadUnits,
            layer.Name,
            $"{Now(layer).DeadUnits:P0} of its ReLU units are 0 on every row and learn nothing{Others(layers, other => Now(other).DeadUnits)}, {before:P0} were before the first update{cause}",
            remedy);
    }

    private void Unscaled()
    {
        if (largeInput is null || findings.Exists(finding => finding.Remedy.Contains("standardize", StringComparison.Ordinal))) return;
        Add(
            Symptom.UnscaledInputs,
            "inputs",
            $"the largest column ({largeInput.Name}) {Size(largeInput)}, where about 1 is wanted",
            "standardize the inputs");
    }

    private void EqualRows()
    {
        List<DiagnosedLayer> layers = Hidden(IsNarrow);
        // A network that answers well may drop what the answer does not depend on.
        if (layers.Count == 0 || Has(Symptom.SaturatedUnits, Symptom.DeadUnits) || last.Loss < MuchLeft * ignorance) return;
        Add(
            Symptom.EqualRows,
            layers[0].Name,
            $"{diagnostics.DistinctInputs} different rows leave it as only {Now(layers[0]).DistinctRows}, and what it does not tell apart no later layer can",
            "give it more units, larger weights or a ReLU, or normalize what enters it");
    }

    private void Vanishing()
    {
        IReadOnlyList<DiagnosedLayer> layers = diagnostics.Layers;
        if (layers.Count < 2 || Has(Symptom.SaturatedUnits, Symptom.DeadUnits)) return;
        double ratio = Median(record => PerParameter(record, 0) / PerParameter(record, layers.Count - 1));
        if (!(ratio < LostGradient)) return;
        Add(
            Symptom.VanishingGradient,
            layers[0].Name,
            $"its gradient is {ratio:G2} of {layers[^1].Name}'s per parameter, so that it hardly learns while the last layer does",
            "use ReLU instead of sigmoid or tanh, fewer layers, residual connections, or a normalization between layers");
    }

    private void Updates()
    {
        (DiagnosedLayer Layer, double Size)[] sizes = diagnostics.Layers.Where((_, index) => first.Layers[index].WeightNorm > 0.0)
            .Select(layer => (Layer: layer, Size: records.Max(record => record.Layers[layer.Number - 1].UpdateToWeight)))
            .Where(entry => double.IsFinite(entry.Size)).ToArray();
        if (sizes.Length == 0) return;
        (DiagnosedLayer? most, double size) = sizes.MaxBy(entry => entry.Size);
        if (size >= LargeUpdate && last.Loss > MuchLeft * ignorance)
            Add(
                Symptom.LargeUpdates,
                most.Name,
                $"an update changed its parameters by {size:P0} of their size, where 0.01 % to 1 % is usual",
                "lower the learning rate");
        else if (size < SmallUpdate && last.Loss > UnchangedLoss * first.Loss)
            Add(
                Symptom.SmallUpdates,
                "updates",
                $"none changed a layer by more than {size:G1} of its size, and the loss only went from {first.Loss:G4} to {last.Loss:G4}",
                "raise the learning rate");
    }

    private void TooFew()
    {
        if (Has(Symptom.RisingLoss, Symptom.LargeUpdates) || records.Count < 4) return;
        int window = Math.Max(1, records.Count / 10);
        double MeanBefore(int end) => records.Skip(end - window).Take(window).Average(record => record.Loss);
        int twoThirds = records.Count(record => record.Update <= last.Update * 2.0 / 3.0);
        (double before, double now) = (MeanBefore(Math.Max(window, twoThirds)), MeanBefore(records.Count));
        if (!(before - now > StillFalling * ignorance && now > MuchLeft * ignorance)) return;
        Add(
            Symptom.TooFewUpdates,
            "loss",
            $"after {last.Update} updates it was still falling, from {before:G4} to {now:G4} in the last third of them",
            "give it more updates (more epochs, or smaller batches) or a larger learning rate");
    }

    private void EqualPredictions()
    {
        if (!(last.PredictionSpread < EqualSpread)) return;
        bool isExplained = findings.Count > 0;
        Add(
            Symptom.EqualPredictions,
            "predictions",
            $"all rows get nearly the same one, with a standard deviation of {last.PredictionSpread:P1} of the targets'",
            isExplained ? "see to what is named above first" : "look at whether the inputs tell the rows apart at all");
    }

    private LayerRecord Now(DiagnosedLayer layer) => last.Layers[layer.Number - 1];

    private List<DiagnosedLayer> Hidden(Func<DiagnosedLayer, bool> isSo) =>
        [.. diagnostics.Layers.Where(layer => !layer.IsOutput && isSo(layer))];

    private bool IsNarrow(DiagnosedLayer layer) => Now(layer).DistinctRows < FewRows * diagnostics.DistinctInputs;

    private string RowsLeft(DiagnosedLayer layer) =>
        IsNarrow(layer)
            ? Invariant($", so that {diagnostics.DistinctInputs} different rows leave it as {Now(layer).DistinctRows}")
            : string.Empty;

    private static string Others(List<DiagnosedLayer> layers, Func<DiagnosedLayer, double> share) => layers.Count switch
    {
        1 => string.Empty,
        2 => Invariant($" ({share(layers[1]):P0} in {layers[1].Name})"),
        _ => Invariant($" (up to {layers.Skip(1).Max(share):P0} in {layers.Count - 1} more layers)"),
    };

    private string Inputs() =>
        largeInput is null ? string.Empty : Invariant($"; the inputs' largest column ({largeInput.Name}) {Size(largeInput)}");

    private static string Size(InputScale input) =>
        Math.Abs(input.Mean) >= input.StandardDeviation
            ? Invariant($"averages {input.Mean:G3}")
            : Invariant($"varies by {input.StandardDeviation:G3} around {input.Mean:G3}");

    private double PerParameter(DiagnosticsRecord record, int layer) =>
        record.Layers[layer].GradientNorm / Math.Sqrt(diagnostics.Layers[layer].ParameterCount);

    private double Median(Func<DiagnosticsRecord, double> value)
    {
        double[] sorted = [.. records.Select(value).Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
