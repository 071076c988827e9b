using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// What the page draws: the traces and the layout of plotly.js as pure data. Charts of Plotly.NET become figures, and
/// the library's own are built as such.
/// </summary>
/// <param name="data">The traces.</param>
/// <param name="layout">The layout, without a template: the page has its own.</param>
internal sealed class Figure(IEnumerable<JsonObject> data, JsonObject layout)
{
    /// <summary>
    /// Above so many points the graphics card draws them; browsers allow few such figures on a page, so only figures
    /// that show all trials use it.
    /// </summary>
    internal const int ManyPoints = 1500;

    /// <summary>
    /// Colours that tell states apart: places of the page's palette (<c>Page/figure.js</c>), which has one for light and one
    /// for dark pages, and the grey that is told from all of them on both.
    /// </summary>
    internal const string Good = "palette 0";
    internal const string Cut = "palette 4";
    internal const string Bad = "palette 1";
    internal const string Best = "palette 6";
    internal const string Quiet = "#8a94a3";

    /// <summary>What the figures call trials that do not satisfy their constraints.</summary>
    internal const string InfeasibleName = "misses a constraint";

    /// <summary>Blue for better, orange for worse, grey between: legible on both backgrounds.</summary>
    private static readonly (double Place, string Color)[] Scale =
        [(0, "#1467b3"), (0.25, "#5b9fd4"), (0.5, "#a9a7ad"), (0.75, "#ee9f5b"), (1, "#d2600a")];

    internal JsonObject[] Data { get; } = [.. data];

    internal JsonObject Layout { get; } = layout;

    /// <summary>The title as people read it, or an empty text.</summary>
    internal string Title => Layout["title"] switch
    {
        JsonObject title => Read((string?)title["text"] ?? ""),
        JsonValue text => Read((string?)text ?? ""),
        _ => "",
    };

    /// <summary>What a trace is called: its name, or its type and number.</summary>
    internal string NameOf(int trace) => Data[trace]["name"] is JsonValue name && name.GetValueKind() == JsonValueKind.String
        ? Read((string)name!)
        : Invariant($"{(string?)Data[trace]["type"]} {trace + 1}");

    /// <summary>The same figure under a title, which is taken as plain text.</summary>
    internal Figure Titled(string title)
    {
        JsonObject titled = (JsonObject)Layout.DeepClone();
        titled["title"] = new JsonObject { ["text"] = Numbers.PlainText(title) };
        return new Figure(Data, titled);
    }

    /// <summary>The figure as <c>{"data": […], "layout": {…}}</c>.</summary>
    internal string ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (JsonObject trace in Data) trace.WriteTo(writer);
            writer.WriteEndArray();
            writer.WritePropertyName("layout");
            Layout.WriteTo(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>A figure over two axes.</summary>
    /// <param name="title">The title, plain text.</param>
    /// <param name="across">The horizontal axis.</param>
    /// <param name="up">The vertical axis.</param>
    /// <param name="data">The traces.</param>
    /// <param name="height">Height in pixels.</param>
    internal static Figure Over(string title, JsonObject across, JsonObject up, IEnumerable<JsonObject> data, int height = 420) =>
        new Figure(data, new JsonObject { ["xaxis"] = across, ["yaxis"] = up, ["height"] = height }).Titled(title);

    /// <summary>An axis of numbers.</summary>
    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="isLog">Whether equal distances are equal ratios.</param>
    /// <param name="range">The ends shown, unless the axis is logarithmic.</param>
    internal static JsonObject Axis(string title, bool isLog = false, (double Low, double High)? range = null)
    {
        JsonObject axis = new() { ["title"] = new JsonObject { ["text"] = Numbers.PlainText(title) } };
        if (isLog) (axis["type"], axis["exponentformat"]) = ("log", "power"); // 10⁻⁶, where plotly.js would write 1µ
        if (range is { } ends) axis["range"] = new JsonArray(ends.Low, ends.High);
        return axis;
    }

    /// <summary>
    /// Texts are categories, and equal ones would share a place: the second of them gets an invisible character, the
    /// third two.
    /// </summary>
    internal static JsonArray Distinct(JsonArray places)
    {
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        return [.. places.Select(place =>
        {
            if (place?.GetValueKind() != JsonValueKind.String) return place?.DeepClone();
            string text = (string)place!;
            int before = seen.GetValueOrDefault(text);
            seen[text] = before + 1;
            return JsonValue.Create(text + new string('\u200b', before));
        })];
    }

    private static string Read(string text) => WebUtility.HtmlDecode(text.Replace("<br>", " ", StringComparison.Ordinal));

    /// <summary>Points that know their trials: the page shows all of a trial on hovering, a figure alone its number and place.</summary>
    internal static JsonObject Points(IEnumerable x, IEnumerable y, IEnumerable<int> trials, string name, JsonObject marker)
    {
        JsonObject trace = new()
        {
            ["type"] = "scatter",
            ["mode"] = "markers",
            ["name"] = name,
            ["x"] = Numbers.Plot(x),
            ["y"] = Numbers.Plot(y),
            ["marker"] = marker,
        };
        return OfTrials(trace, trials);
    }

    /// <summary>Separate points.</summary>
    internal static JsonObject Points(IEnumerable x, IEnumerable y, string name, double opacity = 1) => new()
    {
        ["type"] = "scatter",
        ["mode"] = "markers",
        ["name"] = name,
        ["opacity"] = opacity,
        ["x"] = Numbers.Plot(x),
        ["y"] = Numbers.Plot(y),
    };

    /// <summary>Says which trial each point of a trace is of.</summary>
    internal static JsonObject OfTrials(JsonObject trace, IEnumerable<int> trials)
    {
        trace["customdata"] = Numbers.Plot(trials);
        trace["hovertemplate"] = "trial %{customdata}<br>%{x}<br>%{y}<extra></extra>";
        return trace;
    }

    /// <summary>A line.</summary>
    internal static JsonObject Line(
        IEnumerable x,
        IEnumerable y,
        string? name,
        string? color = null,
        double width = 2,
        string? shape = null,
        string? dash = null,
        bool hasMarkers = false)
    {
        JsonObject line = new() { ["width"] = width };
        if (color is not null) line["color"] = color;
        if (shape is not null) line["shape"] = shape;
        if (dash is not null) line["dash"] = dash;
        JsonObject trace = new()
        {
            ["type"] = "scatter",
            ["mode"] = hasMarkers ? "lines+markers" : "lines",
            ["x"] = Numbers.Plot(x),
            ["y"] = Numbers.Plot(y),
            ["line"] = line
        };
        if (name is null) trace["showlegend"] = false;
        else trace["name"] = name;
        return trace;
    }

    internal static JsonObject InfeasibleMarker() => Marker(Quiet, 6, 0.8, "diamond-open");

    internal static JsonObject Marker(string color, double size = 6, double opacity = 1, string symbol = "circle") =>
        new() { ["color"] = color, ["size"] = size, ["opacity"] = opacity, ["symbol"] = symbol };

    /// <summary>Pale for early and strong for late trials.</summary>
    internal static JsonArray TimeScale() => [new JsonArray(0, "#9aa9bb"), new JsonArray(0.5, "#4f93c9"), new JsonArray(1, "#1467b3")];

    internal static JsonArray ColorScale() => [.. Scale.Select(stop => new JsonArray(stop.Place, stop.Color))];

    internal static JsonObject ColorBar(string title) => new()
    {
        ["title"] = new JsonObject { ["text"] = Numbers.PlainText(title), ["side"] = "right" },
        ["thickness"] = 12,
        ["outlinewidth"] = 0,
    };
}
