using System.Globalization;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>
/// A study that somebody looks at, with all its trials, those under way too. Like the catalog it is looked at again when it may
/// have changed.
/// </summary>
internal sealed class WatchedStudy : IDisposable
{
    private readonly StoreReader store;
    private readonly Lock gate = new();
    private readonly Pace pace = new();
    private readonly TrialsRead place = new();
    private readonly SortedDictionary<int, FrozenTrial> trials = [];
    private readonly Lazy<LiveStudy> figures;
    private object? stamp;
    private FrozenTrial[] newest = [];
    private IReadOnlyDictionary<string, Distribution> ranges = new Dictionary<string, Distribution>();

    internal WatchedStudy(StoreReader store, StudyDefinition study)
    {
        (this.store, Study) = (store, study);
        figures = new Lazy<LiveStudy>(() => new LiveStudy(() => (Ended(), 0), View, Ended()));
    }

    internal StudyDefinition Study { get; }

    /// <summary>The figures, which the first who asks waits for.</summary>
    internal LiveStudy Figures => figures.Value;

    /// <summary>When it was last asked for.</summary>
    internal long Asked { get; private set; } = Environment.TickCount64;

    /// <summary>All trials, by number.</summary>
    internal FrozenTrial[] Trials()
    {
        lock (gate)
        {
            Asked = Environment.TickCount64;
            if (!pace.IsDue) return newest;
            object? now = store.Stamp;
            if (now is not null && now.Equals(stamp)) return newest;
            newest = pace.Paid(Look);
            stamp = now;
            return newest;
        }
    }

    /// <summary>Those that have ended, as figures show them.</summary>
    internal FrozenTrial[] Ended() => [.. Trials().Where(trial => trial.State is not (TrialState.Waiting or TrialState.Running))];

    internal StudyView View(IReadOnlyList<FrozenTrial> shown) => new(Study.Name, Study.Directions, shown);

    /// <exception cref="OptionException">There is no such trial.</exception>
    internal FrozenTrial Find(string number)
    {
        _ = Trials();
        lock (gate)
        {
            bool isNumber = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int wanted);
            return isNumber && trials.TryGetValue(wanted, out FrozenTrial? trial) ? trial : throw ReportErrors.NoTrial(Study.Name, number);
        }
    }

    public void Dispose()
    {
        if (figures.IsValueCreated) figures.Value.Leave();
    }

    private FrozenTrial[] Look()
    {
        IReadOnlyList<TrialRow> rows = store.News(Study.Name, place);
        if (rows.Count == 0) return newest;
        ranges = store.Parameters(Study.Name); // after the trials, so that it has all that they asked for
        foreach (TrialRow row in rows) trials[row.Number] = new FrozenTrial(row, Parameters(row), Study.Seed) { Study = Study.Id };
        return [.. trials.Values];
    }

    /// <summary>What a trial asked for; of one that runs and has not reported yet, what was planned for it.</summary>
    private ParameterSet Parameters(TrialRow row)
    {
        bool isPlanned = row.Parameters is null && row.State is TrialState.Waiting or TrialState.Running;
        if (!isPlanned) return ParameterSet.Of(row, name => ranges[name]);
        return JsonValues.ValuesOf(row.Plan).Keys.All(ranges.ContainsKey) ? ParameterSet.Parse(row.Plan, name => ranges[name]) : new();
    }
}
