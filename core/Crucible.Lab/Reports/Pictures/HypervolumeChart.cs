using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws how the volume that the Pareto front dominates grew from trial to trial.</summary>
internal static class HypervolumeChart
{
    private const string Title = "Hypervolume history";

    internal static Picture Draw(StudyView study)
    {
        if (study.Objectives.Length == 1) return Picture.LeftOut(Title, "The study has one objective.");
        if (study.Complete.Length == 0) return Picture.LeftOut(Title, "No trial is complete.");
        HypervolumeHistory history = HypervolumeHistory.Of(study);
        JsonObject line = Traces.Line(history.Points.Select(point => point.Trial), history.Points.Select(point => point.Volume), null, Traces.Good, 2.5, "hv");
        JsonObject volume = ParameterAxis.Titled("dominated volume");
        volume["rangemode"] = "tozero";
        return Picture.Drawn(Title, Chart.Of([line], new JsonObject { ["xaxis"] = ParameterAxis.Titled("trial"), ["yaxis"] = volume }), Says(study, history));
    }

    private static string Says(StudyView study, HypervolumeHistory history)
    {
        double whole = history.Points[^1].Volume;
        string reference = Words.List([.. study.Objectives.Select((objective, i) => $"{objective.Name} {Words.Value(history.Reference[i])}")]);
        if (whole == 0) return $"No trial is better than the worst value in every objective ({reference}), so the volume is 0.";
        int most = history.Points.First(point => point.Volume >= 0.95 * whole).Trial;
        int last = history.Points.First(point => point.Volume == whole).Trial;
        return Errors.Text($"95 % of the final volume, {Words.Value(whole)}, was reached with trial {most}; it last grew with trial {last}. It is counted from {reference}.");
    }
}
