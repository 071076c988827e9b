using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>Which options of a script are searched, and by which metric. A field of this type adds these options.</summary>
/// <param name="Script">The script; null for none.</param>
/// <param name="Param">The options to vary.</param>
/// <param name="Metric">The metric of its run.json.</param>
/// <param name="Maximize">Whether more of it is better.</param>
/// <param name="Fixed">Options that are the same in every run.</param>
public sealed record ScriptSweepOptions(
    [property: Option("sweeps a script that follows the contract of all scripts", IsFile = true)] string? Script = null,
    [property: Option(
        "an option of that script to vary: name=low..high[:log][:int][:step=s], name=a,b,c, name=4,4|8,8 or, for an option without a value, name=on,off; once for each",
        Repeats = true, IsSetting = true)]
    string[]? Param = null,
    [property: Option("the metric of its run.json to minimize")] string? Metric = null,
    [property: Option("maximizes it")] bool Maximize = false,
    [property: Option(
        "an option that is the same in every run of that script, as quick or epochs=20; once for each", Repeats = true, IsSetting = true)]
    string[]? Fixed = null);

/// <summary>A study of any script's options: each trial is a run of the script, its value a metric of the run.</summary>
public static class ScriptSweep
{
    private const int Trials = 50, QuickTrials = 5; // unless the user says

    /// <summary>Searches, and reports the trials, the best one and what it gives once more.</summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="search">How it searches.</param>
    /// <param name="options">What is searched.</param>
    /// <exception cref="OptionException">No script or metric is named, or an option is wrong.</exception>
    /// <exception cref="DataException">No trial gave the metric.</exception>
    public static void Run(ExperimentRun run, SearchOptions search, ScriptSweepOptions options)
    {
        if (options.Script is not { } script) throw ScriptErrors.OptionWithoutScript(GivenIn(options).FirstOrDefault("--metric"));
        if (options.Metric is not { } metric) throw ScriptErrors.NoMetricNamed();
        ScriptObjective objective =
            ScriptObjective.Open(script, (options.Param ?? []).Select(SweptOption.Parse), metric, options.Fixed ?? []);
        StudyDirection direction = options.Maximize ? StudyDirection.Maximize : StudyDirection.Minimize;
        Search searched = new(
            run, search, $"{objective.Name} {objective.Settings}", run.Pick(Trials, QuickTrials), 0, direction, metric, objective.File);
        using Study study = searched.Run(objective.Run);
        Report(run, study, objective, metric);
    }

    /// <summary>The options that are about a script, as far as they were given.</summary>
    /// <param name="options">What was given.</param>
    public static IEnumerable<string> GivenIn(ScriptSweepOptions options)
    {
        if (options.Param is { Length: > 0 }) yield return "--param";
        if (options.Metric is not null) yield return "--metric";
        if (options.Maximize) yield return "--maximize";
        if (options.Fixed is { Length: > 0 }) yield return "--fixed";
    }

    /// <summary>Records how many trials there were, and how they ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="study">The study.</param>
    public static void RecordCounts(ExperimentRun run, Study study)
    {
        run.Metric("trials", study.Trials.Count, title: "trials");
        run.Metric("pruned", Count(study, TrialState.Pruned), title: "trials that were pruned");
        run.Metric("failed", Count(study, TrialState.Failed), title: "trials that failed");
        if (study.Trials.Any(trial => trial.Constraints.Count > 0))
            run.Metric("infeasible", study.Trials.Count(trial => !trial.IsFeasible), title: "trials that miss a constraint");
    }

    private static int Count(Study study, TrialState state) => study.Trials.Count(trial => trial.State == state);

    private static void Report(ExperimentRun run, Study study, ScriptObjective objective, string metric)
    {
        run.Report.Section("The search");
        RecordCounts(run, study);
        run.Report.Text(Importance.Of(study).ToString());
        run.Report.Study(study, objectives: [metric]);
        if (Count(study, TrialState.Complete) == 0) throw ScriptErrors.NoValue(metric, study.Trials[0].Error);
        FrozenTrial best = study.BestTrial;
        double again = objective.Run(best.Again(), Path.Combine(run.Out, "best"));
        (string Name, string Value)[] settings = [.. best.Parameters.Select(one => (one.Key, Numbers.Exact(one.Value)))];
        string command = Words.List([.. settings.Select(one => $"--{one.Name} {one.Value}")]);
        run.Answer(
            Invariant($"Of {study.Trials.Count} trials of {objective.Name} number {best.Number} is the best: {command}."),
            [new Estimate(metric, best.Value), new Estimate("the same once more", again)],
            OptimizationHistory.BestSoFar(study, metric));
        run.Metric($"best_{metric}", best.Value, isHeadline: true);
        run.Metric($"best_{metric}_again", again);
        run.Report.Section("The best trial");
        run.Report.Table(
            ["option", "value"], settings,
            Invariant($"Trial {best.Number}: {metric} = {best.Value}. Run once more it gave {again}; that report is in best"));
        run.Table(["option", "value"], settings);
    }
}
