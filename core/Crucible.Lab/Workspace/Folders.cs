namespace Crucible.Lab.Workspace;

/// <summary>The places of the workspace.</summary>
internal static class Folders
{
    /// <summary>The workspace, found upwards from the library; the current folder for a library outside of one.</summary>
    internal static string Root { get; } = Find() ?? Environment.CurrentDirectory;

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

    private static string? Find()
    {
        DirectoryInfo? folder = new FileInfo(typeof(Folders).Assembly.Location).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Crucible.slnx"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
