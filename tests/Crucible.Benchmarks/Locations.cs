namespace Crucible.Benchmarks;

/// <summary>Folders of the workspace, found from the program's own place in it.</summary>
internal static class Locations
{
    /// <summary>The folder that holds Crucible.slnx.</summary>
    internal static string Workspace { get; } = FindWorkspace();

    /// <summary>The programs that do the same work in PyTorch.</summary>
    internal static string Peers { get; } = Path.Combine(Workspace, "tests", "peers");

    private static string FindWorkspace()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Crucible.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Crucible.slnx");
    }
}
