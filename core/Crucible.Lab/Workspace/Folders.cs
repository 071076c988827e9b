namespace Crucible.Lab.Workspace;

/// <summary>The places of the workspace.</summary>
internal static class Folders
{
    /// <summary>The workspace, found upwards from the library; the current folder for a library outside of one.</summary>
    internal static string Root { get; } = Find() ?? Environment.CurrentDirectory;

    /// <summary>Where runs and studies are kept.</summary>
    internal static string Reports => Path.Combine(Root, "reports");

    /// <summary>Where data lie: small tables, and larger sets that were fetched.</summary>
    internal static string Data => Path.Combine(Root, "data");

    /// <summary>Where scripts lie.</summary>
    internal static string Scripts => Path.Combine(Root, "scripts");

    private static string? Find()
    {
        DirectoryInfo? folder = new FileInfo(typeof(Folders).Assembly.Location).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Crucible.slnx"))) folder = folder.Parent;
        return folder?.FullName;
    }
}
