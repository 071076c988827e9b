using Crucible.Diagnostics;

namespace Crucible.Lab.Reports;

/// <summary>The curves of a network's diagnostics, a line a layer.</summary>
internal static class DiagnosticsCharts
{
    private const int MostNamed = 12;

    internal static Chart[] Of(TrainingDiagnostics diagnostics)
    {
        List<Chart> charts = [];
        Chart[] units = [.. Lines(diagnostics, layer => layer.SaturatedUnits, "saturated", isLog: false), .. Lines(diagnostics, layer => layer.DeadUnits, "dead", isLog: false)];
        if (units.Length > 0)
            charts.Add(Drawn(units, "Saturated or dead on every row").WithYAxis("share of its units", (-0.02, 1.02)));
        Chart[] rows = [.. Lines(diagnostics, layer => layer.DistinctRows, null, isLog: true)];
        charts.Add(Drawn([.. rows, Inputs(diagnostics)], "Rows that it tells apart").WithYAxis("different rows", isLog: true));
        charts.Add(Drawn([.. Lines(diagnostics, layer => layer.GradientNorm, null, isLog: true)], "Size of the gradient").WithYAxis("norm", isLog: true));
        Chart[] updates = [.. Lines(diagnostics, layer => layer.UpdateToWeight, null, isLog: true)];
        if (updates.Length > 0) charts.Add(Drawn(updates, "Size of an update").WithYAxis("share of the parameters", isLog: true));
        return [.. charts];
    }

    /// <summary>What to see, from the last look.</summary>
    internal static string Caption(TrainingDiagnostics diagnostics)
    {
        DiagnosticsRecord last = diagnostics.Records[^1];
        (DiagnosedLayer layer, LayerRecord now) = diagnostics.Layers.Zip(last.Layers).MinBy(pair => pair.Second.DistinctRows);
        return Errors.Text($"Of {diagnostics.DistinctInputs} different rows, {layer.Name} tells the fewest apart in the end: {now.DistinctRows}. ")
            + "A saturated or dead unit passes no gradient on; updates of a ten-thousandth to a hundredth of the parameters are usual.";
    }

    /// <summary>One line a layer that has such values; a logarithmic axis cannot show 0.</summary>
    private static IEnumerable<Chart> Lines(TrainingDiagnostics diagnostics, Func<LayerRecord, double> value, string? what, bool isLog)
    {
        for (int place = 0; place < diagnostics.Layers.Count; place++)
        {
            (int Update, double Value)[] points = [.. diagnostics.Records.Select(record => (record.Update, Value: value(record.Layers[place]))).Where(point => double.IsFinite(point.Value) && (!isLog || point.Value > 0))];
            if (points.Length == 0) continue;
            string name = diagnostics.Layers[place].Name;
            yield return Chart.Line(points.Select(point => point.Update), points.Select(point => point.Value), Name: what is null ? name : Errors.Text($"{name}, {what}"));
        }
    }

    private static Chart Inputs(TrainingDiagnostics diagnostics)
    {
        int[] ends = [diagnostics.Records[0].Update, diagnostics.Records[^1].Update];
        return Chart.Line(ends, [diagnostics.DistinctInputs, diagnostics.DistinctInputs], Name: "inputs", LineDash: "dash");
    }

    /// <summary>The lines in one pair of axes; a legend of more than a few would take the room of the curves, whose names are shown on hovering too.</summary>
    private static Chart Drawn(Chart[] lines, string title) =>
        Chart.combine(lines).WithTitle(title).WithXAxis("updates").WithSize(height: 330).WithLegend(lines.Length <= MostNamed);
}
