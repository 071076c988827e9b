using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Plotly.NET;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Takes charts of Plotly.NET as data, and sees to what Plotly.NET leaves to plotly.js: lengths, gaps, plain texts.</summary>
/// <remarks>
/// Plotly.NET's template is left behind: nearly all the time of a first chart goes into writing it. No chart is
/// changed. Only this class and those that call it know Plotly.NET, so that a script which draws nothing does not load
/// it.
/// </remarks>
public static class ChartAdapter
{
    // What has one value a point, wherever a trace has it.
    private static readonly string[] PerPoint =
        [
            "x", "y", "z", "r", "theta", "a", "b", "c", "lat", "lon", "labels", "values", "open", "high", "low",
            "close", "base", "text", "hovertext", "customdata", "ids"
        ];

    private static readonly string[] PerPointWithin =
        ["error_x.array", "error_y.array", "error_z.array", "marker.color", "marker.size", "marker.symbol"];

    /// <summary>The figure that a chart is.</summary>
    /// <exception cref="ShapeException">The values of a trace differ in number; the message names the chart and the trace.</exception>
    /// <exception cref="OptionException">A value is no number, text or date.</exception>
    internal static Figure Read(GenericChart chart)
    {
        JsonObject layout = Read(GenericChart.getLayout(chart));
        layout.Remove("template");
        if (IsUnset(layout, "width", Defaults.DefaultWidth)) layout.Remove("width"); // Plotly.NET's size, which nobody asked for
        if (IsUnset(layout, "height", Defaults.DefaultHeight)) layout.Remove("height");

        Figure figure = new(GenericChart.getTraces(chart).Select(Read), layout);
        for (int place = 0; place < figure.Data.Length; place++) Check(figure, place);
        return figure;
    }

    /// <summary>The chart in a line, its title and its traces, as F# Interactive prints it.</summary>
    /// <param name="chart">The chart.</param>
    /// <exception cref="ShapeException">The values of a trace differ in number.</exception>
    public static string Describe(GenericChart chart)
    {
        Figure figure = Read(chart);
        return $"Chart ({Title(figure)}: {string.Join(", ", Enumerable.Range(0, figure.Data.Length).Select(figure.NameOf))})";
    }

    private static bool IsUnset(JsonObject layout, string side, int usual) =>
        layout[side] is null || (layout[side] is JsonValue value && value.TryGetValue(out int size) && size == usual);

    private static JsonObject Read(Trace trace)
    {
        JsonObject read = new() { ["type"] = trace.type };
        foreach ((string key, JsonNode? value) in Read((DynamicObj.DynamicObj)trace).ToArray()) read[key] = value?.DeepClone();
        return read;
    }

    private static JsonObject Read(DynamicObj.DynamicObj source)
    {
        JsonObject read = [];
        foreach ((string key, object? value) in source.Properties)
        {
            if (key != "template") read[key] = Read(key, value);
        }

        return read;
    }

    private static JsonNode? Read(string key, object? value) => value switch
    {
        DynamicObj.DynamicObj inner => Read(inner),
        Color color => Read(key, color.Value),
        ARGB color => JsonValue.Create(Invariant($"rgba({color.R},{color.G},{color.B},{color.A / 255.0:0.###})")),
        bool flag => JsonValue.Create(flag),
        string text => JsonValue.Create(IsPlain(key) ? Numbers.PlainText(text) : text),
        ITuple pair => new JsonArray([.. Enumerable.Range(0, pair.Length).Select(place => Read(key, pair[place]))]),
        IEnumerable values => new JsonArray([.. values.Cast<object?>().Select(item => Read(key, item))]),
        _ => Numbers.PlotValue(value),
    };

    /// <summary>Whether a text is shown as it is; the others are instructions for plotly.js.</summary>
    private static bool IsPlain(string key) =>
        !(key.EndsWith("template", StringComparison.Ordinal)
            || key.EndsWith("format", StringComparison.Ordinal)
            || key is "source" or "href");

    private static void Check(Figure figure, int place)
    {
        JsonObject trace = figure.Data[place];
        if (trace["z"] is JsonArray { Count: > 0 } rows && rows[0] is JsonArray first)
        {
            for (int row = 1; row < rows.Count; row++) Same(("row 0 of z", first), ($"row {row} of z", rows[row] as JsonArray));
            Plane(trace, figure, place, "x", "columns", first.Count);
            Plane(trace, figure, place, "y", "rows", rows.Count);
            return;
        }

        (string Name, JsonArray? Values)[] columns =
        [
            .. PerPoint.Select(key => (key, trace[key] as JsonArray)),
            .. PerPointWithin.Select(path => (path, trace[path.Split('.')[0]]?[path.Split('.')[1]] as JsonArray)),
        ];
        columns = [.. columns.Where(column => column.Values is not null)];
        foreach ((string Name, JsonArray? Values) column in columns) Same(columns[0], column);

        void Same((string Name, JsonArray? Values) a, (string Name, JsonArray? Values) b)
        {
            if (a.Values?.Count != b.Values?.Count)
                throw ReportErrors.ChartLengths(
                    Title(figure), figure.NameOf(place), a.Name, a.Values?.Count ?? 0, b.Name, b.Values?.Count ?? 0);
        }
    }

    /// <summary>Names or edges of the columns or rows of a plane: one each, or one more where they are edges.</summary>
    private static void Plane(JsonObject trace, Figure figure, int place, string axis, string what, int count)
    {
        if (trace[axis] is not JsonArray places || (places.Count > 0 && places[0] is JsonArray)) return;
        if (places.Count != count && places.Count != count + 1)
            throw ReportErrors.ChartLengths(Title(figure), figure.NameOf(place), $"z in {what}", count, axis, places.Count);
        trace[axis] = Figure.Distinct(places);
    }

    private static string Title(Figure figure) => figure.Title.Length > 0 ? figure.Title : "untitled";
}
