using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// A search for the parameters that make an objective small or large. Its trials run on several threads, or in several
/// processes that share a store; they and their values are the same
/// whatever the number of workers, and after any interruption. A study that is in its store already goes on where it
/// was.
/// </summary>
/// <remarks>
/// Trial n depends on the seed, on n, and on the trials 0 … n − <see cref="StudyOptions.Window"/> alone. Only trial 0
/// runs by itself until its first report, or its end, so that the
/// parameters are known to those that follow. No two trials get the same parameters unless
/// <see cref="StudyOptions.AllowDuplicates"/> says so: a small space may end before the count.
/// What its trials follow from is kept with it: the script with what it loads, or the compiled code of the objective, and
/// the data files. When that has changed, the study does not go on by itself: <see cref="StudyOptions.Anew"/> and
/// <see cref="StudyOptions.Reuse"/> are the two ways on. Whoever only looks at its trials needs neither.
/// </remarks>
public sealed partial class Study : IDisposable
{
    private readonly StudyCore core;
    private readonly Dictionary<int, OpenTrial> asked = [];

    /// <summary>Opens a study, or begins it.</summary>
    /// <param name="name">Its name in the store.</param>
    /// <param name="options">How it searches; defaults when not given.</param>
    /// <exception cref="StudyException">An option is out of its range, the store cannot be used, or has a study of this
    /// name that was begun with other options.</exception>
    public Study(string name, StudyOptions? options = null)
    {
        options ??= new StudyOptions();
        options.Check();
        if (string.IsNullOrWhiteSpace(name)) throw StudyErrors.StudyOption(nameof(name), "a name", $"'{name}'");
        Name = name;
        core = new StudyCore(
            new StudyDefinition(
                name, options.Directions, options.Seed, options.Sampler.ToString(), options.Pruner.ToString(), options.NewWindow),
            options,
            trial => options.OnEnd?.Invoke(this, trial));
    }

    /// <summary>Its name in the store.</summary>
    public string Name { get; }

    /// <summary>One an objective.</summary>
    public IReadOnlyList<StudyDirection> Directions => core.Definition.Directions;

    /// <summary>
    /// What was there when the study was opened, as <c>60 trials of 21:23 reused</c>; null where nothing was. It is told when
    /// the study goes on, and stands in its report.
    /// </summary>
    public string? Reused => core.Reused;

    /// <summary>The trials that have ended, by number, up to the first that has not.</summary>
    public IReadOnlyList<FrozenTrial> Trials => core.Ended();

    /// <summary>How many trials it is to have, as far as this process was told; 0 before that.</summary>
    internal int Wanted { get; private set; }

    /// <summary>The complete trial that satisfies its constraints and has the best value; of several, the first.</summary>
    /// <exception cref="StudyException">
    /// No trial is complete, none of them satisfies its constraints (the message says which is nearest), or there are several
    /// objectives.
    /// </exception>
    public FrozenTrial BestTrial
    {
        get
        {
            if (Directions.Count > 1) throw StudyErrors.SeveralDirections(Name, Directions.Count);
            FrozenTrial[] complete = Complete();
            if (complete.Length == 0) throw StudyErrors.NoTrialComplete(Name, Trials);
            IEnumerable<FrozenTrial> feasible = complete.Where(trial => trial.IsFeasible);
            FrozenTrial? best = Directions[0] == StudyDirection.Minimize
                ? feasible.MinBy(trial => trial.Value)
                : feasible.MaxBy(trial => trial.Value);
            return best ?? throw StudyErrors.NoTrialFeasible(Name, complete);
        }
    }

    /// <summary>
    /// The complete trials that satisfy their constraints and that no other such trial beats in all objectives, by number; for
    /// a single objective, those with the best value. None, where no trial satisfies its constraints.
    /// </summary>
    public IReadOnlyList<FrozenTrial> BestTrials
    {
        get
        {
            FrozenTrial[] feasible = [.. Complete().Where(trial => trial.IsFeasible)];
            return [.. Pareto.Front([.. feasible.Select(Losses)]).Select(i => feasible[i])];
        }
    }

    /// <summary>The volume that the Pareto front dominates up to a reference point.</summary>
    /// <param name="reference">One value an objective, as the worst that counts.</param>
    /// <exception cref="StudyException">The reference has not one value a direction.</exception>
    public double Hypervolume(IEnumerable<double> reference)
    {
        double[] limits = [.. reference];
        if (limits.Length != Directions.Count) throw StudyErrors.ReferenceCount(limits.Length, Directions.Count);
        return Studies.Hypervolume.Of([.. BestTrials.Select(Losses)], Losses(limits));
    }

    /// <summary>
    /// Goes on until the study has so many trials, counted from its beginning, or until <see cref="Stop"/> or a rule of
    /// <see cref="StudyOptions"/> (<c>Timeout</c>, <c>Patience</c>, <c>Target</c>) ends it earlier. An exception of the objective fails its
    /// trial and no other.
    /// </summary>
    /// <param name="trials">How many, those of earlier runs and those that were added included.</param>
    /// <param name="objective">What is to be made small or large: it asks the trial for parameters and returns a value.
    /// Several threads call it at once.</param>
    /// <exception cref="OperationCanceledException"><see cref="StudyOptions.Cancellation"/> was cancelled; all that had
    /// ended is kept.</exception>
    /// <exception cref="OptionException">The study's trials are of another objective or other data.</exception>
    /// <exception cref="StudyException">The search space contradicts itself, or the store fails.</exception>
    public void Optimize(int trials, Func<Trial, double> objective) => Run(trials, objective, trial => [objective(trial)]);

    /// <summary>Goes on until the study has so many trials, for several objectives.</summary>
    /// <inheritdoc cref="Optimize"/>
    public void OptimizeMany(int trials, Func<Trial, IEnumerable<double>> objective) =>
        Run(trials, objective, trial => [.. objective(trial)]);

    /// <summary>Begins a trial whose value is told by <see cref="Tell(Trial, double)"/>.</summary>
    /// <exception cref="StudyException">The trial depends on trials that were not told yet, or every point of the space
    /// was visited.</exception>
    /// <exception cref="OptionException">The study's trials are of another script or other data.</exception>
    public Trial Ask()
    {
        core.Accept(null);
        foreach (OpenTrial earlier in asked.Values) earlier.Settle();
        (OpenTrial? trial, bool isOver) = core.Claim("ask", int.MaxValue, isAsked: true);
        if (isOver) throw core.IsSearchOver ? StudyErrors.SearchOver(Name) : StudyErrors.SpaceExhausted(Name);
        if (trial is null) throw StudyErrors.AskWaits(core.Ended().Count);
        asked[trial.Number] = trial;
        return trial.Begin();
    }

    /// <summary>Ends a trial with its value.</summary>
    /// <param name="trial">A trial of <see cref="Ask"/>.</param>
    /// <param name="value">Its value; one that is not finite fails the trial.</param>
    /// <exception cref="StudyException">The trial is not under way here, or the study has several objectives.</exception>
    public void Tell(Trial trial, double value) => Tell(trial, [value]);

    /// <summary>Ends a trial with a value for each objective.</summary>
    /// <inheritdoc cref="Tell(Trial, double)"/>
    public void Tell(Trial trial, IEnumerable<double> values) => Tell(() => Take(trial), [.. values], []);

    /// <summary>Ends a trial by its number with its value, one of this process or of one that is gone: after a restart too.</summary>
    /// <param name="number">The number of a trial of <see cref="Ask"/>.</param>
    /// <param name="value">Its value; one that is not finite fails the trial.</param>
    /// <param name="constraints">Names and values of its constraints, satisfied at most 0, as
    /// <c>[ ("memory", gigabytes - 8.0) ]</c>; those that <see cref="Trial.SetConstraint"/> said before Tell count too.</param>
    /// <exception cref="StudyException">There is no such trial, it has ended, was not suggested anything, or a process that lives
    /// has it; or the study has several objectives, or a constraint no name.</exception>
    public void Tell(int number, double value, IEnumerable<Tuple<string, double>>? constraints = null) =>
        Tell(number, [value], constraints);

    /// <summary>Ends a trial by its number with a value for each objective.</summary>
    /// <inheritdoc cref="Tell(int, double, IEnumerable{Tuple{string, double}})"/>
    public void Tell(int number, IEnumerable<double> values, IEnumerable<Tuple<string, double>>? constraints = null) =>
        Tell(() => Take(number), [.. values], [.. constraints ?? []]);

    /// <summary>Ends a trial as pruned, with the last value that it reported.</summary>
    /// <param name="trial">A trial of <see cref="Ask"/>.</param>
    /// <exception cref="StudyException">The trial is not under way here.</exception>
    public void TellPruned(Trial trial) => TellPruned(Take(trial));

    /// <summary>Ends a trial by its number as pruned.</summary>
    /// <inheritdoc cref="Tell(int, double, IEnumerable{Tuple{string, double}})"/>
    public void TellPruned(int number) => TellPruned(Take(number));

    /// <summary>Ends a trial as failed.</summary>
    /// <param name="trial">A trial of <see cref="Ask"/>.</param>
    /// <param name="message">What went wrong.</param>
    /// <exception cref="StudyException">The trial is not under way here.</exception>
    public void TellFailed(Trial trial, string message) => core.Finish(Take(trial), new TrialEnd(TrialState.Failed, [], message));

    /// <summary>Ends a trial by its number as failed.</summary>
    /// <param name="number">The number of a trial of <see cref="Ask"/>.</param>
    /// <param name="message">What went wrong.</param>
    /// <exception cref="StudyException">As of <see cref="Tell(int, double, IEnumerable{Tuple{string, double}})"/>.</exception>
    public void TellFailed(int number, string message) => core.Finish(Take(number), new TrialEnd(TrialState.Failed, [], message));

    /// <summary>
    /// Makes <see cref="Optimize"/> begin no more trials in this process: it returns when those under way have ended. Other
    /// processes go on. Without a search under way it does nothing.
    /// </summary>
    public void Stop() => core.Stop();

    /// <summary>Gives back trials that were asked for and not told, and closes the store.</summary>
    public void Dispose() => core.Dispose();

    /// <summary>Sees that an objective is the study's own: see <see cref="StudyCore.Accept"/>.</summary>
    internal void Accept(Delegate objective) => core.Accept(objective);

    private void Tell(Func<OpenTrial> take, double[] values, Tuple<string, double>[] constraints)
    {
        // Before the trial is taken: what is wrong with the call can be put right
        if (values.Length != Directions.Count) throw StudyErrors.ValueCount(values.Length, Directions.Count);
        foreach ((string name, double _) in constraints) Trial.CheckConstraint(name);
        OpenTrial open = take();
        try
        {
            foreach ((string name, double value) in constraints) open.Trial.Restrict(name, value);
            core.Finish(open, new TrialEnd(TrialState.Complete, core.Checked(values)));
        }
        catch (NonFiniteException error)
        {
            core.Finish(open, new TrialEnd(TrialState.Failed, [], error.Message));
        }
    }

    private void TellPruned(OpenTrial open) => core.Finish(open, new TrialEnd(TrialState.Pruned, open.LastReport()));

    private FrozenTrial[] Complete() => [.. Trials.Where(trial => trial.State == TrialState.Complete)];

    private OpenTrial Take(Trial trial) =>
        asked.Remove(trial.Number, out OpenTrial? open) && open.Trial == trial ? open : throw StudyErrors.NotAsked(trial.Number);

    private OpenTrial Take(int number)
    {
        if (asked.Remove(number, out OpenTrial? open)) return open;
        core.Accept(null);
        return core.TakeUp(number);
    }

    private double[] Losses(FrozenTrial trial) => Losses(trial.Values);

    private double[] Losses(IReadOnlyList<double> values) =>
        [.. values.Select((value, i) => Directions[i] == StudyDirection.Minimize ? value : -value)];

    private void Run(int trials, Delegate given, Func<Trial, IReadOnlyList<double>> objective)
    {
        if (trials < 0) throw StudyErrors.StudyOption(nameof(trials), "at least 0", trials);
        Wanted = trials;
        core.Accept(given);
        core.Start();
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(core.Options.Cancellation);
        int workers = core.Options.Workers > 0 ? core.Options.Workers : Math.Min(Crucible.Threads.Count, core.Definition.Window);
        StudyWorker worker = new(core, trials, objective, Math.Max(1, Crucible.Threads.Count / workers), stop.Token);
        Exception? failure = null;
        Thread[] threads =
        [
            .. Enumerable.Range(1, workers).Select(number => new Thread(() =>
            {
                try
                {
                    worker.Run(Invariant($"worker {number}"));
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, error, null);
                    stop.Cancel();
                    core.Signal();
                }
            }) { IsBackground = true, Name = Invariant($"{Name} {number}") }),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        core.Store.Flush();
        core.Options.Cancellation.ThrowIfCancellationRequested();
        if (Trials is [var first, ..] all && all.All(trial => trial.State == TrialState.Failed))
            core.Options.Tell(StudyErrors.AllFailed(Name, all.Count, first.Error));
    }
}

/// <summary>Which values of an objective are better.</summary>
public enum StudyDirection
{
    /// <summary>Smaller ones, as of a loss.</summary>
    Minimize,

    /// <summary>Larger ones, as of an accuracy.</summary>
    Maximize,
}

/// <summary>
/// A study, its space or its store was asked for something that cannot be. It ends the study; other errors only fail
/// the trial in which they are raised.
/// </summary>
/// <param name="message">The complete message.</param>
/// <param name="inner">The error that caused this one, if any.</param>
public sealed class StudyException(string message, Exception? inner = null) : CrucibleException(message, inner);
