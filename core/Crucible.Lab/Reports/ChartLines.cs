using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <content>Curves, points and bands over two axes.</content>
public sealed partial class Chart
{
    /// <summary>A curve through the points (x, y), in the order given.</summary>
    /// <param name="x">Places along the horizontal axis.</param>
    /// <param name="y">One value a place.</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="MultiText">A text a point, shown on hovering.</param>
    /// <param name="Opacity">0 (unseen) to 1.</param>
    /// <param name="LineColor">A CSS colour; by default the next of the page's palette.</param>
    /// <param name="LineDash"><c>solid</c>, <c>dash</c>, <c>dot</c> or <c>dashdot</c>.</param>
    /// <param name="LineWidth">Width in pixels.</param>
    /// <param name="ShowMarkers">Whether each point is marked.</param>
    /// <param name="ShowLegend">Whether the legend lists it.</param>
    /// <exception cref="ShapeException">x, y or the texts differ in length.</exception>
    public static Chart Line<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, string? Name = null, IEnumerable<string>? MultiText = null, double? Opacity = null, string? LineColor = null,
        string? LineDash = null, double? LineWidth = null, bool ShowMarkers = false, bool ShowLegend = true)
        where TX : IConvertible
        where TY : IConvertible
    {
        JsonObject trace = Scatter("line", ShowMarkers ? "lines+markers" : "lines", Numbers.Plot(x), Numbers.Plot(y), Name, MultiText, Opacity, ShowLegend);
        SetLine(trace, LineColor, LineDash, LineWidth);
        return Of(trace);
    }

    /// <summary>A curve through pairs (x, y), as F# writes them: <c>Chart.Line [ 1, 2.5; 2, 1.5 ]</c>.</summary>
    /// <param name="xy">The pairs.</param>
    /// <param name="Name">What the legend says.</param>
    public static Chart Line<TX, TY>(IEnumerable<Tuple<TX, TY>> xy, string? Name = null)
        where TX : IConvertible
        where TY : IConvertible
    {
        Tuple<TX, TY>[] pairs = [.. xy];
        return Line(pairs.Select(pair => pair.Item1), pairs.Select(pair => pair.Item2), Name);
    }

    /// <summary>Separate points (x, y).</summary>
    /// <param name="x">Places along the horizontal axis.</param>
    /// <param name="y">One value a place.</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="MultiText">A text a point, shown on hovering.</param>
    /// <param name="Opacity">0 (unseen) to 1; below 1 shows where many points lie.</param>
    /// <param name="MarkerColor">A CSS colour; by default the next of the page's palette.</param>
    /// <param name="MarkerSize">Diameter in pixels.</param>
    /// <param name="MarkerSymbol">A plotly symbol, as <c>circle</c>, <c>diamond</c>, <c>x</c>.</param>
    /// <param name="ShowLegend">Whether the legend lists it.</param>
    /// <param name="TextPosition">Where each text is written beside its point, as <c>top center</c>; without it texts are shown on hovering.</param>
    /// <exception cref="ShapeException">x, y or the texts differ in length.</exception>
    public static Chart Point<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, string? Name = null, IEnumerable<string>? MultiText = null, double? Opacity = null, string? MarkerColor = null,
        double? MarkerSize = null, string? MarkerSymbol = null, bool ShowLegend = true, string? TextPosition = null)
        where TX : IConvertible
        where TY : IConvertible
    {
        JsonObject trace = Scatter("point", TextPosition is null ? "markers" : "markers+text", Numbers.Plot(x), Numbers.Plot(y), Name, MultiText, Opacity, ShowLegend);
        SetMarker(trace, MarkerColor, MarkerSize, MarkerSymbol);
        Set(trace, "textposition", TextPosition);
        return Of(trace);
    }

    /// <summary>Separate points as pairs (x, y).</summary>
    /// <param name="xy">The pairs.</param>
    /// <param name="Name">What the legend says.</param>
    public static Chart Point<TX, TY>(IEnumerable<Tuple<TX, TY>> xy, string? Name = null)
        where TX : IConvertible
        where TY : IConvertible
    {
        Tuple<TX, TY>[] pairs = [.. xy];
        return Point(pairs.Select(pair => pair.Item1), pairs.Select(pair => pair.Item2), Name);
    }

    /// <summary>A curve with the area under it filled.</summary>
    /// <param name="x">Places along the horizontal axis.</param>
    /// <param name="y">One value a place.</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="Opacity">0 (unseen) to 1.</param>
    /// <param name="LineColor">A CSS colour.</param>
    /// <exception cref="ShapeException">x and y differ in length.</exception>
    public static Chart Area<TX, TY>(IEnumerable<TX> x, IEnumerable<TY> y, string? Name = null, double? Opacity = null, string? LineColor = null)
        where TX : IConvertible
        where TY : IConvertible
    {
        JsonObject trace = Scatter("area", "lines", Numbers.Plot(x), Numbers.Plot(y), Name, null, Opacity, true);
        SetLine(trace, LineColor, null, null);
        trace["fill"] = "tozeroy";
        return Of(trace);
    }

    /// <summary>A curve within a shaded band from <paramref name="lower"/> to <paramref name="upper"/>: a confidence or a quantile range.</summary>
    /// <param name="x">Places along the horizontal axis.</param>
    /// <param name="y">The middle curve.</param>
    /// <param name="upper">The band's upper edge, one value a place.</param>
    /// <param name="lower">The band's lower edge, one value a place.</param>
    /// <param name="Name">What the legend says of the curve.</param>
    /// <param name="RangeName">What hovering says of the band.</param>
    /// <param name="LineColor">The colour <c>#rrggbb</c> of the curve; the band takes it, paler.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Chart Range<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, IEnumerable<TY> upper, IEnumerable<TY> lower, string? Name = null, string? RangeName = null, string LineColor = "#2b8cc4")
        where TX : IConvertible
        where TY : IConvertible
    {
        TX[] places = [.. x];
        JsonObject Edge(IEnumerable<TY> values)
        {
            JsonObject edge = Scatter("range", "lines", Numbers.Plot(places), Numbers.Plot(values), RangeName, null, null, false);
            SetLine(edge, LineColor, null, 0);
            return edge;
        }

        JsonObject bottom = Edge(lower);
        JsonObject top = Edge(upper);
        top["fill"] = "tonexty";
        top["fillcolor"] = LineColor + "33";

        // plotly.js would list filled curves from the last to the first.
        JsonObject layout = new() { ["legend"] = new JsonObject { ["traceorder"] = "normal" } };
        return new Chart([bottom, top, .. Line(places, y, Name, LineColor: LineColor).Traces], layout);
    }

    private static JsonObject Scatter(
        string operation, string mode, JsonArray x, JsonArray y, string? name, IEnumerable<string>? texts, double? opacity, bool showLegend)
    {
        SameLength(operation, ("x", x), ("y", y));
        JsonObject trace = Trace("scatter", name, opacity, showLegend);
        trace["mode"] = mode;
        trace["x"] = x;
        trace["y"] = y;
        SetTexts(operation, trace, texts, y.Count);
        return trace;
    }

    private static JsonObject Trace(string type, string? name, double? opacity, bool showLegend = true)
    {
        JsonObject trace = new() { ["type"] = type };
        Set(trace, "name", name);
        Set(trace, "opacity", opacity);
        if (!showLegend || name is null) trace["showlegend"] = false;
        return trace;
    }

    private static void SetTexts(string operation, JsonObject trace, IEnumerable<string>? texts, int count)
    {
        if (texts is null) return;
        JsonArray array = Numbers.Plot(texts);
        if (array.Count != count) throw Errors.PerItem("chart." + operation, "MultiText", array.Count, count, "points");
        trace["text"] = array;
    }

    private static void SetLine(JsonObject trace, string? color, string? dash, double? width)
    {
        if (color is null && dash is null && width is null) return;
        JsonObject line = Child(trace, "line");
        Set(line, "color", color);
        Set(line, "dash", dash);
        Set(line, "width", width);
    }

    private static void SetMarker(JsonObject trace, string? color, double? size, string? symbol)
    {
        if (color is null && size is null && symbol is null) return;
        JsonObject marker = Child(trace, "marker");
        Set(marker, "color", color);
        Set(marker, "size", size);
        Set(marker, "symbol", symbol);
    }

    private static void SameLength(string operation, params ReadOnlySpan<(string Name, JsonArray Values)> columns)
    {
        foreach ((string name, JsonArray values) in columns)
        {
            if (values.Count != columns[0].Values.Count)
                throw Errors.Lengths("chart." + operation, columns[0].Name, columns[0].Values.Count, name, values.Count);
        }
    }
}
