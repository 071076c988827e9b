using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>How a parameter lies along an axis: by ratios where it was searched so, as names where it has choices.</summary>
internal static class ParameterAxis
{
    internal static bool IsLog(Parameter parameter) => parameter.Distribution is FloatDistribution { Log: true } or IntDistribution { Log: true };

    internal static bool HasChoices(Parameter parameter) => parameter.Distribution is CategoricalDistribution;

    /// <summary>What plotly.js takes as a value: a number, or the text of a choice.</summary>
    internal static object Shown(Parameter parameter, double value) => parameter.Distribution is CategoricalDistribution choices ? choices.Choices[(int)value] : value;

    /// <summary>The axis's settings.</summary>
    internal static JsonObject Of(Parameter parameter)
    {
        JsonObject axis = Titled(parameter.Name);
        if (IsLog(parameter)) (axis["type"], axis["exponentformat"]) = ("log", "power");
        if (parameter.Distribution is CategoricalDistribution choices)
            (axis["type"], axis["categoryorder"], axis["categoryarray"]) = ("category", "array", Numbers.Plot(choices.Choices));
        return axis;
    }

    /// <summary>An axis of numbers.</summary>
    internal static JsonObject Titled(string title) => new() { ["title"] = new JsonObject { ["text"] = Numbers.PlainText(title) } };

    /// <summary>An axis of an objective's values.</summary>
    internal static JsonObject Of(ValueRange range)
    {
        JsonObject axis = Titled(range.Objective.Name);
        axis["range"] = new JsonArray(range.Axis.Low, range.Axis.High);
        return axis;
    }
}
