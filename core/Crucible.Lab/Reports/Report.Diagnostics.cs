using System.Text.Json.Nodes;
using Crucible.Diagnostics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <content>How a network learned, and what is wrong with it.</content>
public sealed partial class Report
{
    private const int FewRows = 30;
    private const int MostNamed = 12; // a legend of more would take the room of the curves, whose names are shown on hovering too

    /// <summary>Adds what diagnostics found, with what to change, and the curves and last figures that it was read from.</summary>
    /// <param name="diagnostics">What watched the training.</param>
    public void Diagnosis(TrainingDiagnostics diagnostics)
    {
        IReadOnlyList<Finding> findings = diagnostics.Findings();
        if (findings.Count == 0) Text(diagnostics.ToString());
        else
            Table(
                ["where", "what was measured", "what to change"],
                findings.Select(finding => (finding.Place, finding.Problem, finding.Remedy)),
                Invariant(
                    $"Problems in {diagnostics.Records.Count} snapshots of {diagnostics.Layers.Count} layers on {diagnostics.Rows} rows"));
        Add(new FiguresBlock([.. Curves(diagnostics)], Caption(diagnostics)));
        DiagnosticsRecord last = diagnostics.Records[^1];
        Table(
            ["layer", "", "saturated, %", "dead, %", "distinct outputs", "gradient norm", "update / weights"],
            diagnostics.Layers.Zip(last.Layers, (layer, now) => (
                layer.Name, layer.ToString(), Percent(now.SaturatedUnits), Percent(now.DeadUnits), now.DistinctRows, now.GradientNorm,
                now.UpdateToWeight)),
            Invariant($"After {last.Update} updates; empty where a layer has no such units; saturated and dead mean on every row"));
    }

    private static double? Percent(double share) => double.IsNaN(share) ? null : Math.Round(100 * share, 1);

    /// <summary>A line a layer.</summary>
    private static IEnumerable<Figure> Curves(TrainingDiagnostics diagnostics)
    {
        int[] looks = [.. diagnostics.Records.Select(record => record.Update)];
        if (!double.IsNaN(diagnostics.Records[^1].ValidationLoss))
            yield return Drawn("Loss on rows seen and not seen", Figure.Axis("loss", isLog: true), [
                Figure.Line(looks, diagnostics.Records.Select(record => record.Loss), "training"),
                Figure.Line(looks, diagnostics.Records.Select(record => record.ValidationLoss), "validation"),
            ]);
        JsonObject[] units =
            [.. Lines(layer => layer.SaturatedUnits, "saturated", isLog: false), .. Lines(layer => layer.DeadUnits, "dead", isLog: false)];
        if (units.Length > 0)
            yield return Drawn("Saturated or dead units", Figure.Axis("share of its units", range: (-0.02, 1.02)), units);
        int[] ends = [diagnostics.Records[0].Update, diagnostics.Records[^1].Update];
        JsonObject inputs = Figure.Line(ends, ends.Select(_ => diagnostics.DistinctInputs), "inputs", dash: "dash");
        // Over a few rows a logarithmic axis has hardly a tick.
        JsonObject count = diagnostics.DistinctInputs > FewRows
            ? Figure.Axis("distinct outputs", isLog: true) : Figure.Axis("distinct outputs", range: (0, diagnostics.DistinctInputs + 1));
        yield return Drawn("Distinct outputs", count, [
            .. Lines(layer => layer.DistinctRows), inputs
        ]);
        yield return Drawn("Size of the gradient", Figure.Axis("norm", isLog: true), [.. Lines(layer => layer.GradientNorm)]);
        JsonObject[] updates = [.. Lines(layer => layer.UpdateToWeight)];
        if (updates.Length > 0) yield return Drawn("Size of an update", Figure.Axis("share of the parameters", isLog: true), updates);

        // One line a layer that has such values; a logarithmic axis cannot show 0.
        IEnumerable<JsonObject> Lines(Func<LayerRecord, double> value, string? what = null, bool isLog = true) =>
            from place in Enumerable.Range(0, diagnostics.Layers.Count)
            let records = diagnostics.Records.Where(record =>
                value(record.Layers[place]) is var v && double.IsFinite(v) && (!isLog || v > 0)).ToArray()
            where records.Length > 0
            let name = diagnostics.Layers[place].Name
            select Figure.Line(
                records.Select(record => record.Update), records.Select(record => value(record.Layers[place])),
                what is null ? name : Invariant($"{name}, {what}"));

        static Figure Drawn(string title, JsonObject up, JsonObject[] lines)
        {
            Figure figure = Figure.Over(title, Figure.Axis("updates"), up, lines, height: 330);
            figure.Layout["showlegend"] = lines.Length <= MostNamed;
            return figure;
        }
    }

    /// <summary>What to see, from the last look.</summary>
    private static string Caption(TrainingDiagnostics diagnostics)
    {
        (DiagnosedLayer layer, LayerRecord now) =
            diagnostics.Layers.Zip(diagnostics.Records[^1].Layers).MinBy(pair => pair.Second.DistinctRows);
        string fewest = now.DistinctRows < diagnostics.DistinctInputs
            ? Invariant($"In the end {layer.Name} has the fewest distinct outputs: {now.DistinctRows} for {diagnostics.DistinctInputs} distinct inputs. ")
            : Invariant($"Every layer keeps all {diagnostics.DistinctInputs} distinct inputs apart. ");
        return fewest
            + "A unit that is saturated or dead on every row passes no gradient on; updates of a ten-thousandth to a hundredth of the parameters are usual.";
    }
}
