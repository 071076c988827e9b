namespace Crucible.Lab.Scripting;

/// <summary>Which script runs and what was typed behind it.</summary>
/// <param name="Name">The script's name: its file without folder and extension, or <c>session</c>.</param>
/// <param name="Arguments">What stands behind the file on the command line.</param>
/// <param name="IsSession">Whether this is an interactive session, which an experiment must not end.</param>
internal sealed record ScriptCall(string Name, string[] Arguments, bool IsSession)
{
    private const string Use = "--use:"; // F# Interactive's other way to name a script

    /// <summary>Work without a script.</summary>
    internal static ScriptCall Session { get; } = new("session", [], IsSession: true);

    /// <summary>The call that started this process.</summary>
    internal static ScriptCall OfProcess() => Parse(Environment.GetCommandLineArgs());

    /// <summary>Reads a command line of F# Interactive: its own options, the script, the script's arguments.</summary>
    internal static ScriptCall Parse(string[] commandLine)
    {
        int place = Array.FindIndex(commandLine, argument =>
            argument.EndsWith(".fsx", StringComparison.OrdinalIgnoreCase) && (argument[0] != '-' || argument.StartsWith(Use, StringComparison.Ordinal)));
        if (place < 0) return Session;

        // F# Interactive takes a lone -- as the end of its own options, so that --help reaches a script.
        string[] arguments = [.. commandLine.Skip(place + 1)];
        int mark = Array.IndexOf(arguments, "--");
        string file = commandLine[place].StartsWith(Use, StringComparison.Ordinal) ? commandLine[place][Use.Length..] : commandLine[place];
        return new ScriptCall(Path.GetFileNameWithoutExtension(file), mark < 0 ? arguments : [.. arguments.Where((_, index) => index != mark)], IsSession: false);
    }
}
