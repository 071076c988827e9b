using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Workspace;

/// <summary>The text that a script is made of: its file and those that it loads.</summary>
internal static partial class ScriptSource
{
    private const string Use = "--use:"; // F# Interactive's other way to name a script

    /// <summary>The script that this process runs, by F# Interactive or compiled; null in a session and in other programs.</summary>
    internal static string? OfProcess { get; } = FindOfProcess(); // before the script changes the current folder

    /// <summary>Which word of a command line of F# Interactive names the script; -1 for none.</summary>
    internal static int PlaceIn(string[] commandLine) => Array.FindIndex(commandLine, argument =>
        argument.EndsWith(".fsx", StringComparison.OrdinalIgnoreCase)
            && (argument[0] != '-' || argument.StartsWith(Use, StringComparison.Ordinal)));

    /// <summary>The script's file in the word that names it.</summary>
    internal static string Named(string word) => word.StartsWith(Use, StringComparison.Ordinal) ? word[Use.Length..] : word;

    /// <summary>A script's file as the workspace has it, or its name alone where it lies elsewhere.</summary>
    internal static string NameOf(string file)
    {
        string place = Path.GetRelativePath(Folders.Root, Path.GetFullPath(file));
        return place.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(place)
            ? Path.GetFileName(file)
            : place.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>SHA-256 over the script and what it loads, in the order of loading; null where one of them cannot be read.</summary>
    internal static string? Hash(string file)
    {
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (string one in Files(file)) hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(one))));
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Full paths of the script and of what it loads, in the order of loading.</summary>
    internal static IReadOnlyCollection<string> Files(string file)
    {
        HashSet<string> files = [];
        Follow(Path.GetFullPath(file), files);
        return files;
    }

    /// <summary>
    /// Names the script that a process works for whose own was made from it, as for a page; <see cref="CommandLine"/> has it in
    /// the other's place.
    /// </summary>
    internal const string Original = "CRUCIBLE_SCRIPT";

    /// <summary>This process's command line.</summary>
    internal static string[] CommandLine()
    {
        string[] commandLine = Environment.GetCommandLineArgs();
        if (PlaceIn(commandLine) is >= 0 and var place && Environment.GetEnvironmentVariable(Original) is { Length: > 0 } original)
            commandLine[place] = original;
        return commandLine;
    }

    /// <summary>A source whose directives <c>#load "…"</c> and <c>#r "…"</c> name other files.</summary>
    /// <param name="text">The source.</param>
    /// <param name="place">Takes <c>load</c> or <c>r</c> and the name to the file that is meant; null leaves the directive.</param>
    internal static string Redirect(string text, Func<string, string, string?> place) => Directive().Replace(text, directive =>
        place(directive.Groups["kind"].Value, directive.Groups["name"].Value) is { } file
            ? $"#{directive.Groups["kind"].Value} @\"{file}\""
            : directive.Value);

    [GeneratedRegex("""^[ \t]*#(?<kind>load|r)[ \t]+@?"(?<name>[^":]+)"[ \t]*$""", RegexOptions.Multiline)]
    private static partial Regex Directive();

    private static string? FindOfProcess()
    {
        string[] commandLine = CommandLine();
        int place = PlaceIn(commandLine);
        return place >= 0 && File.Exists(Named(commandLine[place])) ? Path.GetFullPath(Named(commandLine[place])) : null;
    }

    private static void Follow(string file, HashSet<string> files)
    {
        if (!files.Add(file)) return;
        foreach (string line in File.ReadLines(file).Where(line => line.TrimStart().StartsWith("#load", StringComparison.Ordinal)))
        {
            foreach (Match name in Quoted().Matches(line))
                Follow(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, name.Groups[1].Value)), files);
        }
    }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();
}
