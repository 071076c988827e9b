using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>Builds every exception of studies: operation, invariant, operands, remedy when it is true.</summary>
internal static class StudyErrors
{
    internal static StudyException RangeNotFinite(string operation, string name, double low, double high) =>
        new(Invariant($"{operation}: a range must be finite, but '{name}' has {low} to {high}"));

    internal static StudyException RangeReversed(string operation, string name, double low, double high) =>
        new(Invariant($"{operation}: low must be at most high, but '{name}' has low = {low} and high = {high}"));

    internal static StudyException RangeLog(string operation, string name, double low) =>
        new(Invariant($"{operation}: a logarithmic range must be above 0, but '{name}' has low = {low}"));

    internal static StudyException RangeStep(string operation, string name, double step) =>
        new(Invariant($"{operation}: step must be finite and at least 0, but '{name}' has step = {step}"));

    internal static StudyException RangeIntStep(string operation, string name, int step) =>
        new(Invariant($"{operation}: step must be at least 1, but '{name}' has step = {step}"));

    internal static StudyException RangeLogStep(string operation, string name, double step) =>
        new(Invariant($"{operation}: a logarithmic range has no step, but '{name}' has step = {step}"));

    internal static StudyException NoChoices(string name) =>
        new($"trial.suggestCategorical: at least one choice is needed, but '{name}' has none");

    internal static StudyException ChoiceTwice(string name, string choice) =>
        new($"trial.suggestCategorical: choices must differ, but '{name}' has '{choice}' more than once");

    internal static StudyException AnotherRange(string name, Distribution known, Distribution asked) =>
        new($"trial.suggest: a parameter keeps its range within a trial, but '{name}' was {known} and is now {asked}");

    internal static StudyException AnotherKind(string name, Distribution known, Distribution asked) =>
        new($"trial.suggest: a parameter keeps its kind in all trials, but '{name}' was {known} and is now {asked}");

    internal static StudyException ValueOutside(string name, string value, Distribution asked) =>
        new($"trial.suggest: '{name}' was {value} in the finished trial, which is not in {asked}");

    internal static StudyException RangeSteps(string operation, string name, double low, double high, double step) =>
        new(Invariant($"{operation}: a range must have at most 2^53 steps, but '{name}' has step = {step} from {low} to {high}"));

    internal static OptionException EnqueuedOutside(string name, string value, Distribution asked) =>
        new($"trial.suggest: '{name}' was enqueued as {value}, which is not in {asked}");

    internal static string EnqueuedUnknown(int number, string[] names, ParameterSet asked)
    {
        string[] known = [.. asked.Entries.Select(entry => entry.Parameter.Name)];
        string nearest = NearestName.Of(names[0], known) is { } meant ? $"; '{meant}' is nearest" : "";
        return Invariant(
            $"study: trial {number} did not ask for {string.Join(", ", names.Select(name => $"'{name}'"))}, which was enqueued for it{nearest}.");
    }

    internal static OptionException NoSettings(string operation) => new($"study.{operation}: at least one setting is needed, got none");

    internal static OptionException SettingTwice(string operation, string name) =>
        new($"study.{operation}: settings must differ, but '{name}' comes twice");

    internal static OptionException SettingMissing(string name) =>
        new($"study.addTrial: the settings must have all that the space asks for, but have no '{name}'");

    internal static OptionException SettingOutside(string name, string value, Distribution asked) =>
        new($"study.addTrial: '{name}' must be in {asked}, but is {value}");

    internal static OptionException SettingUnknown(string name, string[] known) =>
        new($"study.addTrial: the space does not ask for '{name}', only for {string.Join(", ", known)}");

    internal static StudyException OtherDirections(string study, string directions, string other, string others) =>
        new($"study.addTrials: '{study}' has direction {directions}, but '{other}' has {others}, so its trials say something else");

    internal static StudyException OwnTrial(string study, int number) =>
        new(Invariant($"study.addTrials: trial {number} is of '{study}' itself"));

    internal static StudyException NotToBeTold(int number) =>
        new(Invariant(
            $"study.tell: trial {number} is not waiting for its value: it was never begun, has ended, or a process that lives is at it"));

    internal static StudyException NotSuggested(int number) =>
        new(Invariant(
            $"study.tell: trial {number} cannot be told by number, because it suggested no parameter after Ask. Optimize or Ask takes it up again."));

    internal static StudyException SearchOver(string study) =>
        new($"study.ask: the search of '{study}' is over: its Target or Patience says so");

    internal static OptionException StudyExists(string name) =>
        new($"study.copy: there is a study '{name}' already. Give the copy another name.");

    internal static StudyException ArtifactTooLarge(int trial, string path, long size, long most) =>
        new(Invariant($"{Owner(trial)}.uploadArtifact: an artifact must be at most {most >> 20} MiB, but {path} is {size / (double)(1 << 20):0.0} MiB"));

    internal static StudyException ArtifactUnreadable(int trial, string path, Exception cause) =>
        new($"{Owner(trial)}.uploadArtifact: {path} cannot be read: {OneLine(cause.Message)}", cause);

    internal static StudyException ArtifactUnwritable(string path, Exception cause) =>
        new($"study.downloadArtifact: {path} cannot be written: {OneLine(cause.Message)}", cause);

    internal static StudyException ArtifactDamaged(int number, string name, string sha256) =>
        new(Invariant($"study.downloadArtifact: '{name}' of {Keeper(number)} must have SHA-256 {sha256}, but what the store has is damaged"));

    internal static StudyException ArtifactOfNoTrial(string name) =>
        new($"trial.uploadArtifact: '{name}' is kept with a trial that a study has under way, but this one only has given settings");

    internal static OptionException NoSuchArtifact(int number, string name, string[] known) =>
        new(Invariant(
            $"study.downloadArtifact: {Keeper(number)} has no artifact '{name}'{(known.Length == 0 ? "" : $", only {string.Join(", ", known)}")}"));

    internal static StudyException ArtifactOfOpenTrial(int number, int ended) =>
        new(Invariant(
            $"study.uploadArtifact: trial {number} must have ended, as the first {ended} have; one under way keeps files by its own UploadArtifact"));

    internal static StudyException NotInTrial(string name) =>
        new($"trial.suggest: the finished trial did not ask for '{name}', so it has no value to give again");

    internal static StudyException NegativeStep(int step) => new(Invariant($"trial.report: step must be at least 0, but is {step}"));

    internal static NonFiniteException ReportNotFinite(int step, double value) =>
        new(Invariant($"trial.report: the value must be finite, but is {value} at step {step}"));

    internal static NonFiniteException ConstraintNotFinite(string name, double value) =>
        new(Invariant(
            $"trial.setConstraint: the value must be finite, but is {value} for '{name}'. Where it is not known by how much the constraint is missed, 1 will do."));

    internal static StudyException ConstraintUnnamed(string? name) =>
        new($"trial.setConstraint: a constraint must have a name, but has '{name}'");

    internal static NonFiniteException ValueNotFinite(double value) =>
        new(Invariant($"study: the objective must be finite, but is {value}"));

    internal static StudyException ValueCount(int count, int directions) =>
        new(Invariant($"study: the objective must give one value for each of the {directions} directions, but gave {count}")
            + (directions > 1 && count == 1 ? "; several are given to OptimizeMany, or to Tell as a list" : ""));

    internal static StudyException StudyOption(string name, string range, object value) =>
        new(Invariant($"study: {name} must be {range}, but is {value}"));

    internal static StudyException AnotherStudy(string study, string what, object known, object asked) =>
        new(Invariant(
            $"study: '{study}' is in the store with {what} {known}, but is opened with {asked}. Give the new study another name."));

    internal static StudyException StoreNewer(string file, long version, int known) =>
        new(Invariant(
            $"study: {file} was written by a newer Crucible (version {version} of its tables, this one knows {known}). Update Crucible or use another store."));

    internal static StudyException StoreForeign(string file) => new($"study: {file} is a database of another program. Use another store.");

    internal static StudyException StoreUnusable(string store, string reason, Exception cause) =>
        new($"study: {store} cannot be used as a store: {reason}", cause);

    internal static OptionException NoStore(string file) => new($"study.store: there is no store {file}");

    internal static OptionException StoreUnnamed() =>
        new("study.store: a store must be the path of a file or postgres://user@host/database, but is empty");

    internal static OptionException StoreScheme(string scheme) =>
        new($"study.store: a store must be the path of a file or postgres://user@host/database, but is a {scheme}:// address");

    internal static OptionException StoreAddress(string what) =>
        new($"study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but {what}");

    internal static OptionException StoreOption(string name, string range, string value) =>
        new($"study.store: {name} must be {range}, but is '{value}'");

    internal static OptionException StoreOptionUnknown(string name, IEnumerable<string> known) =>
        new($"study.store: a PostgreSQL store has no option '{name}'. It has {string.Join(", ", known)}.");

    internal static StudyException StoreUnreachable(string store, double seconds, string reason, Exception cause) =>
        new(
            Invariant(
                $"study: {store} was not reached{(seconds < 1 ? "" : Invariant($" in {seconds:0} s of trying"))}: {reason}. Start again with the same command when the server is back: all that had ended is kept."),
            cause);

    internal static StudyException StoreLocked(string store, double seconds, Exception cause) =>
        new(
            Invariant(
                $"study: {store} was locked by another process{(seconds < 1 ? "" : Invariant($" for {seconds:0} s"))}. Start again with the same command when it is free: all that had ended is kept."),
            cause);

    internal static StudyException StudyRemoved(string study) =>
        new($"study: '{study}' was removed or begun anew by another process. Start again with the same command to go on with the new one.");

    internal static StudyException ResultUnkept(int number, StudyException store, Exception cause) =>
        new(
            Invariant(
                $"{store.Message} The result of trial {number} could not be kept on this machine either ({cause.Message}): it is done again."),
            store);

    internal static StudyException DiskFailed(int number, Exception cause) =>
        new(
            Invariant(
                $"study: trial {number} was stopped by the disk: {cause.Message}. Start again with the same command when it is mended: the trial is taken up again, and all that had ended is kept."),
            cause);

    internal static TrialLostException TrialLost(int number) =>
        new(Invariant(
            $"trial: {number} is not this worker's any more: it has ended, or another worker took it over because this one was not heard of for too long. Nothing is written about it."));

    internal static StudyException TrialFileOutside(int number, string path) =>
        new(Invariant(
            $"study: the store has a file '{path}' for trial {number}, which lies outside the trial's folder. It is not written."));

    internal static StudyException TrialFilesTooLarge(int number, long bytes, long most) =>
        new(Invariant(
            $"trial.report: the files of a trial's folder must be at most {most >> 20} MiB for this store, but those of trial {number} are {bytes / (double)(1 << 20):0.0} MiB"));

    internal static StudyException NoTrialComplete(string study, IReadOnlyList<FrozenTrial> trials)
    {
        FrozenTrial? failed = trials.FirstOrDefault(trial => trial.State == TrialState.Failed);
        string why = failed is null ? "" : Invariant($". Trial {failed.Number} failed: {OneLine(failed.Error)}");
        return new(Invariant($"study: '{study}' has no complete trial among {trials.Count}, so there is no best one{why}"));
    }

    internal static StudyException NoTrialFeasible(string study, IReadOnlyList<FrozenTrial> complete) =>
        new($"study: {Infeasible($"'{study}'", complete)}, so there is no best one");

    /// <summary>That no complete trial satisfies its constraints, and which misses least.</summary>
    /// <param name="place">Whose trials they are.</param>
    /// <param name="complete">The trials, at least one.</param>
    internal static string Infeasible(string place, IReadOnlyList<FrozenTrial> complete)
    {
        FrozenTrial nearest = complete.MinBy(trial => trial.Violation)!;
        IEnumerable<string> missed =
            nearest.Constraints.Where(one => one.Value > 0).Select(one => Invariant($"{one.Key} by {one.Value:G4}"));
        string all = complete.Count == 1 ? "the complete trial" : Invariant($"none of the {complete.Count} complete trials");
        return $"{all} of {place} {(complete.Count == 1 ? "does not satisfy" : "satisfies")} its constraints "
            + Invariant($"(trial {nearest.Number} is nearest, and misses {string.Join(", ", missed)})");
    }

    internal static string AllFailed(string study, int count, string? error) =>
        Invariant($"study: {(count == 1 ? "the only trial" : Invariant($"all {count} trials"))} of '{study}' failed, trial 0 with: {OneLine(error)}");

    internal static OptionException Edited(string study, string earlier, string change, (string Anew, string Reuse) ways) =>
        new(
            $"study: '{study}' has {earlier}, but {change} since then. {ways.Anew} forgets them and begins again, {ways.Reuse} goes on with them on purpose.");

    internal static OptionException Unfingerprinted(Exception cause) =>
        new($"study: what defines it cannot be read: {OneLine(cause.Message)}");

    internal static OptionException AnewAndReuse(string anew, string reuse) =>
        new($"study: earlier trials are forgotten or reused, so {anew} and {reuse} exclude each other");

    internal static OptionException NoSuchStudy(string name, IReadOnlyList<string> known)
    {
        string nearest = NearestName.Of(name, known) is { } meant ? $"; '{meant}' is nearest" : "";
        return new(Invariant($"study: there is no study '{name}' among the {known.Count} of this store{nearest}"));
    }

    internal static StudyException SeveralDirections(string study, int directions) =>
        new(Invariant(
            $"study: '{study}' has {directions} directions, so there is no best trial; BestTrials has the trials that no other beats"));

    internal static StudyException AskWaits(int number) =>
        new(Invariant(
            $"study.ask: the next trial depends on trials that have not ended, from trial {number} on. Tell their values first, or make Window larger."));

    internal static StudyException NotAsked(int number) =>
        new(Invariant($"study.tell: trial {number} is not under way here: it was told already, or another study asked for it"));

    internal static StudyException GridTooLarge(double count) =>
        new(Invariant(
            $"study: the grid has {count:0} points, more than a study can visit. Give its ranges a larger step or fewer levels."));

    internal static StudyException PruneSeveral(string study, int directions) =>
        new(Invariant($"trial.shouldPrune: pruning compares one value, but study '{study}' has {directions} directions"));

    internal static StudyException SpaceExhausted(string study) => new($"study.ask: every point of the space of '{study}' was visited");

    internal static StudyException ReferenceCount(int count, int directions) =>
        new(Invariant($"study.hypervolume: the reference must have one value for each of the {directions} directions, but has {count}"));

    internal static StudyException NoSuchObjective(int objective, int directions) =>
        new(Invariant($"study.importance: objective must be from 0 to {directions - 1}, but is {objective}"));

    internal static StudyException SamplerSeveral(string sampler, int directions) =>
        new(Invariant(
            $"study: the sampler {sampler} searches for one objective, but the study has {directions}. AutoSampler, TpeSampler and NsgaIISampler take several."));

    private static string OneLine(string? message) => (message ?? "").ReplaceLineEndings(" ");

    private static string Owner(int trial) => trial == Artifact.OfStudy ? "study" : "trial";

    private static string Keeper(int trial) => trial == Artifact.OfStudy ? "the study" : Invariant($"trial {trial}");
}
