using System.Diagnostics;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Reports;

/// <summary>
/// The studies of a store with what their list shows, kept in mind between two looks: of a study that grows only what is new is
/// read. Who asks gets what there is; the store is looked at again when it may have changed and the last look has been paid for.
/// </summary>
internal sealed class StoreCatalog(StoreReader store)
{
    private readonly Lock gate = new();
    private readonly Pace pace = new();
    private readonly Dictionary<string, StudyDigest> digests = []; // by identity, or name in a store of before there were any
    private object? stamp;
    private StudyLine[] newest = [];

    internal StudyLine[] Newest()
    {
        lock (gate)
        {
            if (!pace.IsDue) return newest;
            object? now = store.Stamp;
            if (now is not null && now.Equals(stamp)) return newest;
            newest = pace.Paid(Look);
            stamp = now; // of before the look: what came meanwhile is seen next time
            return newest;
        }
    }

    /// <exception cref="OptionException">There is none of this name.</exception>
    internal StudyLine Find(string name) => Array.Find(Newest(), line => line.Study.Name == name) ?? throw ReportErrors.NoStudy(name);

    private StudyLine[] Look()
    {
        List<StudyLine> lines = [];
        foreach (StudyDefinition study in store.Studies())
        {
            string key = StudyLine.KeyOf(study);
            if (!digests.TryGetValue(key, out StudyDigest? digest)) digests[key] = digest = new StudyDigest(study);
            lines.Add(digest.Look(store));
        }

        HashSet<string> present = [.. lines.Select(line => line.Key)];
        foreach (string gone in digests.Keys.Where(key => !present.Contains(key)).ToArray()) digests.Remove(gone);
        return [.. lines];
    }
}

/// <summary>A study as the list shows it.</summary>
/// <param name="Study">What makes it this study.</param>
/// <param name="Complete">Trials that have their value.</param>
/// <param name="Pruned">Trials that a pruner ended.</param>
/// <param name="Failed">Trials that failed.</param>
/// <param name="Running">Trials that a worker has, or had when it was killed.</param>
/// <param name="Waiting">Trials that were interrupted.</param>
/// <param name="Best">The best trial of each objective that satisfies its constraints, without its parameters.</param>
/// <param name="Latest">When the last trial began, if there is one.</param>
internal sealed record StudyLine(
    StudyDefinition Study, int Complete, int Pruned, int Failed, int Running, int Waiting, FrozenTrial?[] Best, DateTimeOffset? Latest)
{
    internal string Key => KeyOf(Study);

    internal int Ended => Complete + Pruned + Failed;

    internal Objective[] Objectives => Objective.Of(Study.Directions);

    internal static string KeyOf(StudyDefinition study) => study.Id.Length > 0 ? study.Id : study.Name;
}

/// <summary>Counts the trials of a study, each once.</summary>
internal sealed class StudyDigest(StudyDefinition study)
{
    private static readonly ParameterSet Nothing = new();

    private readonly TrialsRead place = new();
    private readonly Objective[] objectives = Objective.Of(study.Directions);
    private readonly FrozenTrial?[] best = new FrozenTrial?[study.Directions.Count];
    private int complete, pruned, failed;
    private DateTimeOffset? latest;

    internal StudyLine Look(StoreReader store)
    {
        (int running, int waiting) = (0, 0);
        foreach (TrialRow row in store.BriefNews(study.Name, place))
        {
            if (row.Started != default && !(row.Started <= latest)) latest = row.Started;
            switch (row.State)
            {
                case TrialState.Complete:
                    complete++;
                    Compare(new FrozenTrial(row, Nothing));
                    break;
                case TrialState.Pruned:
                    pruned++;
                    break;
                case TrialState.Failed:
                    failed++;
                    break;
                case TrialState.Running:
                    running++;
                    break;
                case TrialState.Waiting:
                    waiting++;
                    break;
            }
        }

        return new StudyLine(study, complete, pruned, failed, running, waiting, [.. best], latest);
    }

    private void Compare(FrozenTrial trial)
    {
        if (!trial.IsFeasible) return;
        foreach (Objective objective in objectives.Where(objective => objective.Index < trial.Values.Count))
        {
            FrozenTrial? before = best[objective.Index];
            if (before is null || objective.IsBetter(objective.Of(trial), objective.Of(before))) best[objective.Index] = trial;
        }
    }
}

/// <summary>How often a store is looked at: not twice in half a second, and for a fifth of the time at most.</summary>
internal sealed class Pace
{
    private const double Rest = 4; // times as long as a look took
    private const double Least = 500; // milliseconds

    private long next = long.MinValue;

    internal bool IsDue => Environment.TickCount64 >= next;

    internal T Paid<T>(Func<T> look)
    {
        Stopwatch watch = Stopwatch.StartNew();
        T seen = look();
        next = Environment.TickCount64 + (long)Math.Max(Least, Rest * watch.Elapsed.TotalMilliseconds);
        return seen;
    }
}
