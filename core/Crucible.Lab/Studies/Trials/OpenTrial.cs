using System.Text.Json.Nodes;
using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>Hosts a trial that a study has under way in this process.</summary>
internal sealed class OpenTrial(StudyCore core, TrialRow row, TrialFolder folder, ArraySegment<FrozenTrial> visible)
    : ITrialHost
{
    private readonly JsonObject plan = JsonNode.Parse(row.Plan)!.AsObject();
    private readonly JsonObject? enqueued = row.Given is { } given ? JsonNode.Parse(given)!.AsObject() : null;
    private bool isSettled = row.Parameters is not null;
    private int? lastStep; // of this attempt: what an attempt that was cut off reported further on must not count

    internal int Number => row.Number;

    internal TrialTicket Ticket => row.Ticket;

    internal TrialFolder Folder => folder;

    internal int Attempt { get; private set; } = row.Attempts;

    internal DateTimeOffset Started { get; private set; } = row.Started;

    /// <summary>Whether its value may be told by number: then the store knows what it was suggested as soon as it is.</summary>
    internal bool IsAsked { get; init; }

    /// <summary>The settings that were enqueued for it and that it did not ask for.</summary>
    internal IEnumerable<string> NotAskedFor =>
        enqueued is null ? [] : enqueued.Select(one => one.Key).Where(name => Trial.Set[name] is null);

    public CancellationToken Token => core.Options.Cancellation;

    /// <summary>
    /// What went wrong with the store or the disk while the objective ran: never its own fault, even if it caught or
    /// wrapped the exception.
    /// </summary>
    internal StudyException? Fault { get; private set; }

    /// <summary>What the objective gets: a fresh trial for each attempt.</summary>
    internal Trial Trial { get; private set; } = null!;

    internal Trial Begin()
    {
        lastStep = null;
        return Trial = new Trial(this, row.Number, Attempt, Trial?.Reports ?? row.Reports, Trial?.Attributes ?? row.Attributes);
    }

    /// <summary>Begins where an earlier process has left it, with all that it was suggested and said there.</summary>
    internal void Restore(ParameterSet suggested, string? constraints)
    {
        lastStep = row.Reports is [.., var last] ? last.Step : null;
        Trial = new Trial(this, row.Number, Attempt, row.Reports, row.Attributes) { Set = suggested };
        foreach ((string name, double value) in FrozenTrial.Said(constraints)) Trial.Restrict(name, value);
    }

    /// <summary>Begins again after a failure.</summary>
    internal void Retry(string error)
    {
        Started = DateTimeOffset.UtcNow;
        core.Store.Retry(core.Definition.Name, Ticket, ++Attempt, error);
    }

    public ulong StudySeed => core.Definition.Seed;

    public string OpenFolder() => Guarded(() =>
    {
        try
        {
            return folder.Open();
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            throw StudyErrors.DiskFailed(row.Number, disk);
        }
    });

    public double Choose(Trial trial, Parameter parameter)
    {
        Guarded(() => core.Parameters.Check(parameter));
        if (enqueued is not null && enqueued.TryGetPropertyValue(parameter.Name, out JsonNode? set))
        {
            return parameter.Distribution.Given(set)
                ?? throw StudyErrors.EnqueuedOutside(parameter.Name, set?.ToJsonString() ?? "null", parameter.Distribution);
        }

        if (plan[parameter.Name] is { } shown && IsPlanned(parameter) && parameter.Distribution.Find(shown) is { } planned) return planned;
        int position = trial.Set.Entries.Count;
        // From the other end of the seed's streams than the planner's, whose trials' streams split by the number of a
        // redraw.
        Generator random = new Generator(~core.Definition.Seed).Split((ulong)row.Number).Split((ulong)position);
        return parameter.Distribution.FromUnit(core.Options.Sampler.SampleAlone(parameter.Distribution, position, random));
    }

    /// <summary>Whether the plan could have chosen any value of the range: else those that it knew would always win.</summary>
    private bool IsPlanned(Parameter parameter)
    {
        IEnumerable<Distribution> known = visible.Count == 0
            ? [core.Parameters.Find(parameter.Name)]
            : visible.Select(trial => trial.Set.Find(parameter.Name)).OfType<Distribution>();
        Distribution? joined = null;
        foreach (Distribution one in known)
        {
            if (ReferenceEquals(joined, one)) continue;
            joined = joined?.Joined(one) ?? one;
            if (joined.Joined(parameter.Distribution).Equals(joined)) return true;
        }

        return false;
    }

    public void Report(Trial trial, Measurement measurement) => Guarded(() =>
    {
        Settle();
        lastStep = measurement.Step;
        core.Store.Report(core.Definition.Name, Ticket, measurement, folder.Changes());
    });

    public void Noted(Trial trial)
    {
        if (!IsAsked || trial.Set.Entries.Count == 0) return;
        JsonObject suggested = new()
        {
            ["parameters"] = trial.Set.ToJson(),
            ["ranges"] = core.Parameters.Others(trial.Set),
            ["constraints"] = trial.Constraints,
        };
        Guarded(() => core.Store.Suggest(core.Definition.Name, Ticket, suggested.ToJsonString()));
    }

    public void Annotate(Trial trial, string attributes) =>
        Guarded(() => core.Store.Annotate(core.Definition.Name, Ticket, attributes));

    public Artifact Upload(Trial trial, string name, string path)
    {
        Artifact artifact = Artifact.Upload(core.Store, core.Definition.Name, row.Number, name, path);
        Guarded(() => core.Store.Keep(core.Definition.Name, Ticket, artifact));
        return artifact;
    }

    public bool ShouldPrune(Trial trial)
    {
        if (core.Definition.Directions.Count > 1) throw StudyErrors.PruneSeveral(core.Definition.Name, core.Definition.Directions.Count);
        Measurement[] reports = Reports(trial);
        return reports.Length > 0
            && core.Options.Pruner.ShouldPrune(new PrunerContext(row.Number, reports, visible, core.Definition.Directions[0]));
    }

    /// <summary>The value on the way with which the trial ended.</summary>
    internal double[] LastReport() => [.. Reports(Trial).TakeLast(1).Select(report => report.Value)];

    /// <summary>Makes known what trial 0 asked for, on which all others wait.</summary>
    internal void Settle()
    {
        if (isSettled || row.Number > 0) return;
        isSettled = true;
        core.Store.Settle(core.Definition.Name, Ticket, Trial.Set.ToJson());
        core.Signal();
    }

    private void Guarded(Action work) => Guarded(() =>
    {
        work();
        return 0;
    });

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (StudyException error)
        {
            Fault ??= error;
            throw;
        }
    }

    private Measurement[] Reports(Trial trial) => [.. trial.Reports.Where(report => report.Step <= (lastStep ?? -1))];
}
