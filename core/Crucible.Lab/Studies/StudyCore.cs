using System.Diagnostics;
using System.Text.Json.Nodes;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Studies;

/// <summary>A study without its public face: claims trials, plans them, and writes down how they end. It is used by all workers.</summary>
internal sealed class StudyCore : IDisposable
{
    private readonly Lock claims = new(); // taken before the store's
    private readonly object change = new();
    private readonly TrialArchive archive;
    private readonly Planner planner;
    private readonly HashSet<OpenTrial> open = [];
    private readonly string folder;
    private readonly UnsentTrials unsent;
    private readonly CancellationTokenRegistration cancellation;
    private readonly Fingerprint own;
    private readonly StopRules rules;
    private readonly Action<FrozenTrial> onEnd;
    private long end = long.MaxValue; // of this process's search, as a timestamp
    private Fingerprint known; // of the study in its store
    private string? edited; // since its earlier trials, which are reused on purpose
    private bool isAccepted;

    internal StudyCore(StudyDefinition wanted, StudyOptions options, Action<FrozenTrial> onEnd)
    {
        (Options, rules, this.onEnd) = (options, new StopRules(options), onEnd);
        Store = options.Store ?? SqliteStore.Default();
        own = Fingerprint.Of(options.Source ?? ScriptSource.OfProcess, options.Data, Store as SqliteStore);
        if (options.Anew) Remove(Store, wanted.Name, options.Folder);
        Definition = Store.Open(wanted with { Fingerprint = own.ToJson() });
        Definition.MustBe(wanted, options.Window);
        known = Fingerprint.Parse(Definition.Fingerprint);
        Earlier = Summary();
        folder = StudyFolder.Of(options.Folder ?? Store.Folder, wanted.Name, Definition.Id);
        unsent = new UnsentTrials(Path.Combine(folder, "unsent"));
        unsent.Send(row =>
        {
            Store.Finish(wanted.Name, row);
            FolderOf(row).Delete();
        });
        Parameters = new ParameterRegistry(Store, wanted.Name);
        archive = new TrialArchive(Store, Definition, Parameters.Find);
        planner = new Planner(Definition, options.Sampler, options.AllowDuplicates, Parameters.Find);
        cancellation = options.Cancellation.Register(Store.StopWaiting);
    }

    internal StudyOptions Options { get; }

    internal StudyDefinition Definition { get; }

    internal IStudyStore Store { get; }

    internal ParameterRegistry Parameters { get; }

    /// <summary>Whether no more trials are to begin in this process.</summary>
    internal bool IsStopped => Stopwatch.GetTimestamp() >= Interlocked.Read(ref end);

    /// <summary>Whether a rule ended the search.</summary>
    internal bool IsSearchOver => rules.IsMet;

    /// <summary>The study as it was found.</summary>
    internal StudySummary Earlier { get; }

    /// <summary><c>60 trials of 21:23 reused</c>, and what has changed since, if something has; null for a study without trials.</summary>
    internal string? Reused => Earlier.Ended == 0 ? null : $"{Earlier.Earlier} reused{(edited is null ? "" : $", though {edited}")}";

    /// <summary>Takes a study and its folder away.</summary>
    internal static void Remove(IStudyStore store, string name, string? folder)
    {
        if (folder is not null && store.Studies(name) is [{ Id: var id }]) StudyFolder.Erase(StudyFolder.Of(folder, name, id));
        store.Remove(name);
    }

    /// <summary>Sees, before anything of it runs, that an objective is the one that the study's trials are of.</summary>
    /// <param name="objective">The objective; null for one that the caller keeps to himself.</param>
    /// <exception cref="OptionException">It is another one, and the trials are not to be reused for it.</exception>
    internal void Accept(Delegate? objective)
    {
        if (isAccepted && objective is null) return;
        Fingerprint now = own.With(objective);
        if (known.ChangeTo(now) is { } changed && Summary() is { Ended: var ended, Open: var begun } found && ended + begun > 0)
        {
            if (!Options.Reuse) throw StudyErrors.Edited(Definition.Name, found.Earlier, changed, Options.Ways);
            edited = changed;
        }

        string before = known.ToJson();
        known = now.Or(known);
        if (known.ToJson() is var after && after != before) Store.Sign(Definition.Name, after);
        if (!isAccepted && Reused is { } reused) Options.Tell($"{Definition.Name}: {reused}.");
        isAccepted = true;
    }

    /// <summary>Begins a search, which has its time.</summary>
    internal void Start() => Interlocked.Exchange(
        ref end, Options.Timeout > 0 ? Stopwatch.GetTimestamp() + (long)(Options.Timeout * Stopwatch.Frequency) : long.MaxValue);

    /// <summary>Lets this process begin no more trials.</summary>
    internal void Stop()
    {
        Interlocked.Exchange(ref end, 0);
        Signal();
    }

    /// <summary>Trials that have ended, up to the first that has not.</summary>
    internal ArraySegment<FrozenTrial> Ended()
    {
        lock (claims) return archive.All();
    }

    /// <summary>Takes a trial for a worker, if there is one to take.</summary>
    internal (OpenTrial? Trial, bool IsOver) Claim(string worker, int count, bool isAsked = false)
    {
        lock (claims)
        {
            TrialClaim claim = Store.Claim(Definition.Name, new ClaimRequest
            {
                Worker = worker,
                Id = Definition.Id,
                Count = count,
                Needs = Needs,
                Plan = Plan,
            });
            return claim.Row is { } row ? (Open(row, isAsked), false) : (null, claim.IsOver);
        }
    }

    /// <summary>Takes a trial that <see cref="Study.Ask"/> gave to a process which is gone, with all that it was suggested there.</summary>
    internal OpenTrial TakeUp(int number)
    {
        lock (claims)
        {
            TrialRow row = Store.Claim(Definition.Name, number, "tell") ?? throw StudyErrors.NotToBeTold(number);
            OpenTrial trial = Open(row, isAsked: true);
            if (row.Suggested is not { } suggested)
            {
                Release(trial);
                throw StudyErrors.NotSuggested(number);
            }

            JsonNode known = JsonNode.Parse(suggested)!;
            row = row with { Parameters = (string?)known["parameters"], Ranges = (string?)known["ranges"] };
            trial.Restore(ParameterSet.Of(row, Parameters.Find), (string?)known["constraints"]);
            return trial;
        }
    }

    /// <summary>Writes down how a trial ended; on this machine's disk if the store cannot be reached.</summary>
    internal void Finish(OpenTrial trial, TrialEnd end)
    {
        TrialRow row = Row(trial, end);
        try
        {
            Store.Finish(Definition.Name, row);
        }
        catch (StudyException error)
        {
            Keep(row, error);
            trial.Folder.Leave();
            Forget(trial);
            throw;
        }

        trial.Folder.Delete();
        Forget(trial);
        if (end.State == TrialState.Complete && trial.NotAskedFor.ToArray() is [_, ..] names)
            Options.Tell(StudyErrors.EnqueuedUnknown(trial.Number, names, trial.Trial.Set));
        lock (onEnd) onEnd(new FrozenTrial(row, trial.Trial.Set, Definition.Seed) { Study = Definition.Id });
    }

    /// <summary>Gives a trial back, to be taken up again.</summary>
    internal void Release(OpenTrial trial)
    {
        Return(trial);
        Forget(trial);
    }

    /// <summary>Has no more to do with a trial that another worker has, perhaps with a folder beside this one's.</summary>
    internal void Lose(OpenTrial trial)
    {
        trial.Folder.Leave();
        Forget(trial);
    }

    /// <summary>The values of an objective, which must be finite and one a direction.</summary>
    internal IReadOnlyList<double> Checked(IReadOnlyList<double> values)
    {
        if (values.Count != Definition.Directions.Count) throw StudyErrors.ValueCount(values.Count, Definition.Directions.Count);
        foreach (double value in values)
        {
            if (!double.IsFinite(value)) throw StudyErrors.ValueNotFinite(value);
        }

        return values;
    }

    /// <summary>Tells waiting workers that something has changed.</summary>
    internal void Signal()
    {
        lock (change) Monitor.PulseAll(change);
    }

    /// <summary>Waits until something changes; not for ever, because another process may have changed it.</summary>
    /// <param name="times">How often the worker has waited already: many that wait long must not keep a store busy.</param>
    internal void Wait(int times)
    {
        lock (change) Monitor.Wait(change, TimeSpan.FromMilliseconds(50 << Math.Min(times, 3)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (claims)
        {
            if (open.Count > 0) Store.StopWaiting();
            foreach (OpenTrial trial in open) Return(trial);
            open.Clear();
        }

        cancellation.Dispose();
        Store.Dispose();
    }

    private StudySummary Summary() => Store.Studies(Definition.Name) is [var one] ? one : throw StudyErrors.StudyRemoved(Definition.Name);

    private string? Plan(PlanRequest request)
    {
        ArraySegment<FrozenTrial> visible = archive.First(Needs(request.Number, request.First));
        return rules.Hold(visible) ? null : planner.Plan(request, visible);
    }

    private OpenTrial Open(TrialRow row, bool isAsked)
    {
        ArraySegment<FrozenTrial> visible = row.Number == 0 ? ArraySegment<FrozenTrial>.Empty : archive.First(Needs(row.Number, First()));
        OpenTrial trial = new(this, row, FolderOf(row), visible) { IsAsked = isAsked };
        open.Add(trial);
        return trial;
    }

    private int Needs(int number, string? first) => number == 0
        ? 0
        : Options.Sampler.Needs(number, Definition.Window, first is null ? 0 : ParameterSet.Parse(first, Parameters.Find).Entries.Count);

    private string? First() => archive.First(1) is [var first] ? first.Set.ToJson() : Store.Settled(Definition.Name);

    private void Forget(OpenTrial trial)
    {
        lock (claims) open.Remove(trial);
        Signal();
    }

    private void Return(OpenTrial trial)
    {
        try
        {
            Store.Release(Definition.Name, trial.Ticket, trial.Folder.Changes());
        }
        catch (StudyException)
        {
            // A store that cannot be reached, or takes no file so large, gives the trial away once this process ends.
        }

        trial.Folder.Leave();
    }

    private void Keep(TrialRow row, StudyException error)
    {
        try
        {
            unsent.Keep(row);
        }
        catch (Exception disk) when (disk is IOException or UnauthorizedAccessException)
        {
            throw StudyErrors.ResultUnkept(row.Number, error, disk);
        }
    }

    private TrialFolder FolderOf(TrialRow row) =>
        new(row.Number, row.Claim, folder, Store.KeepsFiles ? () => Store.Files(Definition.Name, row.Number) : null);

    private TrialRow Row(OpenTrial trial, TrialEnd end) => new()
    {
        Number = trial.Number,
        State = end.State,
        Attempts = trial.Attempt,
        Parameters = trial.Trial.Set.ToJson(),
        Ranges = Parameters.Others(trial.Trial.Set),
        Values = end.Values,
        Constraints = trial.Trial.Constraints,
        Error = end.Error,
        Started = trial.Started,
        Seconds = (DateTimeOffset.UtcNow - trial.Started).TotalSeconds,
        Claim = trial.Ticket.Claim,
        Attributes = trial.Trial.Attributes,
        Reports = trial.Trial.Reports,
    };
}
