using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports.Pictures;

/// <summary>A study at one moment, from which every picture is computed: it does not grow while pictures are drawn.</summary>
internal sealed class StudyView
{
    private readonly Dictionary<int, Importance> importances = [];

    internal StudyView(string name, IReadOnlyList<StudyDirection> directions, IReadOnlyList<FrozenTrial> trials, IReadOnlyList<string>? objectives = null)
    {
        if (objectives is not null && objectives.Count != directions.Count) throw Errors.ObjectiveNames(objectives.Count, directions.Count);
        (Name, Trials) = (name, trials);
        Objectives = [.. directions.Select((direction, i) => new Objective(i, objectives?[i] ?? (directions.Count == 1 ? "value" : Errors.Text($"objective {i + 1}")), direction))];
        Complete = [.. trials.Where(trial => trial.State == TrialState.Complete)];
        Parameters = [.. trials.SelectMany(trial => trial.Set.Entries).Select(entry => entry.Parameter).DistinctBy(parameter => parameter.Name)];
    }

    internal string Name { get; }

    /// <summary>The trials that have ended, by number.</summary>
    internal IReadOnlyList<FrozenTrial> Trials { get; }

    /// <summary>Those that have their value.</summary>
    internal FrozenTrial[] Complete { get; }

    internal Objective[] Objectives { get; }

    /// <summary>Every parameter that a trial asked for, in the order of first appearance.</summary>
    internal Parameter[] Parameters { get; }

    internal static StudyView Of(Study study, IReadOnlyList<string>? objectives = null) => new(study.Name, study.Directions, study.Trials, objectives);

    internal int Count(TrialState state) => Trials.Count(trial => trial.State == state);

    /// <summary>How much each parameter matters for an objective, computed once.</summary>
    internal Importance Importance(Objective objective)
    {
        if (!importances.TryGetValue(objective.Index, out Importance? known))
            importances[objective.Index] = known = Studies.Importance.Of(Complete, Parameters, [.. Complete.Select(objective.Loss)]);
        return known;
    }

    /// <summary>The parameters, those that matter most first.</summary>
    internal Parameter[] ByImportance(Objective objective)
    {
        Importance importance = Importance(objective);
        return [.. importance.Parameters.Select(share => Array.Find(Parameters, parameter => parameter.Name == share.Name)!)];
    }
}
