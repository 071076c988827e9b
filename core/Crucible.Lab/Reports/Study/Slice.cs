using System.Text.Json.Nodes;
using Crucible.Lab.Studies;
using Crucible.Statistics;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>The trials along one parameter, and where the best tenth of them lie.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Shown">The complete trials that asked for it.</param>
/// <param name="Best">
/// The parameter's values in the best tenth of those that satisfy their constraints, at least one, the best first.
/// </param>
/// <param name="Feasible">How many these are.</param>
/// <param name="Range">The values in view.</param>
internal sealed record Slice(Parameter Parameter, Thinned Shown, IReadOnlyList<double> Best, int Feasible, ValueRange Range)
{
    private const string Title = "Slice";

    internal static Panel Draw(StudyView study)
    {
        if (study.Complete.Length == 0) return Panel.LeftOut(Title, "No trial is complete.");
        if (study.Parameters.Length == 0) return Panel.LeftOut(Title, "The trials have no parameters.");
        Parameter[] order = study.ByImportance(study.Objectives[0]);
        return Panel.Chosen(
            Title, [
                new Choice("along", [.. order.Select(parameter => parameter.Name)]),
                new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])
            ],
            from parameter in order
            from objective in study.Objectives
            let slice = Slice.Of(study, objective, parameter)
            select (new[] { parameter.Name, objective.Name }, Draw(slice, parameter, objective), slice.Says()));
    }

    private static Figure Draw(Slice slice, Parameter parameter, Objective objective)
    {
        FrozenTrial[] shown = [.. slice.Shown.Trials.Where(trial => trial.IsFeasible)];
        FrozenTrial[] infeasible = [.. slice.Shown.Trials.Where(trial => !trial.IsFeasible)];
        JsonObject marker = new()
        {
            ["color"] = Numbers.Plot(shown.Select(trial => trial.Number)),
            ["colorscale"] = Figure.TimeScale(),
            ["showscale"] = true,
            ["colorbar"] = Figure.ColorBar("trial"),
            ["size"] = 6,
            ["opacity"] = 0.8,
        };
        JsonObject trace = Points(shown, "trials", marker);
        trace["showlegend"] = false;
        JsonObject[] missed = infeasible.Length == 0 ? [] : [Points(infeasible, Figure.InfeasibleName, Figure.InfeasibleMarker())];
        JsonObject layout = new() { ["xaxis"] = ParameterAxis.Of(parameter), ["yaxis"] = ParameterAxis.Of(slice.Range) };
        return new Figure([.. missed, trace], layout);

        JsonObject Points(FrozenTrial[] trials, string name, JsonObject marker) => Figure.Points(
            trials.Select(trial => ParameterAxis.Shown(parameter, trial.Set[parameter.Name]!.Value)), trials.Select(objective.Of),
            trials.Select(trial => trial.Number), name, marker);
    }

    internal static Slice Of(StudyView study, Objective objective, Parameter parameter)
    {
        FrozenTrial[] asked = [.. study.Complete.Where(trial => trial.Set[parameter.Name] is not null)];
        FrozenTrial[] feasible = [.. asked.Where(trial => trial.IsFeasible)];
        IEnumerable<FrozenTrial> best = feasible.OrderBy(objective.Loss).ThenBy(trial => trial.Number).Take((feasible.Length + 9) / 10);
        return new Slice(
            parameter, Thinned.From(asked, objective), [.. best.Select(trial => trial.Set[parameter.Name]!.Value)], feasible.Length,
            ValueRange.Of(objective, study.Complete.Select(objective.Of)));
    }

    internal string Says()
    {
        if (Best.Count == 0)
            return $"No complete trial {(Shown.Of == 0 ? "" : "that satisfies its constraints ")}asked for {Parameter.Name}.";
        string among = Feasible < Shown.Of ? " that satisfy their constraints" : "";
        string best = Best.Count == 1
            ? "The best trial has"
            : Invariant($"The best {Best.Count} trials of {Numeral.Of(Feasible)}{among} have");
        return $"{best} {Parameter.Name} {Where()}.{Range.Says()}{Shown.Says()}";
    }

    /// <summary>Where the best lie, as words: a range, or choices with how often they were made.</summary>
    internal string Where()
    {
        if (Parameter.Distribution is CategoricalDistribution choices)
        {
            return Words.List([.. Best.GroupBy(value => value).OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
                .Select(group =>
                    Best.Count == 1 || group.Count() == Best.Count
                        ? choices.Choices[(int)group.Key]
                        : Invariant($"{choices.Choices[(int)group.Key]} ({group.Count()})"))]);
        }

        (double low, double high) = (Best.Min(), Best.Max());
        return low == high ? Words.Value(low) : $"from {Words.Value(low)} to {Words.Value(high)}";
    }
}
