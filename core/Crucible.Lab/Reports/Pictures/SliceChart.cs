using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws the values along one parameter.</summary>
internal static class SliceChart
{
    private const string Title = "Slice";

    internal static Picture Draw(StudyView study)
    {
        if (study.Complete.Length == 0) return Picture.LeftOut(Title, "No trial is complete.");
        if (study.Parameters.Length == 0) return Picture.LeftOut(Title, "The trials have no parameters.");
        Parameter[] order = study.ByImportance(study.Objectives[0]);
        return Picture.Chosen(
            Title, [new Choice("along", [.. order.Select(parameter => parameter.Name)]), new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])],
            from parameter in order
            from objective in study.Objectives
            let slice = Slice.Of(study, objective, parameter)
            select (new[] { parameter.Name, objective.Name }, Draw(slice, parameter, objective), slice.Says()));
    }

    private static Chart Draw(Slice slice, Parameter parameter, Objective objective)
    {
        FrozenTrial[] shown = slice.Shown.Trials;
        JsonObject marker = new()
        {
            ["color"] = Numbers.Plot(shown.Select(trial => trial.Number)),
            ["colorscale"] = Traces.TimeScale(),
            ["showscale"] = true,
            ["colorbar"] = Traces.ColorBar("trial"),
            ["size"] = 6,
            ["opacity"] = 0.8,
        };
        JsonObject trace = Traces.Points(
            shown.Select(trial => ParameterAxis.Shown(parameter, trial.Set[parameter.Name]!.Value)), shown.Select(objective.Of), shown.Select(trial => trial.Number), "trials", marker);
        trace["showlegend"] = false;
        return Chart.Of([trace], new JsonObject { ["xaxis"] = ParameterAxis.Of(parameter), ["yaxis"] = ParameterAxis.Of(slice.Range) });
    }
}
