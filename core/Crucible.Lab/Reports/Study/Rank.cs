using System.Text.Json.Nodes;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>
/// Draws the trials over two parameters, coloured by their rank, so that a few extreme values do not hide the order of
/// all others.
/// </summary>
internal static class Rank
{
    /// <summary>0 for the smallest loss, 1 for the largest; equal ones share the mean of their places.</summary>
    internal static double[] Of(double[] losses)
    {
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i])];
        double[] ranks = new double[losses.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && losses[order[end]] == losses[order[start]]) end++;
            double middle = losses.Length == 1 ? 0 : (start + end - 1) / 2.0 / (losses.Length - 1);
            for (; start < end; start++) ranks[order[start]] = middle;
        }

        return ranks;
    }

    internal static Panel Draw(StudyView study)
    {
        Dictionary<int, double[]> ranks =
            study.Objectives.ToDictionary(objective => objective.Index, objective => Rank.Of([.. study.Complete.Select(objective.Loss)]));
        Dictionary<int, int> places =
            study.Complete.Select((trial, i) => (trial.Number, i)).ToDictionary(pair => pair.Number, pair => pair.i);
        return Pairs.Draw("Rank", study, (objective, across, up) =>
        {
            FrozenTrial[] asked = Pairs.Asked(study, across, up);
            Thinned shown = Thinned.From(asked, objective, Pairs.MostPoints);
            JsonObject points = Figure.Points(
                shown.Trials.Select(trial => ParameterAxis.Shown(across, trial.Set[across.Name]!.Value)), shown.Trials.Select(trial =>
                    ParameterAxis.Shown(up, trial.Set[up.Name]!.Value)),
                shown.Trials.Select(trial => trial.Number), "trials",
                Marker(shown.Trials.Select(trial => ranks[objective.Index][places[trial.Number]])));
            points["showlegend"] = false;
            JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(across), ["yaxis"] = ParameterAxis.Of(up) };
            return (new Figure([points], layout), Says(study, objective, across, up) + shown.Says());
        });
    }

    private static JsonObject Marker(IEnumerable<double> ranks)
    {
        JsonObject bar = Figure.ColorBar("rank");
        (bar["tickvals"], bar["ticktext"]) =
            (new JsonArray(0, 0.25, 0.5, 0.75, 1), new JsonArray("best", "25 %", "median", "75 %", "worst"));
        return new JsonObject
        {
            ["color"] = Numbers.Plot(ranks),
            ["colorscale"] = Figure.ColorScale(),
            ["cmin"] = 0,
            ["cmax"] = 1,
            ["colorbar"] = bar,
            ["showscale"] = true,
            ["size"] = 8,
        };
    }

    private static string Says(StudyView study, Objective objective, Parameter across, Parameter up)
    {
        Slice[] best = [Slice.Of(study, objective, across), Slice.Of(study, objective, up)];
        return best.Any(slice => slice.Best.Count == 0)
            ? $"No complete trial asked for both {across.Name} and {up.Name}."
            : $"The best tenth of the trials has {across.Name} {best[0].Where()}, and {up.Name} {best[1].Where()}.";
    }
}
