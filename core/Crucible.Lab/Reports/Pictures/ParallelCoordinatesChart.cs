using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws every trial as a line across all parameters.</summary>
internal static class ParallelCoordinatesChart
{
    private const string Title = "Parallel coordinates";

    internal static Picture Draw(StudyView study)
    {
        if (study.Complete.Length == 0) return Picture.LeftOut(Title, "No trial is complete.");
        if (study.Parameters.Length == 0) return Picture.LeftOut(Title, "The trials have no parameters.");
        return Picture.ByObjective(Title, study, objective => Draw(study, objective));
    }

    private static (Chart Chart, string Says) Draw(StudyView study, Objective objective)
    {
        ParallelCoordinates lines = ParallelCoordinates.Of(study, objective);
        ValueRange range = ValueRange.Of(objective, study.Complete.Select(objective.Of));
        FrozenTrial[] trials = lines.Shown.Trials;
        double[] values = [.. trials.Select(trial => range.Clamp(objective.Of(trial)))];
        double room = range.High > range.Low ? 0 : 0.5;
        JsonObject first = Dimension(new ParallelAxis(objective.Name, values, range.Low - room, range.High + room, []));
        JsonObject trace = new()
        {
            ["type"] = "parcoords",
            ["line"] = new JsonObject { ["color"] = Numbers.Plot(Ranks.Of([.. trials.Select(objective.Loss)])), ["colorscale"] = Traces.ColorScale(), ["cmin"] = 0, ["cmax"] = 1, ["showscale"] = false },
            ["dimensions"] = new JsonArray([first, .. lines.Axes.Select(Dimension)]),
            ["labelangle"] = lines.Axes.Count > 6 ? -12 : 0,
            ["rangefont"] = new JsonObject { ["color"] = "rgba(0,0,0,0)" }, // the ends are at the ticks already
            ["labelfont"] = new JsonObject { ["size"] = 12 },
        };
        JsonObject layout = new() { ["margin"] = new JsonObject { ["t"] = lines.Axes.Count > 6 ? 90 : 50, ["l"] = 70, ["r"] = 70, ["b"] = 30 } };
        string hidden = lines.LeftOut > 0 ? Errors.Text($" The {lines.LeftOut} least important parameters have no axis.") : "";
        return (Chart.Of([trace], layout), $"Each line is a trial, from the worst in orange to the best in blue and on top; drag along an axis to see only the trials that pass there.{hidden}{range.Says()}{lines.Shown.Says()}");
    }

    private static JsonObject Dimension(ParallelAxis axis)
    {
        JsonObject dimension = new()
        {
            ["label"] = Numbers.PlainText(axis.Name),
            ["values"] = Numbers.Plot(axis.Places),
            ["range"] = new JsonArray(axis.Low, axis.High),
        };
        if (axis.Ticks.Count == 0) return dimension;
        dimension["tickvals"] = Numbers.Plot(axis.Ticks.Select(tick => tick.Place));
        dimension["ticktext"] = Numbers.Plot(axis.Ticks.Select(tick => tick.Text));
        return dimension;
    }
}
