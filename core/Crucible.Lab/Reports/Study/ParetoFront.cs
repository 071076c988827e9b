using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>The complete trials in three parts.</summary>
/// <param name="Front">Those that satisfy their constraints and that no other of them beats in all objectives, by number.</param>
/// <param name="Beaten">The others of them.</param>
/// <param name="Infeasible">Those that do not satisfy their constraints.</param>
internal sealed record ParetoFront(IReadOnlyList<FrozenTrial> Front, Thinned Beaten, Thinned Infeasible)
{
    private const string Title = "Pareto front";

    internal static Panel Draw(StudyView study)
    {
        if (study.Objectives.Length == 1) return Panel.LeftOut(Title, "The study has one objective.");
        if (study.Objectives.Length > 3)
            return Panel.LeftOut(Title, Invariant($"The study has {study.Objectives.Length} objectives, and a panel at most three axes."));
        if (study.Complete.Length == 0) return Panel.LeftOut(Title, "No trial is complete.");
        ParetoFront front = ParetoFront.Of(study);
        return Panel.Drawn(Title, study.Objectives.Length == 2 ? InPlane(study, front) : InSpace(study, front), Says(study, front));
    }

    private static Figure InPlane(StudyView study, ParetoFront front)
    {
        (Objective first, Objective second) = (study.Objectives[0], study.Objectives[1]);
        FrozenTrial[] along = [.. front.Front.OrderBy(first.Of).ThenBy(second.Of)];
        // Up to the next point of the front the last one's value counts, seen from the side that is better.
        JsonObject edge =
            Figure.Line(along.Select(first.Of), along.Select(second.Of), null, Figure.Good, 1.5, first.IsMinimized ? "hv" : "vh");
        edge["hoverinfo"] = "skip";
        JsonObject Points(IReadOnlyList<FrozenTrial> trials, string name, JsonObject marker) =>
            Figure.Points(trials.Select(first.Of), trials.Select(second.Of), trials.Select(trial => trial.Number), name, marker);
        return new Figure(
            [
                .. front.Infeasible.Of == 0
                    ? Array.Empty<JsonObject>()
                    : [Points(front.Infeasible.Trials, Figure.InfeasibleName, Figure.InfeasibleMarker())],
                Points(front.Beaten.Trials, "beaten", Figure.Marker(Figure.Quiet, 5, 0.6)),
                edge,
                Points(front.Front, "on the front", Figure.Marker(Figure.Good, 8))
            ],
            new JsonObject { ["xaxis"] = ParameterAxis.Of(Range(study, first)), ["yaxis"] = ParameterAxis.Of(Range(study, second)) });
    }

    private static Figure InSpace(StudyView study, ParetoFront front)
    {
        JsonObject Points(IReadOnlyList<FrozenTrial> trials, string name, JsonObject marker) => Figure.OfTrials(
            new JsonObject
            {
                ["type"] = "scatter3d",
                ["mode"] = "markers",
                ["name"] = name,
                ["x"] = Numbers.Plot(trials.Select(study.Objectives[0].Of)),
                ["y"] = Numbers.Plot(trials.Select(study.Objectives[1].Of)),
                ["z"] = Numbers.Plot(trials.Select(study.Objectives[2].Of)),
                ["marker"] = marker,
            },
            trials.Select(trial => trial.Number));
        JsonObject scene = [];
        foreach ((char axis, Objective objective) in "xyz".Zip(study.Objectives))
            scene[$"{axis}axis"] = ParameterAxis.Of(Range(study, objective));
        return new Figure(
            [
                .. front.Infeasible.Of == 0
                    ? Array.Empty<JsonObject>()
                    : [Points(front.Infeasible.Trials, Figure.InfeasibleName, Figure.Marker(Figure.Quiet, 3, 0.5, "diamond-open"))],
                Points(front.Beaten.Trials, "beaten", Figure.Marker(Figure.Quiet, 3, 0.5)),
                Points(front.Front, "on the front", Figure.Marker(Figure.Good, 5))
            ],
            new JsonObject { ["scene"] = scene, ["height"] = 560 });
    }

    private static ValueRange Range(StudyView study, Objective objective) => ValueRange.Of(objective, study.Complete.Select(objective.Of));

    private static string Says(StudyView study, ParetoFront front)
    {
        if (front.Front.Count == 0) return "No complete trial satisfies its constraints.";
        string missed = front.Infeasible.Of == 0
            ? ""
            : $" {Words.Count(front.Infeasible.Of, "other trial misses a constraint", "other trials miss a constraint")}.";
        string ends = Words.List([.. study.Objectives.Select(objective =>
        {
            FrozenTrial best = objective.Best(front.Front)!;
            return Invariant($"{objective.Name} {Words.Value(objective.Of(best))} (trial {best.Number})");
        })]);
        return Invariant(
            $"{Words.Count(front.Front.Count, "trial")} of {Numeral.Of(study.Feasible.Length)} {(front.Front.Count == 1 ? "is" : "are")} beaten by no other in {(study.Objectives.Length == 2 ? "both" : "all three")} objectives at once. The best of each: {ends}.{missed}{front.Beaten.Says()}");
    }

    internal static ParetoFront Of(StudyView study)
    {
        double[][] losses = [.. study.Feasible.Select(trial => study.Objectives.Select(objective => objective.Loss(trial)).ToArray())];
        FrozenTrial[] front = [.. Pareto.Front(losses).Select(i => study.Feasible[i])];
        Objective first = study.Objectives[0];
        return new ParetoFront(
            front, Thinned.From([.. study.Feasible.Except(front)], first), Thinned.From(study.Infeasible, first));
    }
}
