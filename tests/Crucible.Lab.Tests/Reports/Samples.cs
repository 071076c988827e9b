using Crucible.Lab.Reports;

namespace Crucible.Lab.Tests.Reports;

/// <summary>A run and a report that have something of everything.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Started = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1));

    internal static RunRecord Record(RunStatus status = RunStatus.Completed)
    {
        RunRecord record = new() { Script = "sample", Description = "A <sample> & more", Seed = 7, Started = Started, Seconds = 1.5, Status = status };
        record.Config["epochs"] = 10;
        record.Machine["os"] = "an <os>";
        record.Versions["dotnet"] = "10.0";
        record.SetMetric("test_mse", 9.75);
        record.SetMetric("diverged", double.NaN);
        record.Headlines.Add("test_mse");
        record.Checks.Add(new Check("test error", "at most 10", 9.75, true));
        return record;
    }

    /// <summary>A body with a chart of every kind.</summary>
    internal static Report Everything()
    {
        double[] x = [1, 2, 3, 4];
        double[] y = [1, 4, 9, 16];
        double[][] plane = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];
        Report report = new();
        report.Section("Curves & points");
        report.Text("Text with <b>markup</b> that is not taken as such.");
        report.Chart(Chart.combine([Chart.Line(x, y, Name: "line", ShowMarkers: true), Chart.Point(x, y, Name: "points").WithYError(x)]).WithTitle("Line and points"), "A caption.");
        report.Charts([Chart.Area(x, y).WithTitle("Area"), Chart.Range(x, y, [2, 5, 10, 17], [0, 3, 8, 15], Name: "mean").WithTitle("Band").WithYAxis("y", isLog: true)]);
        report.Section("Bars");
        report.Charts(
        [
            Chart.Column(y, Keys: ["a", "b", "<c>", "d"]).WithTitle("Columns"), Chart.Bar(y).WithTitle("Bars"), Chart.Histogram(y, NBinsX: 3).WithTitle("Histogram"),
            Chart.BoxPlot(y, Name: "box").WithTitle("Boxes"),
        ]);
        report.Section("Planes");
        report.Charts([Chart.Heatmap(plane, ReverseYAxis: true).WithTitle("Heatmap"), Chart.Contour(plane).WithTitle("Contour"), Chart.Surface(plane).WithTitle("Surface")]);
        report.Chart(Chart.Scatter3D(x, y, x).WithTitle("Points in space"));
        report.Chart(Chart.Grid([Chart.Line(x, y).WithTitle("left"), Chart.Column(y).WithTitle("right")], 1, 2));
        report.Table(["model", "error"], [("ridge </td>", 23.7), ("network", 9.5)], "A table.");
        report.Preformatted("KING:\n  <speaks>");
        return report;
    }
}
