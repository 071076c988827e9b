using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Diagnostics;

/// <content>What goes wrong inside of layers.</content>
internal sealed partial class DiagnosticsRules
{
    private void EqualUnits()
    {
        List<DiagnosedLayer> layers = [.. diagnostics.Layers.Where(layer => Now(layer).HasEqualUnits)];
        if (layers.Count == 0 || !isMuchLeft) return;
        Add(
            Symptom.EqualUnits,
            layers[0].Name,
            $"all of its units have equal weights, so that they compute and learn the same, as one unit would",
            "start from random weights");
    }

    private void Saturated()
    {
        List<DiagnosedLayer> layers = Hidden(layer => Now(layer).SaturatedUnits >= ManyStuck);
        if (layers.Count == 0 || !isMuchLeft) return;
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
        if (layers.Count == 0 || !isMuchLeft || Has(Symptom.EqualUnits)) return;
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

    private void EqualRows()
    {
        List<DiagnosedLayer> layers = Hidden(IsNarrow);
        // A network that answers well may drop what the answer does not depend on.
        if (layers.Count == 0 || !isMuchLeft || Has(Symptom.SaturatedUnits, Symptom.DeadUnits, Symptom.EqualUnits)) return;
        Add(
            Symptom.EqualRows,
            layers[0].Name,
            $"{diagnostics.DistinctInputs} different rows leave it as only {Now(layers[0]).DistinctRows}, and what it does not tell apart no later layer can",
            "give it more units, larger weights or a ReLU, or normalize what enters it");
    }

    private void Vanishing()
    {
        IReadOnlyList<DiagnosedLayer> layers = diagnostics.Layers;
        if (layers.Count < 2 || Has(Symptom.SaturatedUnits, Symptom.DeadUnits, Symptom.EqualUnits)) return;
        double ratio = Median(record => PerParameter(record, 0) / PerParameter(record, layers.Count - 1));
        if (!(ratio < LostGradient)) return;
        Add(
            Symptom.VanishingGradient,
            layers[0].Name,
            $"its gradient is {Numeral.Of(ratio, 2)} of {layers[^1].Name}'s per parameter, so that it hardly learns while the last layer does",
            "use ReLU instead of sigmoid or tanh, fewer layers, residual connections, or a normalization between layers");
    }

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
}
