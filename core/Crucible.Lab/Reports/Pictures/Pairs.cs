using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>The pairs of parameters that a picture offers, those of the most important parameters first.</summary>
internal static class Pairs
{
    private const int MostParameters = 8;
    internal const int MostPoints = 500; // a pair: there may be 28

    /// <summary>A picture with a variant for each pair and objective.</summary>
    internal static Picture Draw(string title, StudyView study, Func<Objective, Parameter, Parameter, (Chart Chart, string Says)> draw)
    {
        if (study.Complete.Length == 0) return Picture.LeftOut(title, "No trial is complete.");
        if (study.Parameters.Length < 2) return Picture.LeftOut(title, study.Parameters.Length == 1 ? "The trials have one parameter only, and it takes two." : "The trials have no parameters.");
        Parameter[] order = [.. study.ByImportance(study.Objectives[0]).Take(MostParameters)];
        (Parameter Across, Parameter Up, string Name)[] pairs =
        [
            .. from up in Enumerable.Range(1, order.Length - 1)
               from across in Enumerable.Range(0, up)
               let pair = study.Parameters.Where(parameter => parameter == order[across] || parameter == order[up]).ToArray() // in an order that does not change as the study grows
               select (pair[0], pair[1], $"{pair[0].Name} × {pair[1].Name}"),
        ];
        return Picture.Chosen(
            title, [new Choice("parameters", [.. pairs.Select(pair => pair.Name)]), new Choice("of", [.. study.Objectives.Select(objective => objective.Name)])],
            from pair in pairs
            from objective in study.Objectives
            let drawn = draw(objective, pair.Across, pair.Up)
            select (new[] { pair.Name, objective.Name }, drawn.Chart, drawn.Says));
    }

    /// <summary>The complete trials that asked for both.</summary>
    internal static FrozenTrial[] Asked(StudyView study, Parameter across, Parameter up) =>
        [.. study.Complete.Where(trial => trial.Set[across.Name] is not null && trial.Set[up.Name] is not null)];
}
