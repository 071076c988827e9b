using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>The pairs of parameters that a figure offers, those of the most important parameters first.</summary>
internal static class Pairs
{
    private const int MostParameters = 8;
    internal const int MostPoints = 500; // a pair: there may be 28

    /// <summary>A figure with a variant for each pair and objective.</summary>
    internal static Panel Draw(string title, StudyView study, Func<Objective, Parameter, Parameter, (Figure Figure, string Says)> draw)
    {
        if (study.Complete.Length == 0) return Panel.LeftOut(title, "No trial is complete.");
        if (study.Parameters.Length < 2)
            return Panel.LeftOut(
                title,
                study.Parameters.Length == 1 ? "The trials have one parameter only, and it takes two." : "The trials have no parameters.");
        Parameter[] order = [.. study.ByImportance(study.Objectives[0]).Take(MostParameters)];
        (Parameter Across, Parameter Up, string Name)[] pairs =
        [
            .. from up in Enumerable.Range(1, order.Length - 1)
               from across in Enumerable.Range(0, up)
               // in an order that does not change as the study grows
               let pair = study.Parameters.Where(parameter => parameter == order[across] || parameter == order[up]).ToArray()
               select (pair[0], pair[1], $"{pair[0].Name} × {pair[1].Name}"),
        ];
        return Panel.Chosen(
            title, [
                new Choice("parameters", [.. pairs.Select(pair => pair.Name)]),
                new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])
            ],
            from pair in pairs
            from objective in study.Objectives
            let drawn = draw(objective, pair.Across, pair.Up)
            select (new[] { pair.Name, objective.Name }, drawn.Figure, drawn.Says));
    }

    /// <summary>The complete trials that asked for both.</summary>
    internal static FrozenTrial[] Asked(StudyView study, Parameter across, Parameter up) =>
        [.. study.Complete.Where(trial => trial.Set[across.Name] is not null && trial.Set[up.Name] is not null)];
}

/// <summary>How a parameter lies along an axis: by ratios where it was searched so, as names where it has choices.</summary>
internal static class ParameterAxis
{
    internal static bool IsLog(Parameter parameter) =>
        parameter.Distribution is FloatDistribution { Log: true } or IntDistribution { Log: true };

    /// <summary>What plotly.js takes as a value: a number, or the text of a choice.</summary>
    internal static object Shown(Parameter parameter, double value) =>
        parameter.Distribution is CategoricalDistribution choices ? choices.Choices[(int)value] : value;

    /// <summary>The axis's settings.</summary>
    internal static JsonObject Of(Parameter parameter)
    {
        JsonObject axis = Figure.Axis(parameter.Name);
        if (IsLog(parameter)) (axis["type"], axis["exponentformat"]) = ("log", "power");
        if (parameter.Distribution is CategoricalDistribution choices)
            (axis["type"], axis["categoryorder"], axis["categoryarray"]) = ("category", "array", Numbers.Plot(choices.Choices));
        return axis;
    }

    /// <summary>An axis of an objective's values.</summary>
    internal static JsonObject Of(ValueRange range)
    {
        JsonObject axis = Figure.Axis(range.Objective.Name);
        axis["range"] = new JsonArray(range.Axis.Low, range.Axis.High);
        return axis;
    }
}
