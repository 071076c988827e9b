using static System.FormattableString;

namespace Crucible.Lab.Commands;

/// <summary>Builds every exception of the commands: one line, with the way out.</summary>
internal static class CommandErrors
{
    internal static OptionException NoCommand(string typed, string? nearest) =>
        new($"there is no command '{typed}'{Nearest(nearest)}. The command 'help' lists them.");

    internal static OptionException NoReports(string folder) =>
        new($"there is no folder {folder}: run a script first, or name the folder of all runs by --reports");

    internal static OptionException NoRuns(string folder) => new($"{folder} holds no runs: run a script first");

    internal static OptionException NoScript(string file, string? nearest) => new($"there is no script {file}{Nearest(nearest)}");

    internal static OptionException FewReports(int runs) =>
        new(Invariant($"compare: two runs or more must be named, but there are {runs}"));

    internal static OptionException OneReport(int words) =>
        new(Invariant($"repeat: one report must be named, but there are {words}"));

    internal static OptionException NotRepeatable(string report, bool isPrivate) => new(isPrivate
        ? $"repeat: {report} was written with --private, and holds no source"
        : $"repeat: {report} holds no source: an older version wrote it, or no script did");

    internal static OptionException PlaceOutside(string file) =>
        new($"repeat: a source file must lie below the script's folder, but is {file}");

    internal static DataException RepeatFailed(string line) => new($"repeat: the script failed: {line}");

    internal static OptionException ServeWord(string word) => new($"studies serve: only options may follow, but there is '{word}'");

    internal static OptionException NoPageScript() => new("page: a script must be named, and its arguments behind it");

    internal static OptionException ImportWords(int words) =>
        new(Invariant($"import: a notebook must be named, and perhaps the script, but there are {words} words"));

    internal static OptionException FileTaken(string file) =>
        new($"import: {file} is there already; name another script behind the notebook");

    internal static OptionException NewWords(int words) =>
        new(Invariant($"new: one folder must be named, but there are {words}"));

    internal static OptionException FolderTaken(string folder) =>
        new($"new: {folder} is there already; name a folder that is new or empty");

    internal static OptionException QueryWords(int words) =>
        new(Invariant($"query: the SQL must be one text in quotes, but there are {words}"));

    internal static OptionException QueryColumn(string name, string? nearest) =>
        new($"query: there is no column {name}{Nearest(nearest)}. query \"select * from runs limit 1\" --json names them all.");

    internal static OptionException QueryTable(string name) => new($"query: there is no table {name}; the only one is runs");

    internal static OptionException QueryWrites() => new("query: the SQL must be one select, which changes nothing");

    internal static OptionException Query(string message) => new($"query: {message}");

    internal static OptionException TooManyColumns(int most, int columns) =>
        new(Invariant($"query: * has {columns} columns, and at most {most} can be read at once; name those you want"));

    private static string Nearest(string? name) => name is null ? "" : $"; {name} is nearest";
}
