using Crucible.Lab.Reports;
using Crucible.Tensors;
using Plotly.NET;

namespace Crucible.Lab.Tests.Reports;

/// <summary>A run and a report that have something of everything.</summary>
internal static class Samples
{
    internal static readonly DateTimeOffset Started = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1));

    internal static RunRecord Record(RunStatus status = RunStatus.Completed, ulong seed = 7)
    {
        RunRecord record =
            new() { Script = "sample", Description = "A <sample> & more", Seed = seed, Started = Started, Seconds = 1.5, Status = status };
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
        report.Chart(
            Chart(
                "Line and points",
                Trace("scatter", ("mode", "lines+markers"), ("x", x), ("y", y), ("name", "line")),
                Trace("scatter", ("mode", "markers"), ("x", x), ("y", y), ("name", "points"))),
            "A caption.");
        report.Charts([
            Chart("Area", Trace("scatter", ("x", x), ("y", y), ("fill", "tozeroy"))),
            Chart("Gap", Trace("scatter", ("x", x), ("y", new[] { 1, double.NaN, 2, 3 })))
        ]);
        report.Section("Bars");
        report.Charts(
        [
            Chart("Columns", Trace("bar", ("x", new[] { "a", "b", "<c>", "d" }), ("y", y))), Chart(
                "Bars", Trace("bar", ("x", y), ("orientation", "h"))),
            Chart("Histogram", Trace("histogram", ("x", y))), Chart("Boxes", Trace("box", ("y", y))),
        ]);
        report.Section("Planes");
        report.Charts([
            Chart("Heatmap", Trace("heatmap", ("z", plane))),
            Chart("Contour", Trace("contour", ("z", plane))),
            Chart("Surface", Trace("surface", ("z", plane)))
        ]);
        report.Chart(Chart("Points in space", Trace("scatter3d", ("x", x), ("y", y), ("z", x), ("mode", "markers"))));
        report.Chart(Grid(Trace("scatter", ("x", x), ("y", y)), Trace("bar", ("x", x), ("y", y), ("xaxis", "x2"), ("yaxis", "y2"))));
        report.Table(["model", "error"], [("ridge </td>", 23.7), ("network", 9.5)], "A table.");
        report.Pictures(new(Tensor.Init([3, 8, 8], at => at[1] / 8.0), ["one", "<two>", "three"]), "Pictures with <captions>.");
        report.Preformatted("KING:\n  <speaks>");
        return report;
    }

    /// <summary>A trace of Plotly.NET, whose F# functions are second class in C#.</summary>
    internal static Trace Trace(string type, params (string Key, object Value)[] properties)
    {
        Trace trace = new(type);
        foreach ((string key, object value) in properties) trace.SetProperty(key, value);
        return trace;
    }

    /// <summary>A chart of Plotly.NET with all of its defaults.</summary>
    internal static GenericChart Chart(string title, params Trace[] traces)
    {
        GenericChart chart = GenericChart.ofTraceObjects(true, Microsoft.FSharp.Collections.ListModule.OfSeq(traces));
        Title titled = new();
        titled.SetProperty("text", title);
        GenericChart.getLayout(chart).SetProperty("title", titled);
        return chart;
    }

    private static GenericChart Grid(params Trace[] traces)
    {
        GenericChart chart = Chart("Two", traces);
        foreach ((string axis, double low, double high) in new[] { ("xaxis", 0.0, 0.45), ("xaxis2", 0.55, 1.0) })
        {
            DynamicObj.DynamicObj settings = new();
            settings.SetProperty("domain", new[] { low, high });
            GenericChart.getLayout(chart).SetProperty(axis, settings);
        }

        return chart;
    }
}
