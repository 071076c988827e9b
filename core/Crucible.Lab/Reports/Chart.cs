using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>A plotly.js figure as pure data: traces and a layout. It never changes; every <c>With…</c> returns a new chart.</summary>
/// <remarks>
/// Names follow Plotly.NET. From F#: <c>Chart.Line(x, y, Name = "train") |&gt; Chart.withTitle "Loss" |&gt; Chart.withXAxisStyle "epoch"</c>;
/// from C#: <c>Chart.Line(x, y, Name: "train").WithTitle("Loss").WithXAxis("epoch")</c>.
/// Data may be any numbers, texts (categories) or dates; NaN and ∞ leave a gap.
/// </remarks>
[SuppressMessage("Naming", "CA1708", Justification = "F# pipelines need Plotly.NET's camelCase functions beside C#'s methods.")]
public sealed partial class Chart
{
    private Chart(ImmutableArray<JsonObject> traces, JsonObject layout)
    {
        Traces = traces;
        Layout = layout;
    }

    /// <summary>The traces as plotly.js takes them. They are shared between charts and must not be changed.</summary>
    internal ImmutableArray<JsonObject> Traces { get; }

    /// <summary>The layout as plotly.js takes it, shared like the traces.</summary>
    internal JsonObject Layout { get; }

    /// <summary>The title, or an empty text.</summary>
    public string Title => (string?)Layout["title"]?["text"] ?? "";

    /// <summary>Draws several charts in one pair of axes; of two settings of the layout, the later chart's counts.</summary>
    /// <exception cref="OptionException">There is no chart to combine.</exception>
    public static Chart combine(IEnumerable<Chart> charts)
    {
        Chart[] all = NotEmpty("combine", charts);
        JsonObject layout = [];
        foreach (Chart chart in all) Merge(layout, chart.Layout);
        return new Chart([.. all.SelectMany(chart => chart.Traces)], layout);
    }

    /// <summary>The figure as <c>{"data": […], "layout": {…}}</c>.</summary>
    public string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (JsonObject trace in Traces) trace.WriteTo(writer);
            writer.WriteEndArray();
            writer.WritePropertyName("layout");
            Layout.WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Chart({(Title.Length > 0 ? Title : "untitled")}: {string.Join(", ", Traces.Select(trace => (string?)trace["name"] ?? (string?)trace["type"]))})";

    /// <summary>A figure whose parts are made elsewhere.</summary>
    internal static Chart Of(IEnumerable<JsonObject> traces, JsonObject layout) => new([.. traces], layout);

    internal Figure ToFigure() => new(Traces, Layout);

    private static Chart Of(JsonObject trace) => new([trace], []);

    /// <summary>The chart with a changed copy of its layout.</summary>
    private Chart Edit(Action<JsonObject> edit)
    {
        JsonObject layout = (JsonObject)Layout.DeepClone();
        edit(layout);
        return new Chart(Traces, layout);
    }

    /// <summary>The chart with a changed copy of each of its traces.</summary>
    private Chart EditTraces(Action<JsonObject> edit)
    {
        JsonObject Edited(JsonObject trace)
        {
            JsonObject copy = (JsonObject)trace.DeepClone();
            edit(copy);
            return copy;
        }

        return new Chart([.. Traces.Select(Edited)], Layout);
    }

    private static Chart[] NotEmpty(string operation, IEnumerable<Chart> charts) =>
        charts.ToArray() is { Length: > 0 } all ? all : throw Errors.NoCharts(operation);

    /// <summary>The object under the key, made if there is none.</summary>
    private static JsonObject Child(JsonObject parent, string key)
    {
        if (parent[key] is JsonObject child) return child;
        JsonObject made = [];
        parent[key] = made;
        return made;
    }

    /// <summary>Sets what is given: a null leaves the property out.</summary>
    private static void Set(JsonObject target, string key, JsonNode? value)
    {
        if (value is not null) target[key] = value;
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach ((string key, JsonNode? value) in source)
        {
            if (value is JsonObject inner && target[key] is JsonObject outer) Merge(outer, inner);
            else target[key] = value?.DeepClone();
        }
    }
}
