using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// Builds the exceptions of this room, so that all messages read like the core's: operation, invariant, operands,
/// remedy when it is true.
/// </summary>
internal static class ReportErrors
{
    internal static OptionException ChartData(Type type) => new($"chart: data must be numbers, texts or dates, but there is a {type.Name}");

    internal static ShapeException ChartLengths(string chart, string trace, string firstName, int first, string secondName, int second) =>
        new(Invariant(
            $"report.chart: in chart '{chart}', trace '{trace}', {firstName} has {first} values and {secondName} has {second}; they must have as many"));

    internal static ShapeException PerItem(string operation, string name, int count, int items, string what) =>
        new(Invariant($"{operation}: {name} must have one value for each of the {items} {what}, but has {count}"));

    internal static OptionException NotComparable(string study, string directions, string other, string others) =>
        new($"report.study: studies are compared in the same directions, but '{study}' has {directions} and '{other}' has {others}");

    internal static OptionException PortRange(string what, int port) =>
        new(Invariant($"{what}: port must be from 0 (any that is free) to 65535, but is {port}"));

    internal static OptionException PortUnusable(
        string what, int port, System.Net.IPAddress host, System.Net.Sockets.SocketException cause) =>
        new(Invariant(
            $"{what}: port {port} of {host} cannot be used: {cause.Message}. Give another port, or 0 for any that is free."));

    internal static OptionException Host(string host) =>
        new($"dashboard: host must be an address of this machine, or 0.0.0.0 for all of them, but is '{host}'");

    internal static OptionException NoStudy(string name) => new($"dashboard: there is no study '{name}' in this store");

    internal static OptionException NoTrial(string study, string number) => new($"dashboard: study '{study}' has no trial '{number}'");

    internal static OptionException NoArtifact(string study, int number, string name) =>
        new(Invariant($"dashboard: {(number == Artifact.OfStudy ? "" : Invariant($"trial {number} of "))}'{study}' keeps no '{name}'"));

    internal static OptionException NothingToCompare() => new("dashboard: at least one study to compare is needed, got none");

    internal static OptionException Filter(string rest) =>
        new($"filter: conditions are written as rate < 0.01 or \"learning rate\" < 0.01, but there is: {rest}");

    internal static OptionException FilterField(string name, IReadOnlyList<string> known) =>
        new($"filter: trials have no '{name}'{(NearestName.Of(name, known) is { } nearest ? $"; '{nearest}' is nearest" : "")}");

    internal static OptionException FilterNumber(string name, string sign, string value) =>
        new($"filter: {name} {sign} needs a number, got '{value}'");

    internal static DataException NoPlotly(string file) =>
        new($"export: the report's charts need {Path.GetFileName(file)}, but there is no {file}. Run the script again.");

    internal static DataException NoReport(string run, string file) => new($"export: {run} has no {file}");

    internal static DataException NoNotebook(string file, string why) => new($"{file} cannot be read as a notebook: {why}");

    internal static DataException NoFile(string path) => new($"there is no file or folder {path}");

    internal static DataException NoRunIn(string folder) => new($"{folder} holds no run: there is no run.json and no report.html in it");

    internal static DataException NoReportOfOurs(string file) =>
        new($"{file} is no report that holds its run; one of an older version has a run.json beside it");

    internal static DataException RunUnreadable(string file, string why) => new($"{file} cannot be read as a run: {why}");

    internal static DataException NoRun(string run, string? nearest) =>
        new($"there is no run '{run}'{(nearest is null ? "" : $"; {nearest} is nearest")}. The command 'runs list' names them.");

    internal static DataException RunBusy(string run) => new($"{run} is still running; nothing was deleted");

    internal static OptionException ObjectiveNames(int names, int directions) =>
        new(Invariant($"report.study: objectives must have one name for each of the {directions} directions, but has {names}"));
}
