using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>Draws what further search may still improve, after more and more trials, beside the error of an evaluation.</summary>
internal static class Terminator
{
    private const string Title = "Terminator improvement";

    internal static Panel Draw(StudyView study)
    {
        if (study.Objectives.Length > 1) return Panel.LeftOut(Title, "It is defined for one objective.");
        if (study.Infeasible.Length > 0) return Panel.LeftOut(Title, "It knows no constraints, and trials miss theirs.");
        if (study.Complete.Length < RegretBound.LeastTrials)
            return Panel.LeftOut(
                Title, Invariant($"It takes {RegretBound.LeastTrials} complete trials, and there are {study.Complete.Length}."));
        if (study.Parameters.Length == 0) return Panel.LeftOut(Title, "The trials have no parameters.");
        Objective objective = study.Objectives[0];
        IReadOnlyList<RegretBound> bounds = RegretBound.History(study.Complete, study.Parameters, objective.Loss);
        if (bounds.Count == 0) return Panel.LeftOut(Title, "All trials have the same value.");
        JsonObject bound =
            Figure.Line(bounds.Select(at => at.Trial), bounds.Select(at => at.Improvement), "at most to be gained", Figure.Good, 2.5);
        bound["mode"] = "lines+markers";
        JsonObject error = Figure.Line(
            bounds.Select(at => at.Trial), bounds.Select(at => at.Error), "error of an evaluation", Figure.Cut, 2, dash: "dash");
        JsonObject axis = Figure.Axis(objective.Name);
        (axis["type"], axis["dtick"], axis["tickformat"]) = ("log", "D2", "~g");
        return Panel.Drawn(
            Title,
            new Figure([bound, error], new JsonObject { ["xaxis"] = Figure.Axis("trial"), ["yaxis"] = axis, ["height"] = 340 }),
            Says(bounds[^1], objective));
    }

    private static string Says(RegretBound last, Objective objective)
    {
        string verdict = last.Improvement < last.Error
            ? "Less than an evaluation's error is to be gained: more trials are hardly worth while."
            : "That is more than an evaluation's error: more trials may pay.";
        return $"By a Gaussian process of the trials, further search improves {objective.Name} by at most {Words.Value(last.Improvement)}; what the process cannot explain, "
            + $"and takes for the error of an evaluation, is {Words.Value(last.Error)}. {verdict}";
    }
}
