using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <content>Titles, axes, sizes, error bars: each returns a new chart.</content>
public sealed partial class Chart
{
    /// <summary>Puts a title above the figure.</summary>
    public Chart WithTitle(string title) => Edit(layout => Child(layout, "title")["text"] = title);

    /// <summary>Names the horizontal axis, sets its range or makes it logarithmic.</summary>
    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="range">The ends shown, in the data's own numbers also where the axis is logarithmic.</param>
    /// <param name="isLog">Whether equal distances are equal ratios.</param>
    /// <exception cref="OptionException">A logarithmic axis with an end that is not above 0.</exception>
    public Chart WithXAxis(string? title = null, (double Low, double High)? range = null, bool isLog = false) => WithAxis("xaxis", title, range, isLog);

    /// <summary>Names the vertical axis, sets its range or makes it logarithmic.</summary>
    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="range">The ends shown, in the data's own numbers also where the axis is logarithmic.</param>
    /// <param name="isLog">Whether equal distances are equal ratios.</param>
    /// <exception cref="OptionException">A logarithmic axis with an end that is not above 0.</exception>
    public Chart WithYAxis(string? title = null, (double Low, double High)? range = null, bool isLog = false) => WithAxis("yaxis", title, range, isLog);

    /// <summary>Names the third axis of a figure in space; the first two are named by <see cref="WithXAxis"/> and <see cref="WithYAxis"/>.</summary>
    public Chart WithZAxis(string title) => WithAxis("zaxis", title, null, false);

    /// <summary>Fixes the size in pixels; otherwise the figure is as wide as its place and 420 high.</summary>
    /// <param name="width">Width, or nothing for all there is.</param>
    /// <param name="height">Height.</param>
    public Chart WithSize(double? width = null, double? height = null) => Edit(layout =>
    {
        Set(layout, "width", width);
        Set(layout, "height", height);
    });

    /// <summary>Gives one unit the same length on both axes, as for predicted against actual.</summary>
    public Chart WithEqualAxes() => Edit(layout => Child(layout, "yaxis")["scaleanchor"] = "x");

    /// <summary>Hides both axes, as for a drawing whose places mean nothing by themselves.</summary>
    public Chart WithoutAxes() => Edit(layout => (Child(layout, "xaxis")["visible"], Child(layout, "yaxis")["visible"]) = (false, false));

    /// <summary>Shows or hides the legend.</summary>
    public Chart WithLegend(bool isShown) => Edit(layout => layout["showlegend"] = isShown);

    /// <summary>Sets how bars share a place: <c>group</c>, <c>stack</c>, <c>overlay</c> or <c>relative</c>.</summary>
    public Chart WithBarMode(string mode) => Edit(layout => layout["barmode"] = mode);

    /// <summary>Adds vertical error bars, one length a point.</summary>
    /// <exception cref="ShapeException">The lengths do not match the points of a trace.</exception>
    public Chart WithYError<T>(IEnumerable<T> lengths) where T : IConvertible => WithError("withYError", "y", "error_y", lengths);

    /// <summary>Adds horizontal error bars, one length a point.</summary>
    /// <exception cref="ShapeException">The lengths do not match the points of a trace.</exception>
    public Chart WithXError<T>(IEnumerable<T> lengths) where T : IConvertible => WithError("withXError", "x", "error_x", lengths);

    private Chart WithError<T>(string operation, string axis, string property, IEnumerable<T> lengths) where T : IConvertible
    {
        JsonArray array = Numbers.Plot(lengths);
        return EditTraces(trace =>
        {
            int points = (trace[axis] as JsonArray)?.Count ?? 0;
            if (points != array.Count) throw Errors.PerItem("chart." + operation, "lengths", array.Count, points, "points");
            trace[property] = new JsonObject { ["type"] = "data", ["array"] = array.DeepClone() };
        });
    }

    private Chart WithAxis(string axis, string? title, (double Low, double High)? range, bool isLog)
    {
        if (isLog && range is { } ends && Math.Min(ends.Low, ends.High) <= 0)
            throw Errors.LogRange(axis, ends.Low, ends.High);
        return Edit(layout =>
        {
            // Figures in space keep their axes in a scene.
            JsonObject settings = Child(Traces.Any(trace => IsInSpace(trace)) ? Child(layout, "scene") : layout, axis);
            if (title is not null) Child(settings, "title")["text"] = title;
            if (isLog) (settings["type"], settings["exponentformat"]) = ("log", "power"); // 10⁻⁶, where plotly.js would write 1µ
            if (range is not { } shown) return;

            // plotly.js takes the ends of a logarithmic axis as powers of ten.
            settings["range"] = isLog ? new JsonArray(Math.Log10(shown.Low), Math.Log10(shown.High)) : new JsonArray(shown.Low, shown.High);
        });
    }

    private static bool IsInSpace(JsonObject trace) => (string?)trace["type"] is "surface" or "scatter3d";
}
