using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>The options of a script that runs a study: a field of this type in the record of its options adds them.</summary>
/// <param name="Trials">Trials of the study, those of earlier runs included; null for as many as the script says.</param>
/// <param name="Sampler">What chooses settings.</param>
/// <param name="Pruner">What ends bad trials early; null for successive halving, or none where trials report nothing on the way.</param>
/// <param name="Workers">Trials at once in this process; null for as many as the run has threads, and at most the window.</param>
/// <param name="Window">Trials at once in all processes together.</param>
/// <param name="Retries">How often a failed trial is tried again.</param>
/// <param name="Store">A SQLite file or the address of a Postgres database; null for <c>reports/studies.db</c>.</param>
/// <param name="Study">The study's name in the store; null for one made from what defines it.</param>
/// <param name="Anew">Whether earlier trials of the study are forgotten.</param>
/// <param name="Reuse">Whether earlier trials count though the objective or its data have changed since.</param>
public sealed record SearchOptions(
    [property: Option("trials of the study, those of earlier runs included (as many as the script says)", Min = 1, Max = 1000000)]
    int? Trials = null,
    [property: Option("what chooses settings")] SamplerName Sampler = SamplerName.Tpe,
    [property: Option("what ends bad trials early (halving; none where trials report nothing on the way)")] PrunerName? Pruner = null,
    [property: Option("trials at once in this process (as many as --threads)", Min = 1, Max = 256)] int? Workers = null,
    [property: Option("trials at once in all processes together; part of what makes the study the same", Min = 1, Max = 10000)]
    int Window = 8,
    [property: Option("how often a failed trial is tried again", Min = 0, Max = 1000)] int Retries = 0,
    [property: Option("a SQLite file or postgres://…, shared by all processes that name it (reports/studies.db)", IsFile = true)]
    string? Store = null,
    [property: Option("the study's name there (made from what defines it); a study that was cut off goes on")] string? Study = null,
    [property: Option("forgets the study's earlier trials and begins again")] bool Anew = false,
    [property: Option("goes on with the study's earlier trials though its script or data have changed since")] bool Reuse = false);

/// <summary>The samplers as <c>--sampler</c> names them.</summary>
public enum SamplerName
{
    /// <summary><see cref="TpeSampler"/>.</summary>
    Tpe,

    /// <summary><see cref="AutoSampler"/>.</summary>
    Auto,

    /// <summary><see cref="RandomSampler"/>.</summary>
    Random,

    /// <summary><see cref="SobolSampler"/>.</summary>
    Sobol,

    /// <summary><see cref="CmaEsSampler"/>.</summary>
    CmaEs,

    /// <summary><see cref="GaussianProcessSampler"/>.</summary>
    Gp,

    /// <summary><see cref="GridSampler"/>.</summary>
    Grid,

    /// <summary><see cref="NsgaIISampler"/>.</summary>
    NsgaII,
}

/// <summary>The pruners as <c>--pruner</c> names them.</summary>
public enum PrunerName
{
    /// <summary><see cref="SuccessiveHalvingPruner"/>.</summary>
    Halving,

    /// <summary><see cref="HyperbandPruner"/>.</summary>
    Hyperband,

    /// <summary><see cref="LearningCurvePruner"/>.</summary>
    LearningCurve,

    /// <summary><see cref="MedianPruner"/>.</summary>
    Median,

    /// <summary><see cref="PercentilePruner"/> that keeps the best quarter.</summary>
    Percentile,

    /// <summary><see cref="NoPruner"/>.</summary>
    None,
}

/// <summary>A study of a script: opened by its name, or gone on with, shown while it runs, and brought to its number of trials.</summary>
public sealed class Search
{
    private readonly ExperimentRun run;
    private readonly SearchOptions options;
    private readonly Sampler sampler;
    private readonly Pruner pruner;
    private readonly StudyDirection direction;
    private readonly string value;
    private readonly string? source;

    /// <summary>Plans a study, and records in the run how it searches.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">What the user asked for.</param>
    /// <param name="what">What is searched, as the study's name has it: it must differ when options do that the objective
    /// depends on. That the objective's source has changed, the study notices by itself.</param>
    /// <param name="trials">How many trials unless the user says.</param>
    /// <param name="reports">How often a trial reports on its way to the end; 0 for trials that cannot be ended early.</param>
    /// <param name="direction">Which values are better.</param>
    /// <param name="value">What a trial's value is called.</param>
    /// <param name="source">As <see cref="StudyOptions.Source"/>: the file that defines the objective, for a study that several
    /// scripts share.</param>
    /// <exception cref="OptionException">There are more workers than the window allows, or trials that report nothing
    /// are to be ended early.</exception>
    public Search(
        ExperimentRun run,
        SearchOptions options,
        string what,
        int trials,
        int reports = 0,
        StudyDirection direction = StudyDirection.Minimize,
        string value = "value",
        string? source = null)
    {
        (this.run, this.options, this.direction, this.value, this.source) = (run, options, direction, value, source);
        if (options.Anew && options.Reuse) throw StudyErrors.AnewAndReuse("--anew", "--reuse");
        PrunerName chosen = options.Pruner ?? (reports > 0 ? PrunerName.Halving : PrunerName.None);
        if (reports == 0 && chosen != PrunerName.None) throw ScriptErrors.NothingPruned();
        Workers = options.Workers ?? Math.Min(run.Threads, options.Window);
        if (Workers > options.Window) throw ScriptErrors.WorkersBeyondWindow(options.Window, Workers);
        (sampler, pruner) = (Named(options.Sampler), Named(chosen, reports));
        Trials = options.Trials ?? trials;
        string quick = run.Quick ? " quick" : "";
        string how = Invariant($"{options.Sampler} {chosen} seed {run.Seed} window {options.Window}").ToLowerInvariant();
        Name = options.Study ?? $"{what}{quick} {how}";
        run.Config(new { Study = Name, Trials, Sampler = sampler.ToString(), Pruner = pruner.ToString(), Workers, Direction = direction });
    }

    /// <summary>The study's name in its store.</summary>
    public string Name { get; }

    /// <summary>Its number of trials.</summary>
    public int Trials { get; }

    /// <summary>Trials at once in this process.</summary>
    public int Workers { get; }

    /// <summary>Trials at once in all processes together.</summary>
    public int Window => options.Window;

    /// <summary>What chooses settings, with its options.</summary>
    public string SamplerText => sampler.ToString()!;

    /// <summary>The study with all its trials; those that its store has already are not done again, which is told.</summary>
    /// <param name="objective">Takes a trial to its value; several threads call it at once.</param>
    /// <returns>The study, which whoever asked disposes of.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed; all that had ended is kept.</exception>
    /// <exception cref="OptionException">Its trials are of another source or other data.</exception>
    /// <exception cref="StudyException">The search space contradicts itself, or the store fails.</exception>
    public Study Run(Func<Trial, double> objective) => Run("search", Name, sampler, Trials, Workers, Open(), objective);

    /// <summary>Random search with as many trials, to compare with: another study of the same store.</summary>
    /// <inheritdoc cref="Run(Func{Trial, double})"/>
    public Study RunAtRandom(Func<Trial, double> objective) =>
        Run("random search", $"{Name} random", new RandomSampler(), Trials, Workers, Open(), objective);

    /// <summary>The first trials again in memory, by another number of workers.</summary>
    /// <param name="trials">How many.</param>
    /// <param name="workers">The number of workers, at most the window.</param>
    /// <param name="objective">As of the study.</param>
    /// <inheritdoc cref="Run(Func{Trial, double})" path="/*[self::returns or self::exception]"/>
    public Study RunInMemory(int trials, int workers, Func<Trial, double> objective)
    {
        string name = Invariant($"{workers} {(workers == 1 ? "worker" : "workers")}");
        return Run($"search again, {name}", name, sampler, trials, workers, SqliteStore.InMemory(), objective);
    }

    internal static Sampler Named(SamplerName name) => name switch
    {
        SamplerName.Tpe => new TpeSampler(),
        SamplerName.Random => new RandomSampler(),
        SamplerName.Auto => new AutoSampler(),
        SamplerName.Sobol => new SobolSampler(),
        SamplerName.CmaEs => new CmaEsSampler(),
        SamplerName.Gp => new GaussianProcessSampler(),
        SamplerName.NsgaII => new NsgaIISampler(),
        SamplerName.Grid => new GridSampler(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal static Pruner Named(PrunerName name, int reports) => name switch
    {
        PrunerName.Halving => new SuccessiveHalvingPruner(),
        PrunerName.Hyperband => new HyperbandPruner { MostReports = reports },
        PrunerName.LearningCurve => new LearningCurvePruner(),
        PrunerName.Median => new MedianPruner(),
        PrunerName.Percentile => new PercentilePruner(25),
        PrunerName.None => new NoPruner(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private IStudyStore Open() => options.Store is { } place ? StudyStore.Open(place) : SqliteStore.Default();

    private Study Run(
        string title, string name, Sampler chooses, int trials, int workers, IStudyStore store, Func<Trial, double> objective)
    {
        Progress? progress = null;
        Study study = new(name, new StudyOptions
        {
            Seed = run.Seed,
            Directions = [direction],
            Sampler = chooses,
            Pruner = pruner,
            Workers = workers,
            Window = Window,
            Retries = options.Retries,
            Store = store,
            Source = source,
            Anew = options.Anew,
            Reuse = options.Reuse,
            Ways = ("--anew", "--reuse"),
            Tell = run.Tell,
            Cancellation = run.Token,
            OnEnd = (_, _) =>
            {
                if (!run.Token.IsCancellationRequested) progress!.Step();
            },
        });
        study.Accept(objective); // before a bar is drawn
        using Progress shown = progress = run.Progress(title, trials);
        progress.Report(Math.Min(study.Trials.Count, trials));
        run.Follow(study, value);
        study.Optimize(trials, objective);
        return study;
    }
}
