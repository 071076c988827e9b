using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Commands;

/// <summary>
/// The commands of <c>crucible</c> and of <c>dotnet fsi build.fsx</c> about what scripts left: both doors lead here.
/// </summary>
public static class CommandLine
{
    private const int Done = 0, WrongUsage = 2;

    private static readonly Dictionary<string, (string Says, Func<string[], CommandPlace, int> Run)> Commands = new()
    {
        ["reports"] = ("opens the gallery of all runs", ReportsCommand.Run),
        ["query"] = ("answers SQL over all runs: query \"select script, test_mse from runs where seed = 0\"", QueryCommand.Run),
        ["compare"] = ("writes a page that compares runs from report files or folders, and opens it", CompareCommand.Run),
        ["repeat"] = ("runs the script of a report again, and says which results are the same to the bit", RepeatCommand.Run),
        ["page"] = ("runs a script and writes a page of its prose, code and results: page script.fsx", PageCommand.Run),
        ["import"] = ("writes an F# notebook as a script: import notebook.ipynb", PageCommand.Import),
        ["sweep"] = ("searches the options of any script that give the best value of a metric", SweepCommand.Run),
        ["new"] = ("makes a folder for experiments, with one that runs: new my-experiments", NewCommand.Run),
        ["runs"] = ("lists, tags, deletes and exports runs; 'runs' alone says how",
            (arguments, place) => RunsCommand.Run(arguments, place.Reports, place.Output, place.Errors)),
        ["studies"] = ("lists, copies, deletes and serves studies; 'studies' alone says how",
            (arguments, place) => arguments is ["serve", .. string[] rest]
                ? ServeCommand.Run(rest, place)
                : StudiesCommand.Run(arguments, place.Output, place.Errors)),
    };

    /// <summary>What each command does, a line each.</summary>
    public static string Usage => string.Join('\n', Commands.Select(command => $"  {command.Key,-9} {command.Value.Says}"));

    /// <summary>Sees that a script is there, and tells in a line when it is not.</summary>
    /// <param name="file">The script.</param>
    public static bool IsScript(string file)
    {
        if (File.Exists(file)) return true;
        string[] known = Directory.Exists(Folders.Scripts)
            ? [.. Directory.GetFiles(Folders.Scripts, "*.fsx", SearchOption.AllDirectories)
                .Select(script => Path.GetRelativePath(Environment.CurrentDirectory, script))]
            : [];
        Experiment.Here().Fail(CommandErrors.NoScript(file, NearestName.Of(file, known)).Message);
        return false;
    }

    /// <summary>Does what the arguments say.</summary>
    /// <param name="arguments">A command and what stands behind it.</param>
    /// <param name="others">Commands that whoever calls has beside these.</param>
    /// <returns>0; 2 for a wrong command or file, told in a line; 1 for anything else that failed.</returns>
    public static int Run(string[] arguments, params string[] others)
    {
        Experiment.SetCulture();
        return Run(arguments, new CommandPlace(Folders.Reports, Console.Out, Console.Error), others);
    }

    internal static int Run(string[] arguments, CommandPlace place, params string[] others)
    {
        try
        {
            if (arguments is [] or ["help" or "--help" or "-h", ..])
            {
                place.Output.WriteLine(Usage);
                return Done;
            }

            return Commands.TryGetValue(arguments[0], out (string, Func<string[], CommandPlace, int> Run) command)
                ? command.Run(arguments[1..], place)
                : throw CommandErrors.NoCommand(arguments[0], NearestName.Of(arguments[0], [.. Commands.Keys, .. others]));
        }
        catch (Exception error) when (error is CrucibleException or IOException or UnauthorizedAccessException)
        {
            place.Console.Fail(error.Message.ReplaceLineEndings(" "));
            return WrongUsage;
        }
    }
}

/// <summary>Where a command works and speaks.</summary>
/// <param name="Reports">The folder of all runs, which need not be there.</param>
/// <param name="Output">What it answers.</param>
/// <param name="Errors">What went wrong.</param>
internal sealed record CommandPlace(string Reports, TextWriter Output, TextWriter Errors)
{
    internal ScriptConsole Console { get; } = new(Output, Errors);

    /// <summary>The options and words of a command; null when its help was asked for and shown.</summary>
    /// <param name="usage">The command as it is typed, and a sentence about it.</param>
    /// <param name="defaults">The record of its options, as scripts have them.</param>
    /// <param name="arguments">What was typed.</param>
    /// <exception cref="UsageException">An option is unknown, or a value wrong.</exception>
    internal (T Options, string[] Words)? Read<T>(string usage, T defaults, string[] arguments)
        where T : notnull
    {
        ScriptOptions reader = new(defaults);
        if (arguments is ["help"] || arguments.Any(argument => argument is "--help" or "-h"))
        {
            Output.WriteLine($"Usage: {Folders.Door} {usage}\n\n{reader.Usage}");
            return null;
        }

        List<string> rest = [];
        T options = (T)reader.Read(arguments, rest, takesWords: true);
        if (rest.Find(word => word.StartsWith("--", StringComparison.Ordinal)) is { } unknown)
            throw ScriptErrors.UnknownArgument(unknown, NearestName.Of(unknown.Split('=')[0], reader.Names));
        return (options, [.. rest]);
    }

    /// <summary>The folder of all runs, which is there.</summary>
    /// <param name="named">The one that the user named, if he did.</param>
    /// <exception cref="OptionException">There is none.</exception>
    internal string ReportsFolder(string? named = null)
    {
        string folder = named ?? Reports;
        return Directory.Exists(folder) ? folder : throw CommandErrors.NoReports(folder);
    }
}
