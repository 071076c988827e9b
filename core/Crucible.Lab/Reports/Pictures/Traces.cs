using System.Collections;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Parts of plotly.js figures that several pictures are made of.</summary>
internal static class Traces
{
    /// <summary>Above so many points the graphics card draws them; browsers allow few such figures on a page, so only pictures that show all trials use it.</summary>
    internal const int ManyPoints = 1500;

    /// <summary>Colours that tell states apart on light and dark pages, and for colour-blind readers: Okabe and Ito (2008).</summary>
    internal const string Good = "#2b8cc4";
    internal const string Cut = "#e69f00";
    internal const string Bad = "#d1495b";
    internal const string Quiet = "#8d99a8";

    /// <summary>Blue for better, orange for worse, grey between: legible on both backgrounds.</summary>
    private static readonly (double Place, string Color)[] Scale =
        [(0, "#1467b3"), (0.25, "#5b9fd4"), (0.5, "#a9a7ad"), (0.75, "#ee9f5b"), (1, "#d2600a")];

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

    /// <summary>Says which trial each point of a trace is of.</summary>
    internal static JsonObject OfTrials(JsonObject trace, IEnumerable<int> trials)
    {
        trace["customdata"] = Numbers.Plot(trials);
        trace["hovertemplate"] = "trial %{customdata}<br>%{x}<br>%{y}<extra></extra>";
        return trace;
    }

    /// <summary>A line without points.</summary>
    internal static JsonObject Line(IEnumerable x, IEnumerable y, string? name, string? color = null, double width = 2, string? shape = null, string? dash = null)
    {
        JsonObject line = new() { ["width"] = width };
        if (color is not null) line["color"] = color;
        if (shape is not null) line["shape"] = shape;
        if (dash is not null) line["dash"] = dash;
        JsonObject trace = new() { ["type"] = "scatter", ["mode"] = "lines", ["x"] = Numbers.Plot(x), ["y"] = Numbers.Plot(y), ["line"] = line };
        if (name is null) trace["showlegend"] = false;
        else trace["name"] = name;
        return trace;
    }

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
