namespace Crucible.Lab.Studies;

/// <summary>The ended trials that the next choice may depend on, arranged for samplers. It only grows.</summary>
internal sealed class SearchHistory
{
    private readonly Dictionary<string, List<double>> units = [];
    private readonly List<Parameter> space = [];
    private int rows;

    internal ArraySegment<FinishedTrial> Trials { get; private set; } = ArraySegment<FinishedTrial>.Empty;

    /// <summary>Every parameter asked for so far, in the order of first appearance.</summary>
    internal IReadOnlyList<Parameter> Space => space;

    internal List<double> Units(string name) => units[name];

    /// <summary>Takes in the trials that are new among <paramref name="trials"/>.</summary>
    internal void Advance(ArraySegment<FinishedTrial> trials, Action<FinishedTrial> onNew)
    {
        foreach (FinishedTrial trial in trials[Trials.Count..])
        {
            Include(trial.Set);
            foreach ((Parameter parameter, double value) in trial.Set.Entries) units[parameter.Name].Add(parameter.Distribution.ToUnit(value));
            foreach (List<double> column in units.Values)
            {
                if (column.Count == rows) column.Add(double.NaN);
            }

            rows++;
            onNew(trial);
        }

        Trials = trials;
    }

    /// <summary>Widens the space by parameters that are new.</summary>
    internal void Include(ParameterSet set)
    {
        foreach ((Parameter parameter, double _) in set.Entries)
        {
            if (units.ContainsKey(parameter.Name)) continue;
            units[parameter.Name] = [.. Enumerable.Repeat(double.NaN, rows)]; // the trials before did not ask for it
            space.Add(parameter);
        }
    }
}
