using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// How a study searches. What names it in its store (directions, seed, sampler, pruner, window) cannot change when it
/// goes on; workers and retries can.
/// </summary>
public sealed class StudyOptions
{
    private const int MostWindow = 4096;
    private const double MostSeconds = 1e9; // thirty years
    private const int UsualWindow = 2; // the same on every machine, and near to the best quality: docs/log.md

    /// <summary>One an objective; a single one to be minimized by default.</summary>
    public IReadOnlyList<StudyDirection> Directions { get; init; } = [StudyDirection.Minimize];

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>What chooses parameters.</summary>
    public Sampler Sampler { get; init; } = new AutoSampler();

    /// <summary>What ends trials early.</summary>
    public Pruner Pruner { get; init; } = new NoPruner();

    /// <summary>
    /// How many consecutive trials may be under way at once, in all processes together; 0, the default, for as many as
    /// <see cref="Workers"/>, or 2 where these are not given either. Trial n sees the trials 0 … n − Window, whatever the
    /// number of workers: that makes a parallel study reproducible, on any machine. A larger window lets workers wait less for
    /// a long trial, and tells samplers and pruners less: one worker and a window of 1 find most with the same trials. Several
    /// processes that share a study need a window of as many as all of them do at once.
    /// </summary>
    public int Window { get; init; }

    /// <summary>
    /// Threads that do trials; 0, the default, for <see cref="Crucible.Threads.Count"/> but at most the window. They share the
    /// threads of this process for their own arithmetic.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>How often a trial that failed is tried again, with the same parameters.</summary>
    public int Retries { get; init; }

    /// <summary>Whether a trial may have the parameters of another, as suits an objective with noise.</summary>
    public bool AllowDuplicates { get; init; }

    /// <summary>Where the study is kept: <c>reports/studies.db</c> when not given. The study closes it.</summary>
    public IStudyStore? Store { get; init; }

    /// <summary>
    /// Where studies have their folders, in which trials keep their checkpoints: the store's
    /// <see cref="IStudyStore.Folder"/> when not given. A study finds only its own, whatever others share the place.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The script that defines the objective, with what it loads: the one that runs, when not given. A study whose objective
    /// stands in a file of its own goes on when only the rest of the script was edited. In a session, and in other programs,
    /// the compiled code of the objective counts instead.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>
    /// Files that the objective depends on, beside those that the script's options name (<c>IsFile</c>): with other content
    /// the study does not go on by itself.
    /// </summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Forgets the study's earlier trials, and begins again. Give it to one worker, before the others start.</summary>
    public bool Anew { get; init; }

    /// <summary>
    /// Goes on with the study's trials on purpose, though its objective or data have changed since; from then on the study
    /// is that of the new ones.
    /// </summary>
    public bool Reuse { get; init; }

    /// <summary>Ends <see cref="Study.Optimize"/> early; what is under way is taken up again when the study goes on.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>
    /// Called after each trial that ended in this process, one at a time, from the threads that did them. It may end the search
    /// by <see cref="Study.Stop"/>: <c>OnEnd = fun study trial -> if trial.Seconds > 60.0 then study.Stop()</c>.
    /// </summary>
    public Action<Study, FrozenTrial>? OnEnd { get; init; }

    /// <summary>
    /// Seconds after which <see cref="Study.Optimize"/> begins no more trials; those under way are brought to their end. 0 for
    /// no limit. How many trials there are then depends on the clock; which they are does not.
    /// </summary>
    public double Timeout { get; init; }

    /// <summary>
    /// Trials without a gain after which the search ends: a better value than all before, or with several objectives values that
    /// no trial before was as good as in all. Trials that were added are no trials of the search. 0 for no end. The next trial is
    /// not begun when those it may depend on are enough, so the search ends at the same trial whatever the number of workers; a
    /// window of w lets w − 1 more be under way.
    /// </summary>
    public int Patience { get; init; }

    /// <summary>
    /// A value of the only objective with which the search ends, once a trial is as good; none for no end. It counts as
    /// <see cref="Patience"/> does.
    /// </summary>
    public double? Target { get; init; }

    /// <summary>The window of a study that is new.</summary>
    internal int NewWindow => Window > 0 ? Window : Workers > 0 ? Workers : UsualWindow;

    /// <summary>How the user begins anew, and how he goes on: as a script's options, or in code.</summary>
    internal (string Anew, string Reuse) Ways { get; init; } = ("StudyOptions(Anew = true)", "StudyOptions(Reuse = true)");

    /// <summary>Tells the user a line.</summary>
    internal Action<string> Tell { get; init; } = Console.Error.WriteLine;

    /// <summary>A value of an objective as something to be made small.</summary>
    internal double Loss(double value, int objective) => Directions[objective] == StudyDirection.Minimize ? value : -value;

    internal void Check()
    {
        if (Anew && Reuse) throw StudyErrors.AnewAndReuse(Ways.Anew, Ways.Reuse);
        if (Directions.Count == 0) throw StudyErrors.StudyOption(nameof(Directions), "at least one", "none");
        if (Window is < 0 or > MostWindow) throw StudyErrors.StudyOption(nameof(Window), Invariant($"from 0 to {MostWindow}"), Window);
        if (Workers is < 0 or > MostWindow) throw StudyErrors.StudyOption(nameof(Workers), Invariant($"from 0 to {MostWindow}"), Workers);
        if (Window > 0 && Workers > Window)
            throw StudyErrors.StudyOption(nameof(Workers), Invariant($"from 0 to Window = {Window}"), Workers);
        if (!(Timeout is >= 0 and <= MostSeconds))
            throw StudyErrors.StudyOption(nameof(Timeout), Invariant($"from 0 to {MostSeconds:0} seconds"), Timeout);
        if (Patience < 0) throw StudyErrors.StudyOption(nameof(Patience), "at least 0", Patience);
        if (Target is { } target && !double.IsFinite(target)) throw StudyErrors.StudyOption(nameof(Target), "finite", target);
        if (Target is not null && Directions.Count > 1)
            throw StudyErrors.StudyOption(nameof(Target), "left out where there are several directions", Target);
        if (Retries < 0) throw StudyErrors.StudyOption(nameof(Retries), "at least 0", Retries);
    }
}

/// <summary>What makes a study the same study: from these and the objective alone follow all its trials.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Directions">One an objective.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Sampler">The sampler with its options.</param>
/// <param name="Pruner">The pruner with its options.</param>
/// <param name="Window">How many consecutive trials may be under way at once.</param>
public sealed record StudyDefinition(
    string Name, IReadOnlyList<StudyDirection> Directions, ulong Seed, string Sampler, string Pruner, int Window)
{
    /// <summary>Its identity, given when it is stored first: one that is removed and begun again has another.</summary>
    public string Id { get; init; } = "";

    /// <summary>What its trials follow from beside these, as JSON; null in a store of before there were fingerprints.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Sees that a study goes on with the options that it was begun with.</summary>
    /// <param name="wanted">What it is opened with.</param>
    /// <param name="window">The window that it is opened with; 0 for its own.</param>
    /// <exception cref="StudyException">One is another.</exception>
    internal void MustBe(StudyDefinition wanted, int window)
    {
        (string What, object Known, object Asked)[] parts =
        [
            ("direction", string.Join(", ", Directions), string.Join(", ", wanted.Directions)), ("seed", Seed, wanted.Seed),
            ("sampler", Sampler, wanted.Sampler), ("pruner", Pruner, wanted.Pruner), ("window", Window, window > 0 ? window : Window),
        ];
        foreach ((string what, object known, object asked) in parts)
        {
            if (!known.Equals(asked)) throw StudyErrors.AnotherStudy(Name, what, known, asked);
        }
    }
}
