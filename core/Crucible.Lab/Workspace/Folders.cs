using System.Text.RegularExpressions;

namespace Crucible.Lab.Workspace;

/// <summary>The places of the workspace.</summary>
internal static class Folders
{
    /// <summary>
    /// The workspace, found upwards from the library. For a library outside of one, the nearest folder from the current
    /// one upwards that has the folders of a project, scripts and reports; without such, the current folder.
    /// </summary>
    internal static string Root { get; } = Find(new FileInfo(typeof(Folders).Assembly.Location).Directory, IsWorkspace)
        ?? Find(new DirectoryInfo(Environment.CurrentDirectory), IsProject) ?? Environment.CurrentDirectory;

    /// <summary>How a command begins that is typed here: a workspace has them behind its build script, other folders the tool.</summary>
    internal static string Door => IsWorkspace(Root) ? "dotnet fsi build.fsx" : "crucible";

    /// <summary>Where runs and studies are kept.</summary>
    internal static string Reports => Path.Combine(Root, "reports");

    /// <summary>Where data lie: small tables and texts.</summary>
    internal static string Data => Path.Combine(Root, "data");

    /// <summary>Where scripts lie.</summary>
    internal static string Scripts => Path.Combine(Root, "scripts");

    /// <summary>A data file in the folder that <c>CRUCIBLE_DATA</c> names, or in <see cref="Data"/>.</summary>
    /// <param name="name">What the data are called, for the message.</param>
    /// <param name="fileName">The file's name.</param>
    /// <exception cref="DataException">There is none.</exception>
    internal static string DataFile(string name, string fileName)
    {
        string?[] folders = [Environment.GetEnvironmentVariable("CRUCIBLE_DATA"), Data];
        return folders.OfType<string>().Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists)
            ?? throw new DataException(
                $"{name}: {fileName} must be in the folder that CRUCIBLE_DATA names or in the workspace's data, but is in neither");
    }

    /// <summary>A text in which files of this machine's folders have only their names.</summary>
    internal static string WithoutPaths(string text)
    {
        string[] folders = [Root, Environment.CurrentDirectory, Path.TrimEndingDirectorySeparator(Path.GetTempPath()),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];
        return folders.Where(folder => folder.Length > 1).OrderByDescending(folder => folder.Length).Aggregate(text, (shown, folder) =>
            Regex.Replace(shown, Regex.Escape(folder) + @"([/\\][^/\\\s'"":;,]+)*[/\\]?", match => Path.GetFileName(match.Value)));
    }

    private static bool IsWorkspace(string folder) => File.Exists(Path.Combine(folder, "Crucible.slnx"));

    private static bool IsProject(string folder) =>
        Directory.Exists(Path.Combine(folder, "scripts")) && Directory.Exists(Path.Combine(folder, "reports"));

    private static string? Find(DirectoryInfo? folder, Func<string, bool> isIt)
    {
        while (folder is not null && !isIt(folder.FullName)) folder = folder.Parent;
        return folder?.FullName;
    }
}
