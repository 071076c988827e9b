using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws an estimate of the value over two parameters, and the trials that it is made of.</summary>
internal static class ContourChart
{
    private const double Contrast = 3; // worse values than these count alike, or the colours would tell nothing about the good ones

    internal static Picture Draw(StudyView study) => Pairs.Draw("Contour", study, (objective, across, up) =>
    {
        FrozenTrial[] asked = Pairs.Asked(study, across, up);
        ValueRange range = ValueRange.Of(objective, study.Complete.Select(objective.Of), Contrast);
        Thinned shown = Thinned.From(asked, objective, Pairs.MostPoints);
        Landscape landscape = Landscape.Of(shown.Trials, range, across, up);
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(across), ["yaxis"] = ParameterAxis.Of(up) };
        return (Chart.Of([Plane(landscape, range, across, up), Points(shown, across, up)], layout), Says(landscape, range, across, up) + shown.Says());
    });

    private static JsonObject Plane(Landscape landscape, ValueRange range, Parameter across, Parameter up)
    {
        bool isCells = Landscape.IsCountable(across) || Landscape.IsCountable(up);
        JsonObject plane = new()
        {
            ["type"] = isCells ? "heatmap" : "contour",
            ["x"] = Numbers.Plot(landscape.Across.Select(value => ParameterAxis.Shown(across, value))),
            ["y"] = Numbers.Plot(landscape.Up.Select(value => ParameterAxis.Shown(up, value))),
            ["z"] = new JsonArray([.. landscape.Values.Select(row => Numbers.Plot(row.Select(value => (object?)(double.IsNaN(value) ? null : Rounded(value)))))]),
            ["colorscale"] = Traces.ColorScale(),
            ["reversescale"] = !range.Objective.IsMinimized,
            ["colorbar"] = Traces.ColorBar(range.Objective.Name),
            ["hoverinfo"] = "skip",
        };
        if (!isCells) (plane["connectgaps"], plane["line"], plane["ncontours"]) = (false, new JsonObject { ["width"] = 0.5 }, 14);
        return plane;
    }

    private static double Rounded(double value) => value == 0 ? 0 : double.Parse(Errors.Text($"{value:G4}"), System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Points(Thinned shown, Parameter across, Parameter up)
    {
        JsonObject marker = Traces.Marker("#20262e", 5, 0.8);
        marker["line"] = new JsonObject { ["width"] = 1, ["color"] = "#ffffff" };
        JsonObject points = Traces.Points(
            shown.Trials.Select(trial => ParameterAxis.Shown(across, trial.Set[across.Name]!.Value)), shown.Trials.Select(trial => ParameterAxis.Shown(up, trial.Set[up.Name]!.Value)),
            shown.Trials.Select(trial => trial.Number), "trials", marker);
        points["showlegend"] = false;
        return points;
    }

    private static string Says(Landscape landscape, ValueRange range, Parameter across, Parameter up)
    {
        if (landscape.Best.Trial is not { } best) return $"No complete trial asked for both {across.Name} and {up.Name}.";
        string clipped = range.Beyond == 0 ? "" : $" Values {(range.Objective.IsMinimized ? "above" : "below")} {Words.Value(range.Worst)} count as {Words.Value(range.Worst)}.";
        return $"Trials around {across.Name} {Words.Setting(across, best.Set[across.Name]!.Value)} and {up.Name} {Words.Setting(up, best.Set[up.Name]!.Value)} "
            + $"were best, {Words.Value(landscape.Best.Value)} in the mean. Empty places have no trial near.{clipped}";
    }
}
