using Microsoft.FSharp.Core;

namespace Crucible.Lab.Reports;

/// <content>The same settings as functions for F#'s pipeline, with Plotly.NET's names: <c>chart |&gt; Chart.withTitle "Loss"</c>.</content>
public sealed partial class Chart
{
    /// <summary>Puts a title above the figure.</summary>
    public static FSharpFunc<Chart, Chart> withTitle(string title) => Then(chart => chart.WithTitle(title));

    /// <summary>Names the horizontal axis, sets its ends or makes it logarithmic.</summary>
    /// <param name="TitleText">What is measured, with its unit.</param>
    /// <param name="MinMax">The ends shown, in the data's own numbers.</param>
    /// <param name="IsLog">Whether equal distances are equal ratios.</param>
    public static FSharpFunc<Chart, Chart> withXAxisStyle(string? TitleText = null, Tuple<double, double>? MinMax = null, bool IsLog = false) =>
        Then(chart => chart.WithXAxis(TitleText, MinMax?.ToValueTuple(), IsLog));

    /// <summary>Names the vertical axis, sets its ends or makes it logarithmic.</summary>
    /// <param name="TitleText">What is measured, with its unit.</param>
    /// <param name="MinMax">The ends shown, in the data's own numbers.</param>
    /// <param name="IsLog">Whether equal distances are equal ratios.</param>
    public static FSharpFunc<Chart, Chart> withYAxisStyle(string? TitleText = null, Tuple<double, double>? MinMax = null, bool IsLog = false) =>
        Then(chart => chart.WithYAxis(TitleText, MinMax?.ToValueTuple(), IsLog));

    /// <summary>Names the third axis of a figure in space.</summary>
    public static FSharpFunc<Chart, Chart> withZAxisStyle(string TitleText) => Then(chart => chart.WithZAxis(TitleText));

    /// <summary>Fixes the size in pixels.</summary>
    public static FSharpFunc<Chart, Chart> withSize(double Width, double Height) => Then(chart => chart.WithSize(Width, Height));

    /// <summary>Gives one unit the same length on both axes.</summary>
    public static FSharpFunc<Chart, Chart> withEqualAxes() => Then(chart => chart.WithEqualAxes());

    /// <summary>Hides both axes, as for a drawing whose places mean nothing by themselves.</summary>
    public static FSharpFunc<Chart, Chart> withoutAxes() => Then(chart => chart.WithoutAxes());

    /// <summary>Shows or hides the legend.</summary>
    public static FSharpFunc<Chart, Chart> withLegend(bool isShown) => Then(chart => chart.WithLegend(isShown));

    /// <summary>Sets how bars share a place: <c>group</c>, <c>stack</c>, <c>overlay</c> or <c>relative</c>.</summary>
    public static FSharpFunc<Chart, Chart> withBarMode(string mode) => Then(chart => chart.WithBarMode(mode));

    /// <summary>Adds horizontal error bars, one length a point.</summary>
    public static FSharpFunc<Chart, Chart> withXError<T>(IEnumerable<T> Array) where T : IConvertible => Then(chart => chart.WithXError(Array));

    /// <summary>Adds vertical error bars, one length a point.</summary>
    public static FSharpFunc<Chart, Chart> withYError<T>(IEnumerable<T> Array) where T : IConvertible => Then(chart => chart.WithYError(Array));

    /// <summary>Lays charts out in rows and columns: <c>[ a; b ] |&gt; Chart.Grid(1, 2)</c>.</summary>
    public static FSharpFunc<TCharts, Chart> Grid<TCharts>(int nRows, int nCols)
        where TCharts : IEnumerable<Chart> => FSharpFunc<TCharts, Chart>.FromConverter(charts => Grid(charts, nRows, nCols));

    private static FSharpFunc<Chart, Chart> Then(Converter<Chart, Chart> change) => FSharpFunc<Chart, Chart>.FromConverter(change);
}
