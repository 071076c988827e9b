using Crucible.Diagnostics;

namespace Crucible.Lab.Reports;

/// <content>How a network learned, and what is wrong with it.</content>
public sealed partial class Report
{
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
                Errors.Text($"What stands out in {diagnostics.Records.Count} looks at {diagnostics.Layers.Count} layers on {diagnostics.Rows} rows"));
        Charts(DiagnosticsCharts.Of(diagnostics), DiagnosticsCharts.Caption(diagnostics));
        DiagnosticsRecord last = diagnostics.Records[^1];
        Table(
            ["layer", "", "saturated on every row, %", "dead, %", "different rows", "gradient norm", "update / weights"],
            diagnostics.Layers.Zip(last.Layers, (layer, now) => (
                layer.Name, layer.ToString(), Percent(now.SaturatedUnits), Percent(now.DeadUnits), now.DistinctRows, now.GradientNorm, now.UpdateToWeight)),
            Errors.Text($"After {last.Update} updates; empty where a layer has no such units"));
    }

    private static double? Percent(double share) => double.IsNaN(share) ? null : Math.Round(100 * share, 1);
}
