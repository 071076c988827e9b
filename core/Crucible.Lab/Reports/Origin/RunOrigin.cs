using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Reports;

/// <summary>What made a run: enough to do it again somewhere else.</summary>
/// <param name="Arguments">What stood behind the script, without what only places and opens the report.</param>
/// <param name="Sources">The script and the files that it loads, the script first.</param>
/// <param name="Git">The state of the repository around it, where there is one.</param>
/// <param name="Packages">The packages in use and their versions.</param>
internal sealed record RunOrigin(string[] Arguments, SourceText[] Sources, GitState? Git, JsonObject Packages)
{
    internal const string Key = "origin";

    private const int MostSource = 1 << 20; // letters, of all files together

    private static readonly string[] OnlyPlaces = ["--open", "--live"];

    /// <summary>What made a run; without its source, and so without an origin, where a file cannot be read or there is very much.</summary>
    /// <param name="script">The script's file.</param>
    internal static RunOrigin? Collect(string script)
    {
        try
        {
            SourceText[] sources = SourceText.Of(script);
            if (sources.Sum(source => source.Text.Length) > MostSource) return null;
            return new RunOrigin([], sources, GitState.Of(Path.GetDirectoryName(Path.GetFullPath(script))!), []);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same with what was typed, and with the packages that the process has loaded by now.</summary>
    /// <param name="arguments">What was typed behind the script, files by their names.</param>
    internal RunOrigin Of(IEnumerable<string> arguments)
    {
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        JsonObject packages = [];
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies()
            .Where(one => !one.IsDynamic && one.Location.Length > 0 && Path.GetDirectoryName(one.Location) != runtime)
            .OrderBy(one => one.GetName().Name, StringComparer.Ordinal))
        {
            string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
                ?? assembly.GetName().Version?.ToString() ?? "";
            if (assembly.GetName().Name is { } name && assembly != Assembly.GetEntryAssembly()) packages[name] = version;
        }

        return this with { Arguments = WithoutPlaces(arguments), Packages = packages };
    }

    internal JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["arguments"] = new JsonArray([.. Arguments.Select(argument => JsonValue.Create(argument))]),
            ["source"] = new JsonArray([.. Sources.Select(source => new JsonObject { ["file"] = source.File, ["text"] = source.Text })]),
        };
        if (Git is not null) json["git"] = Git.ToJson();
        json["packages"] = Packages.DeepClone();
        return json;
    }

    private static string[] WithoutPlaces(IEnumerable<string> arguments)
    {
        List<string> kept = [];
        bool isPlace = false; // the word behind --out
        foreach (string argument in arguments)
        {
            bool isOut = argument == "--out" || argument.StartsWith("--out=", StringComparison.Ordinal);
            if (!isPlace && !isOut && !OnlyPlaces.Contains(argument)) kept.Add(argument);
            isPlace = argument == "--out";
        }

        return [.. kept];
    }
}

/// <summary>A source file as a run keeps it.</summary>
/// <param name="File">Its place below the workspace, or below the folder that holds all files outside of it.</param>
/// <param name="Text">Its text.</param>
internal readonly record struct SourceText(string File, string Text)
{
    /// <summary>The script and what it loads; what belongs to the core itself is left out.</summary>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    internal static SourceText[] Of(string script)
    {
        string[] files = [.. ScriptSource.Files(script).Where(file => !IsBelow(file, Path.Combine(Folders.Root, "core")))];
        string outside = Common([.. files.Where(file => !IsBelow(file, Folders.Root)).Select(file => Path.GetDirectoryName(file)!)]);
        return [.. files.Select(file => new SourceText(
            Path.GetRelativePath(IsBelow(file, Folders.Root) ? Folders.Root : outside, file).Replace(Path.DirectorySeparatorChar, '/'),
            System.IO.File.ReadAllText(file, Encoding.UTF8)))];
    }

    private static bool IsBelow(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The innermost folder that holds all of some folders.</summary>
    private static string Common(string[] folders)
    {
        string common = folders.FirstOrDefault("");
        while (common.Length > 0 && !folders.All(folder => folder == common || IsBelow(folder, common)))
            common = Path.GetDirectoryName(common) ?? "";
        return common;
    }
}
