using System.Collections;
using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <content>Values over a plane, and points in space.</content>
public sealed partial class Chart
{
    /// <summary>A matrix as coloured cells; the first row is at the bottom unless <c>ReverseYAxis</c> is set.</summary>
    /// <param name="zData">Rows of values, all of one length, or a two-dimensional array.</param>
    /// <param name="X">What stands under each column: texts or numbers.</param>
    /// <param name="Y">What stands beside each row: texts or numbers.</param>
    /// <param name="Name">What hovering says.</param>
    /// <param name="ColorScale">A plotly scale, as <c>Viridis</c> (the default) or <c>RdBu</c> for values around 0.</param>
    /// <param name="ZMid">The value in the middle of the scale, as 0 for correlations.</param>
    /// <param name="ReverseYAxis">Whether the first row is at the top, as matrices are written.</param>
    /// <param name="ZMin">The value at the lower end of the scale, as 0 for probabilities; by default the smallest there is.</param>
    /// <param name="ZMax">The value at the upper end; only with <paramref name="ZMin"/>.</param>
    /// <param name="ShowScale">Whether the scale stands beside the figure.</param>
    /// <param name="ValueFormat">How the values are written into their cells, in d3's format as <c>.2f</c>; null leaves the cells empty.</param>
    /// <exception cref="ShapeException">Rows differ in length, or names do not match rows and columns.</exception>
    public static Chart Heatmap(
        IEnumerable zData, IEnumerable? X = null, IEnumerable? Y = null, string? Name = null, string ColorScale = "Viridis",
        double? ZMid = null, bool ReverseYAxis = false, double? ZMin = null, double? ZMax = null, bool ShowScale = true, string? ValueFormat = null)
    {
        JsonObject trace = Plane("heatmap", "heatmap", zData, X, Y, Name, ColorScale);
        Set(trace, "zmid", ZMid);
        Set(trace, "zmin", ZMin);
        Set(trace, "zmax", ZMax);
        if (!ShowScale) trace["showscale"] = false;
        if (ValueFormat is not null) trace["texttemplate"] = "%{z:" + ValueFormat + "}";
        Chart chart = Of(trace);
        return ReverseYAxis ? chart.Edit(layout => Child(layout, "yaxis")["autorange"] = "reversed") : chart;
    }

    /// <summary>Lines of equal value over a plane, filled between.</summary>
    /// <param name="zData">Rows of values, all of one length, or a two-dimensional array: z[row][column] at (X[column], Y[row]).</param>
    /// <param name="X">The columns' places.</param>
    /// <param name="Y">The rows' places.</param>
    /// <param name="Name">What hovering says.</param>
    /// <param name="ColorScale">A plotly scale.</param>
    /// <exception cref="ShapeException">Rows differ in length, or places do not match rows and columns.</exception>
    public static Chart Contour(
        IEnumerable zData, IEnumerable? X = null, IEnumerable? Y = null, string? Name = null, string ColorScale = "Viridis") =>
        Of(Plane("contour", "contour", zData, X, Y, Name, ColorScale));

    /// <summary>Values over a plane as a surface in space that can be turned.</summary>
    /// <param name="zData">Rows of values, all of one length, or a two-dimensional array: the height at (X[column], Y[row]).</param>
    /// <param name="X">The columns' places.</param>
    /// <param name="Y">The rows' places.</param>
    /// <param name="Name">What hovering says.</param>
    /// <param name="Opacity">0 (unseen) to 1.</param>
    /// <param name="ColorScale">A plotly scale.</param>
    /// <exception cref="ShapeException">Rows differ in length, or places do not match rows and columns.</exception>
    public static Chart Surface(
        IEnumerable zData, IEnumerable? X = null, IEnumerable? Y = null, string? Name = null, double? Opacity = null,
        string ColorScale = "Viridis")
    {
        JsonObject trace = Plane("surface", "surface", zData, X, Y, Name, ColorScale);
        Set(trace, "opacity", Opacity);
        return Of(trace);
    }

    /// <summary>Points in space that can be turned, or with <c>ShowLine</c> a path through them.</summary>
    /// <param name="x">First coordinates.</param>
    /// <param name="y">Second coordinates.</param>
    /// <param name="z">Third coordinates.</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="MultiText">A text a point, shown on hovering.</param>
    /// <param name="MarkerColor">A CSS colour.</param>
    /// <param name="MarkerSize">Diameter in pixels.</param>
    /// <param name="ShowLine">Whether the points are joined in their order.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Chart Scatter3D<TX, TY, TZ>(
        IEnumerable<TX> x, IEnumerable<TY> y, IEnumerable<TZ> z, string? Name = null, IEnumerable<string>? MultiText = null, string? MarkerColor = null,
        double? MarkerSize = 4, bool ShowLine = false)
        where TX : IConvertible
        where TY : IConvertible
        where TZ : IConvertible
    {
        JsonObject trace = Trace("scatter3d", Name, null);
        (trace["x"], trace["y"], trace["z"]) = (Numbers.Plot(x), Numbers.Plot(y), Numbers.Plot(z));
        SameLength("scatter3D", ("x", (JsonArray)trace["x"]!), ("y", (JsonArray)trace["y"]!), ("z", (JsonArray)trace["z"]!));
        trace["mode"] = ShowLine ? "lines+markers" : "markers";
        SetTexts("scatter3D", trace, MultiText, ((JsonArray)trace["x"]!).Count);
        SetMarker(trace, MarkerColor, MarkerSize, null);
        return Of(trace);
    }

    private static JsonObject Plane(string operation, string type, IEnumerable zData, IEnumerable? x, IEnumerable? y, string? name, string colorScale)
    {
        JsonArray z = [.. Rows(zData).Select(Numbers.Plot)];
        int columns = z.Count == 0 ? 0 : ((JsonArray)z[0]!).Count;
        for (int row = 1; row < z.Count; row++)
        {
            int count = ((JsonArray)z[row]!).Count;
            if (count != columns) throw Errors.Ragged("chart." + operation, columns, row, count);
        }

        JsonObject trace = new() { ["type"] = type, ["z"] = z };
        if (x is not null) trace["x"] = Figure.Distinct(Places(operation, "X", x, columns, "columns"));
        if (y is not null) trace["y"] = Figure.Distinct(Places(operation, "Y", y, z.Count, "rows"));
        Set(trace, "name", name);
        trace["colorscale"] = colorScale;
        return trace;
    }

    private static JsonArray Places(string operation, string name, IEnumerable values, int count, string what)
    {
        JsonArray places = Numbers.Plot(values);
        return places.Count == count
            ? places
            : throw Errors.PerItem("chart." + operation, name, places.Count, count, what);
    }

    private static IEnumerable<IEnumerable> Rows(IEnumerable zData) => zData is Array { Rank: 2 } matrix
        ? Enumerable.Range(0, matrix.GetLength(0)).Select(row => Enumerable.Range(0, matrix.GetLength(1)).Select(column => matrix.GetValue(row, column)))
        : zData.Cast<IEnumerable>();
}
