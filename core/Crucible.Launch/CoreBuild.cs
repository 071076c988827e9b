using static System.FormattableString;

namespace Crucible.Launch;

/// <summary>Whether the built core is that of the sources as they lie there.</summary>
internal static class CoreBuild
{
    private static readonly string[] SharedFiles = ["Directory.Build.props", "Directory.Packages.props", "global.json"];

    /// <summary>Where the core's libraries lie, and with them the scripts' programs.</summary>
    /// <param name="root">The workspace.</param>
    internal static string Binaries(string root) => Path.Combine(root, "core", "Crucible.Lab", "bin", "Release", "net10.0");

    /// <summary>Whether no source file was edited, added, removed, renamed or checked out since the build.</summary>
    /// <param name="root">The workspace.</param>
    internal static bool IsFresh(string root)
    {
        string stamp = StampFile(root);
        return File.Exists(stamp) && File.ReadAllText(stamp) == Describe(root, Sources(root));
    }

    /// <summary>Notes the sources of a build that has ended, unless one changed after its beginning and so may have been missed.</summary>
    /// <param name="root">The workspace.</param>
    /// <param name="begun">When the build began.</param>
    internal static void Stamp(string root, DateTime begun)
    {
        List<FileInfo> sources = Sources(root);

        // Plainly, not by the core's AtomicFile, which cannot be reached from here. Half a stamp only means one more
        // build.
        if (sources.TrueForAll(file => file.LastWriteTimeUtc < begun.ToUniversalTime()))
            File.WriteAllText(StampFile(root), Describe(root, sources));
    }

    /// <summary>
    /// Name, length and time of each file: any change changes the text. Times alone would miss a removal. Names are
    /// relative: a workspace may move.
    /// </summary>
    internal static string Describe(string root, IEnumerable<FileInfo> files) => string.Join('\n', files
        .Select(file => Invariant($"{Path.GetRelativePath(root, file.FullName)}|{file.Length}|{file.LastWriteTimeUtc.Ticks}"))
        .Order(StringComparer.Ordinal));

    private static string StampFile(string root) => Path.Combine(Binaries(root), "sources.stamp");

    private static List<FileInfo> Sources(string root)
    {
        List<FileInfo> files = [.. SharedFiles.Select(name => new FileInfo(Path.Combine(root, name))).Where(file => file.Exists)];
        foreach (DirectoryInfo project in new DirectoryInfo(Path.Combine(root, "core")).EnumerateDirectories())
        {
            files.AddRange(project.EnumerateFiles());
            foreach (DirectoryInfo folder in project.EnumerateDirectories().Where(folder => folder.Name is not ("bin" or "obj")))
                files.AddRange(folder.EnumerateFiles("*", SearchOption.AllDirectories));
        }

        return files;
    }
}
