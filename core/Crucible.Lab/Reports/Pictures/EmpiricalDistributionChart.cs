using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>Draws the share of trials up to each value, for one study or several beside each other.</summary>
internal static class EmpiricalDistributionChart
{
    private const string Title = "Empirical distribution";

    internal static Picture Draw(StudyView study, IReadOnlyList<StudyView> others)
    {
        StudyView[] all = [.. new[] { study }.Concat(others).Where(one => one.Complete.Length > 0)];
        return all.Length == 0 ? Picture.LeftOut(Title, "No trial is complete.") : Picture.ByObjective(Title, study, objective => Draw(all, objective));
    }

    private static (Chart Chart, string Says) Draw(StudyView[] studies, Objective objective)
    {
        EmpiricalDistribution[] curves = [.. studies.Select(study => EmpiricalDistribution.Of(study, objective))];
        ValueRange range = ValueRange.Of(objective, studies.SelectMany(study => study.Complete).Select(objective.Of));
        JsonObject shares = ParameterAxis.Titled("share of trials, %");
        shares["range"] = new JsonArray(0, 102);
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(range), ["yaxis"] = shares };
        // Each curve begins at 0 below its first value, or steps up there from nothing.
        IEnumerable<JsonObject> traces = curves.Select(curve => Traces.Line(
            curve.Values.Take(1).Concat(curve.Values), curve.Shares.Select(share => 100 * share).Prepend(0), curves.Length > 1 ? curve.Study : null, shape: "hv"));
        return (Chart.Of(traces, layout), Says(curves, objective) + range.Says());
    }

    private static string Says(EmpiricalDistribution[] curves, Objective objective)
    {
        string better = objective.IsMinimized ? "or less" : "or more";
        string[] medians = [.. curves.Select((curve, i) => $"{(curves.Length == 1 ? "" : $"{curve.Study} ")}{Words.Value(curve.Median)}{(i == 0 ? $" {better}" : "")}")];
        string side = objective.IsMinimized ? "left" : "right";
        string comparison = curves.Length == 1 ? "" : $" The further {side} a curve lies, the better the search was.";
        return $"Half of the complete trials reach {Words.List(medians)}.{comparison}";
    }
}
