using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>The command line is wrong: one line for the user and exit code 2.</summary>
/// <param name="message">What is wrong, on one line.</param>
internal sealed class UsageException(string message) : CrucibleException(message);

/// <summary>
/// Errors that a script without <see cref="Experiment"/> does not catch: shown as all scripts show theirs, in a line,
/// and the exit code is 1.
/// <c>--trace</c> shows the stack.
/// </summary>
public static class UncaughtErrors
{
    /// <summary>From here on errors of this process are shown so; <c>scripts/crucible.fsx</c> says it for every script.</summary>
    public static void ShowInALine() => AppDomain.CurrentDomain.UnhandledException += (_, uncaught) =>
    {
        bool traces = Environment.GetCommandLineArgs().Contains("--trace");
        Experiment.Here().Fail(Describe((Exception)uncaught.ExceptionObject, traces));
        Environment.Exit(1);
    };

    /// <summary>What a user is told: an error of Crucible says all by itself.</summary>
    internal static string Describe(Exception error, bool traces) => error switch
    {
        _ when traces => error.ToString(),
        CrucibleException => error.Message,
        _ => $"{error.GetType().Name}: {error.Message} (--trace shows where.)",
    };
}

/// <summary>Builds every exception of scripts and sweeps: the option as typed, what it must be, what it is.</summary>
internal static class ScriptErrors
{
    private const string Hint = "The argument 'help' lists the options.";

    internal static UsageException MissingValue(string option, string what) => new($"{option} must be {what}, but nothing follows it.");

    internal static UsageException WrongValue(string option, string what, string value, string? nearest = null) =>
        new($"{option} must be {what}, got '{value}'{(nearest is null ? "" : $"; {nearest} is nearest")}.");

    internal static UsageException OutOfRange(string option, string range, object value) =>
        new(Invariant($"{option} must be {range}, got {value}."));

    internal static UsageException FlagValue(string option, string value) => new($"{option} takes no value, got '{value}'.");

    internal static UsageException OneTooMany(string option, string wanted, string given, string further, string? hint) =>
        new($"{option} takes {wanted}, got '{given} {further}'{(hint is null ? "" : $"; {hint}")}.");

    internal static UsageException OptionTwice(string option) => new($"{option} is given twice.");

    internal static UsageException UnknownArgument(string argument, string? nearest) =>
        new($"there is no option {(argument.StartsWith('-') ? argument : $"'{argument}'")}{(nearest is null ? "" : $"; {nearest} is nearest")}. {Hint}");

    internal static UsageException OptionMoved(string argument, string place) =>
        new($"{argument.Split('=')[0]} is now: dotnet fsi {place}");

    internal static OptionException OptionUndescribed(string field) =>
        new($"options: every field must say what it sets with [<Option \"…\">], but {field} does not");

    internal static OptionException OptionType(string option, Type type) =>
        new($"options: {option} must be a bool, number, text, enumeration, union without fields, or a list or option of them, but is a {type.Name}");

    internal static OptionException OptionTaken(string option) => new($"options: {option} is taken already; name the field otherwise");

    internal static OptionException FlagSet(string option) => new($"options: {option} must be false by default: giving it says true");

    internal static UsageException Unwritable(string folder, Exception cause) =>
        new($"reports cannot be written to {folder}: {cause.Message} Name another folder with --out.");

    internal static UsageException FolderTaken(string folder, string? holder) =>
        new($"--out {folder} is written by another run{(holder is null ? "" : $" ({holder})")}. Name another folder, or wait until it has ended.");

    internal static OptionException ParamForm(string text) =>
        new($"sweep: --param must be name=low..high[:log][:int][:step=s] or name=a,b,c, but is '{text}'");

    internal static OptionException ParamTaken(string name) => new($"sweep: --param cannot vary --{name}, which the sweep sets itself");

    internal static OptionException ParamTwice(string name) => new($"sweep: --param varies an option once, but '{name}' is given twice");

    internal static OptionException ParamSuffix(string name, string suffix) =>
        new($"sweep: --param {name}: a range may be followed by :log, :int and :step=s, but is followed by ':{suffix}'");

    internal static OptionException ParamNumber(string name, string what, string kind, string text) =>
        new($"sweep: --param {name}: {what} must be {kind}, but is '{text}'");

    internal static OptionException ParamRange(string text, StudyException cause) =>
        new($"sweep: --param {text}: {cause.Message[(cause.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..]}");

    internal static OptionException NoMetricNamed() => new("sweep: --script needs --metric, the name of a number in its run.json");

    internal static OptionException OptionWithoutScript(string option) =>
        new($"sweep: {option} is about a script, so --script must name one");

    internal static DataException NoValue(string metric, string? error) =>
        new($"sweep: no trial gave {metric}; trial 0 failed with: {error}");

    internal static OptionException NothingPruned() => new("sweep: these trials report nothing on the way, so --pruner must be none");

    internal static OptionException WorkersBeyondWindow(int window, int workers) =>
        new(Invariant($"sweep: --workers must be at most --window = {window}, but is {workers}"));

    internal static OptionException NoScript(string file) => new($"sweep: --script must be a file, but there is no {file}");

    internal static OptionException NothingSwept(string file) =>
        new($"sweep: {file} needs an option to vary. Name one with --param name=low..high");

    internal static OptionException ScriptHelp(string file, string line) =>
        new($"sweep: {file} must follow the contract of all scripts, but its 'help' fails: {line}");

    internal static OptionException NoSuchOption(string file, string name, string? nearest) =>
        new($"sweep: {file} has no option --{name}{(nearest is null ? "" : $". {nearest} is its nearest")}");

    internal static StudyException NoSuchMetric(string script, string metric, IEnumerable<string> known, string? nearest) =>
        new($"sweep: {script} has no metric '{metric}'; it has {string.Join(", ", known)}{(nearest is null ? "" : $". {nearest} is its nearest")}");

    internal static DataException ScriptFailed(string line) => new(line);

    internal static DataException NoRunFile(string line) => new($"the script left no run.json: {line}");

    internal static DataException MetricMissing(string metric, string line) => new($"the script left no metric '{metric}': {line}");

    internal static OptionException NothingToResume(string folder) =>
        new($"--resume finds no run that was stopped beside {folder}; name its folder.");

    internal static OptionException NoFinishedRun(string folder) =>
        new($"there is no finished run of this script beside {folder}: run it without this option first, or name one by --model.");

    internal static OptionException NoSetting(string folder, string file) =>
        new($"a run of this script must be named, but there is no {file} in {folder}.");

    internal static OptionException SettingUnreadable(string path, Exception error) =>
        new($"{path} must be the setting of a run of this script, but cannot be read: {error.Message.ReplaceLineEndings(" ")}");
}
