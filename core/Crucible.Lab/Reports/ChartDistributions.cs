using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <content>Bars, histograms and box plots.</content>
public sealed partial class Chart
{
    /// <summary>Upright bars.</summary>
    /// <param name="values">The heights.</param>
    /// <param name="Keys">What stands under each bar; by default 0, 1, 2, …</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="MultiText">A text a bar, shown on hovering.</param>
    /// <param name="MarkerColor">A CSS colour.</param>
    /// <param name="Opacity">0 (unseen) to 1.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Chart Column<T>(
        IEnumerable<T> values, IEnumerable<string>? Keys = null, string? Name = null, IEnumerable<string>? MultiText = null, string? MarkerColor = null,
        double? Opacity = null)
        where T : IConvertible =>
        Categorical("xaxis", Keys is not null, Bars("column", "y", "x", Numbers.Plot(values), Keys, Name, MultiText, MarkerColor, Opacity));

    /// <summary>Lying bars: the form for long names. The first bar is the lowest.</summary>
    /// <param name="values">The lengths.</param>
    /// <param name="Keys">What stands beside each bar; by default 0, 1, 2, …</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="MultiText">A text a bar, shown on hovering.</param>
    /// <param name="MarkerColor">A CSS colour.</param>
    /// <param name="Opacity">0 (unseen) to 1.</param>
    /// <exception cref="ShapeException">The sequences differ in length.</exception>
    public static Chart Bar<T>(
        IEnumerable<T> values, IEnumerable<string>? Keys = null, string? Name = null, IEnumerable<string>? MultiText = null, string? MarkerColor = null,
        double? Opacity = null)
        where T : IConvertible
    {
        JsonObject trace = Bars("bar", "x", "y", Numbers.Plot(values), Keys, Name, MultiText, MarkerColor, Opacity);
        trace["orientation"] = "h";
        return Categorical("yaxis", Keys is not null, trace);
    }

    /// <summary>How often values fall in each interval.</summary>
    /// <param name="X">The values.</param>
    /// <param name="Name">What the legend says.</param>
    /// <param name="NBinsX">At most so many intervals; plotly chooses when it is not given.</param>
    /// <param name="HistNorm">Nothing for counts, or <c>probability</c>, <c>percent</c>, <c>density</c>, <c>probability density</c>.</param>
    /// <param name="MarkerColor">A CSS colour.</param>
    /// <param name="Opacity">0 (unseen) to 1; below 1 lets histograms overlie each other.</param>
    public static Chart Histogram<T>(
        IEnumerable<T> X, string? Name = null, int? NBinsX = null, string? HistNorm = null, string? MarkerColor = null, double? Opacity = null)
        where T : IConvertible
    {
        JsonObject trace = Trace("histogram", Name, Opacity);
        trace["x"] = Numbers.Plot(X);
        Set(trace, "nbinsx", NBinsX);
        Set(trace, "histnorm", HistNorm);
        SetMarker(trace, MarkerColor, null, null);
        return new Chart([trace], new JsonObject { ["barmode"] = "overlay" });
    }

    /// <summary>Median, quartiles, whiskers to 1.5 times the quartiles' distance, and the points beyond.</summary>
    /// <param name="Y">The values.</param>
    /// <param name="Name">What stands under the box.</param>
    /// <param name="ShowPoints">Whether every point is drawn beside the box.</param>
    /// <param name="MarkerColor">A CSS colour.</param>
    public static Chart BoxPlot<T>(IEnumerable<T> Y, string? Name = null, bool ShowPoints = false, string? MarkerColor = null)
        where T : IConvertible
    {
        JsonObject trace = Trace("box", Name, null, showLegend: false);
        trace["y"] = Numbers.Plot(Y);
        if (ShowPoints) trace["boxpoints"] = "all";
        SetMarker(trace, MarkerColor, null, null);
        return Categorical("xaxis", Name is not null, trace);
    }

    /// <summary>Keeps names apart evenly also when they look like numbers, as 25, 100, 300.</summary>
    private static Chart Categorical(string axis, bool hasNames, JsonObject trace) =>
        hasNames ? new Chart([trace], new JsonObject { [axis] = new JsonObject { ["type"] = "category" } }) : Of(trace);

    private static JsonObject Bars(
        string operation, string valueAxis, string keyAxis, JsonArray values, IEnumerable<string>? keys, string? name, IEnumerable<string>? texts, string? color,
        double? opacity)
    {
        JsonObject trace = Trace("bar", name, opacity);
        trace[valueAxis] = values;
        if (keys is not null)
        {
            JsonArray places = Numbers.Plot(keys);
            SameLength(operation, ("values", values), ("Keys", places));
            trace[keyAxis] = places;
        }

        SetTexts(operation, trace, texts, values.Count);
        if (texts is not null) trace["textposition"] = "none";
        SetMarker(trace, color, null, null);
        return trace;
    }
}
