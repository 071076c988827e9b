using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <summary>Turns what was recorded into findings. The thresholds are documented with <see cref="Symptom"/>.</summary>
internal sealed partial class DiagnosticsRules
{
    private const double RisenLoss = 0.5;
    private const double ManyStuck = 0.5;
    private const double ManyDead = 0.5;
    private const double LargeValue = 10.0;
    private const double FewRows = 0.5;
    private const double LostGradient = 1e-3;
    private const double LargeUpdate = 1.0;
    private const double SmallUpdate = 1e-5;
    private const double UnchangedLoss = 0.9;
    private const double StillFalling = 0.02;
    private const double MuchLeft = 0.1;
    private const double EqualSpread = 0.05;
    private const double SameDirection = 0.95;
    private const double ManyBatches = 5.0;
    private const double Shrunk = 0.1;
    private const double Learned = 0.98;
    private const double Generalized = 0.95;
    private const double Memorized = 0.75;
    private const double Gap = 2.0;
    private const double GapOfIgnorance = 0.15;

    private readonly TrainingDiagnostics diagnostics;
    private readonly IReadOnlyList<DiagnosticsRecord> records;
    private readonly DiagnosticsRecord first;
    private readonly DiagnosticsRecord last;
    private readonly InputScale? largeInput;
    private readonly double ignorance;
    private readonly bool isMuchLeft;
    private readonly List<Finding> findings = [];

    private DiagnosticsRules(TrainingDiagnostics diagnostics)
    {
        (this.diagnostics, records) = (diagnostics, diagnostics.Records);
        (first, last) = (records[0], records[^1]);
        double constant = diagnostics.Targets.ConstantLoss;
        ignorance = double.IsNaN(constant) ? first.Loss : Math.Min(first.Loss, constant);
        isMuchLeft = !(last.Loss < MuchLeft * ignorance);
        largeInput = diagnostics.Inputs.MaxBy(input => input.Magnitude) is { Magnitude: > LargeValue } input ? input : null;
    }

    /// <summary>The findings, causes before consequences.</summary>
    public static IReadOnlyList<Finding> Apply(TrainingDiagnostics diagnostics)
    {
        DiagnosticsRules rules = new(diagnostics);
        rules.NotTrained();
        rules.Added();
        rules.Rising();
        rules.Probabilities();
        rules.EqualUnits();
        rules.UnscaledTargets();
        rules.LargeUpdates();
        rules.ShrunkWeights();
        rules.Saturated();
        rules.Dead();
        rules.UnscaledInputs();
        rules.Vanishing();
        rules.EqualRows();
        rules.SmallUpdates();
        rules.TooFew();
        rules.Validation();
        rules.EqualPredictions();
        rules.NothingLearned();
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
            $"it rose from {Numeral.Of(lowest, 3)} to {Numeral.Of(last.Loss, 3)} by update {last.Update}",
            "lower the learning rate, tenfold to begin with, or clip the gradients' norm");
    }

    private void Probabilities()
    {
        if (!records.All(record => record.HasProbabilities)) return;
        Add(
            Symptom.ProbabilitiesAsLogits,
            "loss",
            $"it takes outputs for logits that are probabilities already",
            "leave the softmax or sigmoid at the end of the model out, or take a loss of probabilities");
    }

    private void NotTrained()
    {
        DiagnosticsRecord[] measured =
            [.. records.Where(record => record.Layers.Any(layer => double.IsFinite(layer.UpdateToWeight)))];
        if (measured.Length == 0) return;
        List<DiagnosedLayer> layers = [.. diagnostics.Layers.Where(layer => measured.All(record =>
            record.Layers[layer.Number - 1] is { UpdateToWeight: 0.0, GradientNorm: > 0.0 }))];
        if (layers.Count == 0) return;
        bool isAll = layers.Count == diagnostics.Layers.Count;
        Add(
            Symptom.NotTrained,
            isAll ? "updates" : string.Join(", ", layers.Select(layer => layer.Name)),
            $"no update changed {(isAll ? "a parameter" : "its parameters, although they have a gradient")}",
            isAll
                ? "give the optimizer the parameters of this model, call its Step, and let the learning rate be above 0"
                : "give the optimizer all of the model's parameters, or freeze these on purpose (RequiresGradient = false)");
    }

    private void Added()
    {
        DiagnosticsRecord[] kept = [.. records.Where(record => double.IsFinite(record.GradientCosine))];
        int added = kept.Count(record => record is { GradientCosine: > SameDirection, GradientRatio: > ManyBatches });
        // Nobody sets the gradient of a layer to zero that no optimizer has.
        if (kept.Length < 3 || Has(Symptom.NotTrained) || added < 0.5 * kept.Length) return;
        double ratio = kept[^1].GradientRatio;
        Add(
            Symptom.AddedGradients,
            "gradients",
            $"the last update's is {Numeral.Of(ratio, 2)} times the sample's and points where the one before it pointed: those of earlier batches are in it",
            "call the optimizer's ZeroGradients before every Backward");
    }

    private void UnscaledInputs()
    {
        bool isTold = findings.Exists(finding => finding.Remedy.Contains("standardize the inputs", StringComparison.Ordinal));
        if (largeInput is null || !isMuchLeft || isTold) return;
        Add(
            Symptom.UnscaledInputs,
            "inputs",
            $"the largest column ({largeInput.Name}) {Size(largeInput)}, where about 1 is wanted",
            "standardize the inputs");
    }

    private void UnscaledTargets()
    {
        TargetScale targets = diagnostics.Targets;
        if (!(targets.Magnitude > LargeValue && last.Loss > targets.ConstantLoss) || Has(Symptom.RisingLoss)) return;
        Add(
            Symptom.UnscaledTargets,
            "targets",
            $"they average {Numeral.Of(targets.Mean, 3)} and vary by {Numeral.Of(targets.StandardDeviation, 3)}; after {last.Update} updates the loss, {Numeral.Of(last.Loss, 3)}, is above that of predicting their mean, {Numeral.Of(targets.ConstantLoss, 3)}",
            "standardize the targets, and turn predictions back into their unit");
    }

    private void LargeUpdates()
    {
        if (!isMuchLeft || LargestUpdate() is not { Size: >= LargeUpdate } most) return;
        Add(
            Symptom.LargeUpdates,
            most.Layer.Name,
            $"an update changed its parameters by {most.Size:P0} of their size, where 0.01 % to 1 % is usual",
            "lower the learning rate");
    }

    private void SmallUpdates()
    {
        if (Has(Symptom.NotTrained) || !(last.Loss > UnchangedLoss * first.Loss)
            || LargestUpdate() is not { Size: < SmallUpdate }) return;
        Add(
            Symptom.SmallUpdates,
            "updates",
            $"none changed a layer by more than {Numeral.Of(SmallUpdate, 1)} of its size, and the loss only went from {Numeral.Of(first.Loss)} to {Numeral.Of(last.Loss)}",
            "raise the learning rate");
    }

    /// <summary>The largest change of a layer by one update; layers that start at 0 do not count.</summary>
    private (DiagnosedLayer Layer, double Size)? LargestUpdate()
    {
        (DiagnosedLayer Layer, double Size)[] sizes = [.. diagnostics.Layers
            .Where(layer => first.Layers[layer.Number - 1].WeightNorm > 0.0)
            .Select(layer => (Layer: layer, Size: records.Max(record => record.Layers[layer.Number - 1].UpdateToWeight)))
            .Where(entry => double.IsFinite(entry.Size))];
        return sizes.Length == 0 ? null : sizes.MaxBy(entry => entry.Size);
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
            $"after {last.Update} updates it was still falling, from {Numeral.Of(before)} to {Numeral.Of(now)} in the last third of them",
            "give it more updates (more epochs, or smaller batches) or a larger learning rate");
    }

    private void ShrunkWeights()
    {
        double Whole(DiagnosticsRecord record) => Math.Sqrt(record.Layers.Sum(layer => layer.WeightNorm * layer.WeightNorm));
        double left = Whole(last) / Whole(first);
        if (!(left <= Shrunk && isMuchLeft)) return;
        Add(
            Symptom.ShrunkWeights,
            "parameters",
            $"their norm has shrunk to {left:P1} of what it was at first",
            "lower the weight decay");
    }

    private void Validation()
    {
        if (double.IsNaN(last.ValidationLoss)) return;
        double lowest = records.Min(record => record.ValidationLoss);
        double nothing = Math.Min(first.ValidationLoss, diagnostics.Targets.ValidationConstantLoss is var constant
            && double.IsNaN(constant) ? double.PositiveInfinity : constant);
        if (lowest > Generalized * nothing && last.Loss < Memorized * ignorance)
            Add(
                Symptom.NothingGeneralizes,
                "validation",
                $"its loss was {Numeral.Of(lowest, 3)} at best, where one prediction for all rows has {Numeral.Of(nothing, 3)}, while that of training fell from {Numeral.Of(first.Loss, 3)} to {Numeral.Of(last.Loss, 3)}: what was learned holds for the training rows alone",
                "look at whether each target stands with its own input, and whether the inputs say anything about it");
        else if (last.ValidationLoss >= Gap * last.Loss && last.ValidationLoss - last.Loss >= GapOfIgnorance * ignorance)
            Add(
                Symptom.Overfitting,
                "validation",
                $"its loss is {Numeral.Of(last.ValidationLoss, 3)}, that of training {Numeral.Of(last.Loss, 3)}; it was {Numeral.Of(lowest, 3)} at best, at update {records.MinBy(record => record.ValidationLoss)!.Update}",
                "stop there, or use more data, more weight decay, dropout or fewer units");
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

    private void NothingLearned()
    {
        if (findings.Count > 0 || records.Count < 4 || !(last.Loss > Learned * ignorance)) return;
        Add(
            Symptom.NothingLearned,
            "loss",
            $"after {last.Update} updates it is {Numeral.Of(last.Loss, 3)}, and one prediction for all rows has {Numeral.Of(ignorance, 3)}",
            "look at whether each target stands with its own input, then try other learning rates and a larger network");
    }

    private LayerRecord Now(DiagnosedLayer layer) => last.Layers[layer.Number - 1];

    private string Inputs() =>
        largeInput is null ? string.Empty : Invariant($"; the inputs' largest column ({largeInput.Name}) {Size(largeInput)}");

    private static string Size(InputScale input) =>
        Math.Abs(input.Mean) >= input.StandardDeviation
            ? Invariant($"averages {Numeral.Of(input.Mean, 3)}")
            : Invariant($"varies by {Numeral.Of(input.StandardDeviation, 3)} around {Numeral.Of(input.Mean, 3)}");

    private double PerParameter(DiagnosticsRecord record, int layer) =>
        record.Layers[layer].GradientNorm / Math.Sqrt(diagnostics.Layers[layer].ParameterCount);

    private double Median(Func<DiagnosticsRecord, double> value)
    {
        double[] sorted = [.. records.Select(value).Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }
}
