using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// Draws the share of the variance that each parameter has, and what pairs have beyond that: of the variance of the objective
/// (fANOVA), and of that of being among the best trials (PED-ANOVA).
/// </summary>
internal static class ImportanceBars
{
    private const string Title = "Parameter importance";
    private const int MostPairs = 5;
    private const double LeastPair = 0.01; // a smaller share is not worth a bar
    private const double LeastFit = 0.3;

    private static readonly Dictionary<ImportanceMethod, string> Methods = new()
    {
        [ImportanceMethod.Fanova] = "fANOVA: the whole space",
        [ImportanceMethod.PedAnova] = "PED-ANOVA: the best 10 %",
    };

    internal static Panel Draw(StudyView study)
    {
        Objective[] known = [.. study.Objectives.Where(objective => study.Importance(objective).Reason is null)];
        if (known.Length == 0) return Panel.LeftOut(Title, Sentence(study.Importance(study.Objectives[0]).Reason!));
        return Panel.Chosen(
            Title,
            [new Choice("of", [.. study.Objectives.Select(objective => objective.Name)]), new Choice("by", [.. Methods.Values])],
            from objective in study.Objectives
            from method in Methods
            let drawn = Draw(study.Importance(objective, method.Key))
            select (new[] { objective.Name, method.Value }, drawn.Figure, drawn.Says));
    }

    private static string Sentence(string reason) => $"{char.ToUpperInvariant(reason[0])}{reason[1..]}.";

    private static (Figure Figure, string Says) Draw(Importance importance)
    {
        (string Name, double Share, double Deviation, string Color)[] bars =
        [
            .. importance.Parameters.Select(share => (share.Name, share.Share, share.Deviation, Figure.Good)),
            .. importance.Pairs.Where(pair => pair.Share >= LeastPair).Take(MostPairs)
                .Select(pair => ($"{pair.First} with {pair.Second}", pair.Share, 0.0, Figure.Quiet)),
        ];
        Array.Reverse(bars); // plotly.js draws from below
        JsonObject trace = new()
        {
            ["type"] = "bar",
            ["orientation"] = "h",
            ["y"] = Numbers.Plot(bars.Select(bar => bar.Name)),
            ["x"] = Numbers.Plot(bars.Select(bar => 100 * bar.Share)),
            ["marker"] = new JsonObject { ["color"] = Numbers.Plot(bars.Select(bar => bar.Color)) },
            ["error_x"] = new JsonObject
            {
                ["type"] = "data",
                ["array"] = Numbers.Plot(bars.Select(bar => 100 * bar.Deviation)),
                ["thickness"] = 1,
                ["color"] = Figure.Quiet
            },
            ["text"] = Numbers.Plot(bars.Select(bar => Words.Percent(bar.Share))),
            ["textposition"] = "none",
            ["hovertemplate"] = "%{y}: %{x:.1f} %<extra></extra>",
            ["showlegend"] = false,
        };
        JsonObject names = new() { ["type"] = "category", ["tickfont"] = new JsonObject { ["size"] = 12 } };
        bool isOfBest = importance.Method == ImportanceMethod.PedAnova;
        JsonObject shares = Figure.Axis(isOfBest ? "share of the variance of being among the best, %" : "share of the variance, %");
        (shares["rangemode"], shares["range"]) =
            ("tozero", new JsonArray(0, Math.Min(100, Math.Max(10, 115 * bars.Max(bar => bar.Share + bar.Deviation)))));
        JsonObject layout = new() { ["xaxis"] = shares, ["yaxis"] = names, ["height"] = Math.Max(360, 100 + (26 * bars.Length)) };
        return (new Figure([trace], layout), Says(importance));
    }

    private static string Says(Importance importance)
    {
        if (importance.Reason is { } reason) return Sentence(reason);
        ParameterShare first = importance.Parameters[0];
        string second = importance.Parameters.Count > 1
            ? Invariant($", {importance.Parameters[1].Name} {Words.Percent(importance.Parameters[1].Share)}")
            : "";
        if (importance.Method == ImportanceMethod.PedAnova)
        {
            return Invariant(
                $"{first.Name} tells the best 10 % of the trials from all others most: {Words.Percent(first.Share)}{second}. PED-ANOVA compares what values the best trials have with those that all have, one parameter at a time.");
        }

        double together = 1 - importance.Parameters.Sum(share => share.Share);
        string fit = importance.Fit < LeastFit
            ? Invariant(
                $" The random forest that the shares are of hardly predicts unseen trials (R² {importance.Fit:F2}): take them as guesses.")
            : Invariant($" The shares are those of a random forest, which predicts unseen trials with R² {importance.Fit:F2}.");
        return Invariant(
            $"{first.Name} explains {Words.Percent(first.Share)} of the variance{second}; {Words.Percent(Math.Max(together, 0))} is the work of several together (grey bars: pairs).{fit}");
    }
}
