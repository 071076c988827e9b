using Crucible.Lab.Workspace;

namespace Crucible.Lab.Scripting;

/// <summary>Which script runs and what was typed behind it.</summary>
/// <param name="Name">The script's name: its file without extension, behind its folders in <c>scripts</c>
/// (<c>houses-descent</c>), or <c>session</c>.</param>
/// <param name="Arguments">What stands behind the file on the command line.</param>
/// <param name="IsSession">Whether this is an interactive session, which an experiment must not end.</param>
internal sealed record ScriptCall(string Name, string[] Arguments, bool IsSession)
{
    /// <summary>The script's file, as typed.</summary>
    internal string File { get; private init; } = $"{Name}.fsx";

    /// <summary>How it is begun, as typed: what stands before the arguments.</summary>
    internal string Typed => IsCommand ? $"{Folders.Door} {Name}" : $"dotnet fsi {File}";

    /// <summary>Whether it is a command of the library, and so has no file.</summary>
    internal bool IsCommand { get; init; }

    /// <summary>The script and its arguments as they can be typed again where the named files lie in the current folder.</summary>
    /// <param name="files">What the user named: shown without its place.</param>
    /// <param name="isPrivate">Whether the script is named without its folder.</param>
    internal string Describe(IEnumerable<string> files, bool isPrivate = false)
    {
        IEnumerable<string> words = ArgumentsWith(files)
            .Select(argument => argument.Length == 0 || argument.Any(char.IsWhiteSpace) ? $"\"{argument}\"" : argument);
        string script = IsSession || IsCommand ? Name : isPrivate ? Path.GetFileName(File) : ScriptSource.NameOf(File);
        return string.Join(' ', words.Prepend(script));
    }

    /// <summary>What stands behind the script, files by their names.</summary>
    /// <param name="files">What the user named.</param>
    internal IEnumerable<string> ArgumentsWith(IEnumerable<string> files)
    {
        string[] named = [.. files];
        return Arguments.Select(argument => NamedFile.WithoutPlaces(argument, named));
    }

    /// <summary>Work without a script.</summary>
    internal static ScriptCall Session { get; } = new("session", [], IsSession: true);

    /// <summary>The call that started this process.</summary>
    internal static ScriptCall OfProcess() => Parse(ScriptSource.CommandLine());

    /// <summary>Reads a command line of F# Interactive: its own options, the script, the script's arguments.</summary>
    internal static ScriptCall Parse(string[] commandLine)
    {
        int place = ScriptSource.PlaceIn(commandLine);
        if (place < 0) return Session;

        // F# Interactive takes a lone -- as the end of its own options, so that --help reaches a script.
        string[] arguments = [.. commandLine.Skip(place + 1)];
        int mark = Array.IndexOf(arguments, "--");
        string file = ScriptSource.Named(commandLine[place]);
        return new ScriptCall(NameOf(file), mark < 0 ? arguments : [.. arguments.Where((_, index) => index != mark)], IsSession: false)
        {
            File = file
        };
    }

    /// <summary>Scripts of one name in different folders have reports of their own.</summary>
    private static string NameOf(string file)
    {
        string place = Path.GetRelativePath(Folders.Scripts, Path.ChangeExtension(Path.GetFullPath(file), null));
        return place.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(place)
            ? Path.GetFileName(place)
            : place.Replace(Path.DirectorySeparatorChar, '-');
    }
}
