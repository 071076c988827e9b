using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <content>Several charts as one figure: small multiples.</content>
public sealed partial class Chart
{
    private const double Gap = 0.08; // of the figure's width between neighbours: room for ticks and axis titles
    private const double TitleRoom = 0.14; // of a row's height, for its titles and the axis titles of the row above

    /// <summary>Lays charts out in rows and columns, each with axes of its own; a chart's title stands above it.</summary>
    /// <param name="charts">At most rows times columns, filled row by row from the top.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <exception cref="OptionException">There are more charts than places, or a chart of points in space or a grid is among them.</exception>
    public static Chart Grid(IEnumerable<Chart> charts, int rows, int columns)
    {
        Chart[] all = NotEmpty("grid", charts);
        if (rows < 1 || columns < 1 || all.Length > rows * columns)
            throw Errors.GridSize(rows, columns, all.Length);
        if (Array.Exists(all, chart => chart.Traces.Any(IsInSpace) || chart.Layout["xaxis2"] is not null))
            throw Errors.GridOfSpace();

        JsonObject layout = new() { ["height"] = 360 * rows, ["annotations"] = new JsonArray(), ["showlegend"] = all.Length < 2 };
        List<JsonObject> traces = [];
        for (int place = 0; place < all.Length; place++)
        {
            string suffix = place == 0 ? "" : Errors.Text($"{place + 1}");
            (double left, double right) = Span(place % columns, columns, Gap);
            (double below, double above) = Span(rows - 1 - (place / columns), rows, TitleRoom);
            PlaceAxes(layout, all[place], suffix, (left, right), (below, above));
            traces.AddRange(all[place].Traces.Select(trace => OnAxes(trace, suffix)));
        }

        return new Chart([.. traces], layout);
    }

    private static (double Start, double End) Span(int index, int count, double gap)
    {
        double size = (1 - (gap * (count - 1))) / count;
        double start = index * (size + gap);
        return (Math.Round(start, 4), Math.Round(start + size, 4));
    }

    private static void PlaceAxes(JsonObject layout, Chart chart, string suffix, (double Start, double End) x, (double Start, double End) y)
    {
        JsonObject xAxis = (JsonObject)(chart.Layout["xaxis"]?.DeepClone() ?? new JsonObject());
        JsonObject yAxis = (JsonObject)(chart.Layout["yaxis"]?.DeepClone() ?? new JsonObject());
        (xAxis["domain"], xAxis["anchor"]) = (new JsonArray(x.Start, x.End), "y" + suffix);
        (yAxis["domain"], yAxis["anchor"]) = (new JsonArray(y.Start, y.End), "x" + suffix);
        if (yAxis["scaleanchor"] is not null) yAxis["scaleanchor"] = "x" + suffix;
        layout["xaxis" + suffix] = xAxis;
        layout["yaxis" + suffix] = yAxis;
        Set(layout, "barmode", chart.Layout["barmode"]?.DeepClone());
        if (chart.Title.Length == 0) return;
        ((JsonArray)layout["annotations"]!).Add(new JsonObject
        {
            ["text"] = chart.Title,
            ["x"] = Math.Round((x.Start + x.End) / 2, 4),
            ["y"] = y.End,
            ["xref"] = "paper",
            ["yref"] = "paper",
            ["xanchor"] = "center",
            ["yanchor"] = "bottom",
            ["showarrow"] = false,
        });
    }

    private static JsonObject OnAxes(JsonObject trace, string suffix)
    {
        JsonObject copy = (JsonObject)trace.DeepClone();
        (copy["xaxis"], copy["yaxis"]) = ("x" + suffix, "y" + suffix);
        if ((string?)copy["type"] is "heatmap" or "contour") copy["showscale"] = false; // the scales would lie over each other
        return copy;
    }
}
