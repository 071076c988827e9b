using Crucible.Lab.Commands;
using Crucible.Launch;

namespace Crucible.Tool;

/// <summary>
/// The command <c>crucible</c>. To run a script is the launcher's work, which <c>dotnet fsi</c> comes to as well; all else is
/// the library's.
/// </summary>
internal static class Program
{
    private const string Run = "run";
    private const int WrongUsage = 2;

    private static int Main(string[] arguments)
    {
        if (arguments is [Run, { } script, ..]) return CommandLine.IsScript(script) ? Launcher.RunScript(arguments[1..]) : WrongUsage;
        if (arguments is not ([] or ["help" or "--help" or "-h", ..])) return CommandLine.Run(arguments, Run);
        Console.WriteLine($"""
            Usage: crucible <command> [arguments]

              {Run,-9} runs a script with what stands behind it, as dotnet fsi does: run script.fsx --seed 1
            {CommandLine.Usage}

            '<command> --help' lists what a command takes.
            """);
        return 0;
    }
}
