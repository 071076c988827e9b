using System.Globalization;
using Argu;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;

namespace Crucible.Lab;

/// <summary>Builds every exception of the lab, so that all messages read like the core's: operation, invariant, operands, remedy when it is true.</summary>
internal static class Errors
{
    private const string Hint = "The argument 'help' lists the options.";

    /// <summary>Formats a message without regard to the culture.</summary>
    internal static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);

    internal static OptionException NoCharts(string operation) => new($"chart.{operation}: at least one chart is needed, but none is given");

    internal static OptionException ChartData(Type type) => new($"chart: data must be numbers, texts or dates, but there is a {type.Name}");

    internal static OptionException LogRange(string axis, double low, double high) =>
        new(Text($"chart.{axis}: a logarithmic range must be above 0, but is {low} to {high}"));

    internal static OptionException GridSize(int rows, int columns, int charts) =>
        new(Text($"chart.grid: {rows} x {columns} places must hold the charts, but there are {charts}"));

    internal static OptionException GridOfSpace() =>
        new("chart.grid: only charts over two axes can share a figure, but a surface, a figure in space or a grid is among them");

    internal static ShapeException Lengths(string operation, string firstName, int first, string secondName, int second) =>
        new(Text($"{operation}: {firstName} and {secondName} must have the same length, but have {first} and {second}"));

    internal static ShapeException PerItem(string operation, string name, int count, int items, string what) =>
        new(Text($"{operation}: {name} must have one value for each of the {items} {what}, but has {count}"));

    internal static ShapeException Ragged(string operation, int first, int row, int count) =>
        new(Text($"{operation}: rows must have the same length, but row 0 has {first} values and row {row} has {count}"));

    internal static UsageException MissingValue(string option, string what) => new($"{option} must be {what}, but nothing follows it.");

    internal static UsageException WrongValue(string option, string what, string value, string? nearest = null) =>
        new($"{option} must be {what}, got '{value}'{(nearest is null ? "" : $"; {nearest} is nearest")}.");

    internal static UsageException OutOfRange(string option, string range, object value) => new(Text($"{option} must be {range}, got {value}."));

    internal static UsageException FlagValue(string option, string value) => new($"{option} takes no value, got '{value}'.");

    internal static UsageException OptionTwice(string option) => new($"{option} is given twice.");

    internal static UsageException UnknownArgument(string argument, string? nearest) =>
        new($"there is no option {(argument.StartsWith('-') ? argument : $"'{argument}'")}{(nearest is null ? "" : $"; {nearest} is nearest")}. {Hint}");

    internal static OptionException OptionUndescribed(string field) => new($"options: every field must say what it sets with [<Option \"…\">], but {field} does not");

    internal static OptionException OptionType(string option, Type type) =>
        new($"options: {option} must be a bool, number, text, enumeration, union without fields, or a list or option of them, but is a {type.Name}");

    internal static OptionException OptionTaken(string option) => new($"options: {option} is an option of every script; name the field otherwise");

    internal static OptionException FlagSet(string option) => new($"options: {option} must be false by default: giving it says true");

    /// <summary>Argu's message is one line and then the whole usage: the line is enough.</summary>
    internal static UsageException WrongArgument(ArguParseException error)
    {
        string line = error.Message.Split('\n')[0].Trim();
        const string prefix = "ERROR: ";
        return new($"{(line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line)} {Hint}");
    }

    internal static UsageException Unwritable(string folder, Exception cause) => new($"reports cannot be written to {folder}: {cause.Message} Name another folder with --out.");

    internal static StudyException RangeNotFinite(string operation, string name, double low, double high) =>
        new(Text($"{operation}: a range must be finite, but '{name}' has {low} to {high}"));

    internal static StudyException RangeReversed(string operation, string name, double low, double high) =>
        new(Text($"{operation}: low must be at most high, but '{name}' has low = {low} and high = {high}"));

    internal static StudyException RangeLog(string operation, string name, double low) =>
        new(Text($"{operation}: a logarithmic range must be above 0, but '{name}' has low = {low}"));

    internal static StudyException RangeStep(string operation, string name, double step) =>
        new(Text($"{operation}: step must be finite and at least 0, but '{name}' has step = {step}"));

    internal static StudyException RangeIntStep(string operation, string name, int step) =>
        new(Text($"{operation}: step must be at least 1, but '{name}' has step = {step}"));

    internal static StudyException RangeLogStep(string operation, string name, double step) =>
        new(Text($"{operation}: a logarithmic range has no step, but '{name}' has step = {step}"));

    internal static StudyException NoChoices(string name) => new($"trial.suggestCategorical: at least one choice is needed, but '{name}' has none");

    internal static StudyException ChoiceTwice(string name, string choice) =>
        new($"trial.suggestCategorical: choices must differ, but '{name}' has '{choice}' more than once");

    internal static StudyException AnotherRange(string name, Distribution known, Distribution asked) =>
        new($"trial.suggest: a parameter keeps its range in all trials, but '{name}' was {known} and is now {asked}");

    internal static StudyException NotInTrial(string name) => new($"trial.suggest: the finished trial did not ask for '{name}', so it has no value to give again");

    internal static StudyException NegativeStep(int step) => new(Text($"trial.report: step must be at least 0, but is {step}"));

    internal static NonFiniteException ReportNotFinite(int step, double value) => new(Text($"trial.report: the value must be finite, but is {value} at step {step}"));

    internal static NonFiniteException ValueNotFinite(double value) => new(Text($"study: the objective must be finite, but is {value}"));

    internal static StudyException ValueCount(int count, int directions) =>
        new(Text($"study: the objective must give one value for each of the {directions} directions, but gave {count}"));

    internal static StudyException StudyOption(string name, string range, object value) => new(Text($"study: {name} must be {range}, but is {value}"));

    internal static StudyException AnotherStudy(string study, string what, object known, object asked) =>
        new(Text($"study: '{study}' is in the store with {what} {known}, but is opened with {asked}. Give the new study another name."));

    internal static StudyException StoreNewer(string file, long version, int known) =>
        new(Text($"study: {file} was written by a newer Crucible (version {version} of its tables, this one knows {known}). Update Crucible or use another store."));

    internal static StudyException StoreForeign(string file) => new($"study: {file} is a database of another program. Use another store.");

    internal static StudyException StoreUnusable(string store, string reason, Exception cause) => new($"study: {store} cannot be used as a store: {reason}", cause);

    internal static OptionException StoreUnnamed() => new("study.store: a store must be the path of a file or postgres://user@host/database, but is empty");

    internal static OptionException StoreScheme(string scheme) => new($"study.store: a store must be the path of a file or postgres://user@host/database, but is a {scheme}:// address");

    internal static OptionException StoreAddress(string what) => new($"study.store: a PostgreSQL store must be postgres://user:password@host:port/database, but {what}");

    internal static OptionException StoreOption(string name, string range, string value) => new($"study.store: {name} must be {range}, but is '{value}'");

    internal static OptionException StoreOptionUnknown(string name, IEnumerable<string> known) => new($"study.store: a PostgreSQL store has no option '{name}'. It has {string.Join(", ", known)}.");

    internal static StudyException StoreUnreachable(string store, double seconds, string reason, Exception cause) =>
        new(Text($"study: {store} was not reached{(seconds < 1 ? "" : Text($" in {seconds:0} s of trying"))}: {reason}. Start again with the same command when the server is back: all that had ended is kept."), cause);

    internal static TrialLostException TrialLost(int number) =>
        new(Text($"trial: {number} is not this worker's any more: it has ended, or another worker took it over because this one was not heard of for too long. Nothing is written about it."));

    internal static StudyException TrialFileOutside(int number, string path) =>
        new(Text($"study: the store has a file '{path}' for trial {number}, which lies outside the trial's folder. It is not written."));

    internal static StudyException TrialFilesTooLarge(int number, long bytes, long most) =>
        new(Text($"trial.report: the files of a trial's folder must be at most {most >> 20} MiB for this store, but those of trial {number} are {bytes / (double)(1 << 20):0.0} MiB"));

    internal static StudyException NoTrialComplete(string study) => new($"study: '{study}' has no complete trial, so there is no best one");

    internal static StudyException SeveralDirections(string study, int directions) =>
        new(Text($"study: '{study}' has {directions} directions, so there is no best trial; ParetoFront has the trials that no other beats"));

    internal static StudyException AskWaits(int number) =>
        new(Text($"study.ask: the next trial depends on trials that have not ended, from trial {number} on. Tell their values first, or make Window larger."));

    internal static StudyException NotAsked(int number) => new(Text($"study.tell: trial {number} is not under way here: it was told already, or another study asked for it"));

    internal static StudyException GridTooLarge(double count) => new(Text($"study: the grid has {count:0} points, more than a study can visit. Give its ranges a larger step or fewer levels."));

    internal static StudyException PruneSeveral(string study, int directions) =>
        new(Text($"trial.shouldPrune: pruning compares one value, but study '{study}' has {directions} directions"));

    internal static StudyException SpaceExhausted(string study) => new($"study.ask: every point of the space of '{study}' was visited");

    internal static StudyException ReferenceCount(int count, int directions) =>
        new(Text($"study.hypervolume: the reference must have one value for each of the {directions} directions, but has {count}"));

    internal static StudyException NoSuchObjective(int objective, int directions) =>
        new(Text($"study.importance: objective must be from 0 to {directions - 1}, but is {objective}"));

    internal static OptionException NotComparable(string study, IReadOnlyList<StudyDirection> directions, string other, IReadOnlyList<StudyDirection> others) =>
        new($"report.study: studies are compared in the same directions, but '{study}' has {string.Join(", ", directions)} and '{other}' has {string.Join(", ", others)}");

    internal static OptionException PortRange(int port) => new(Text($"liveStudyPage: port must be from 0 (any that is free) to 65535, but is {port}"));

    internal static OptionException PortUnusable(int port, System.Net.Sockets.SocketException cause) =>
        new(Text($"liveStudyPage: port {port} of 127.0.0.1 cannot be used: {cause.Message}. Give another port, or 0 for any that is free."));

    internal static OptionException ObjectiveNames(int names, int directions) =>
        new(Text($"report.study: objectives must have one name for each of the {directions} directions, but has {names}"));

    internal static StudyException SamplerSeveral(string sampler, int directions) =>
        new(Text($"study: the sampler {sampler} searches for one objective, but the study has {directions}. TpeSampler takes several."));

    internal static OptionException ParamForm(string text) => new($"sweep: --param must be name=low..high[:log][:int][:step=s] or name=a,b,c, but is '{text}'");

    internal static OptionException ParamTaken(string name) => new($"sweep: --param cannot vary --{name}, which the sweep sets itself");

    internal static OptionException ParamTwice(string name) => new($"sweep: --param varies an option once, but '{name}' is given twice");

    internal static OptionException ParamSuffix(string name, string suffix) =>
        new($"sweep: --param {name}: a range may be followed by :log, :int and :step=s, but is followed by ':{suffix}'");

    internal static OptionException ParamNumber(string name, string what, string kind, string text) => new($"sweep: --param {name}: {what} must be {kind}, but is '{text}'");

    internal static OptionException ParamRange(string text, StudyException cause) => new($"sweep: --param {text}: {cause.Message[(cause.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]}");

    internal static OptionException NoScript(string file) => new($"sweep: --script must be a file, but there is no {file}");

    internal static OptionException NothingSwept(string file) => new($"sweep: {file} needs an option to vary. Name one with --param name=low..high");

    internal static OptionException ScriptHelp(string file, string line) => new($"sweep: {file} must follow the contract of all scripts, but its 'help' fails: {line}");

    internal static OptionException NoSuchOption(string file, string name, string? nearest) =>
        new($"sweep: {file} has no option --{name}{(nearest is null ? "" : $". {nearest} is its nearest")}");

    internal static StudyException NoSuchMetric(string script, string metric, IEnumerable<string> known, string? nearest) =>
        new($"sweep: {script} has no metric '{metric}'; it has {string.Join(", ", known)}{(nearest is null ? "" : $". {nearest} is its nearest")}");

    internal static DataException ScriptFailed(string line) => new(line);

    internal static DataException NoRunFile(string line) => new($"the script left no run.json: {line}");

    internal static DataException MetricMissing(string metric, string line) => new($"the script left no metric '{metric}': {line}");
}
