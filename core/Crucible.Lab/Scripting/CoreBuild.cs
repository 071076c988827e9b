using System.Globalization;

namespace Crucible.Lab.Scripting;

/// <summary>Whether the built core is that of the sources as they lie there. <c>build.fsx</c> stamps a build, <c>scripts/crucible.fsx</c> asks.</summary>
internal sealed class CoreBuild
{
    private static readonly string[] SharedFiles = ["Directory.Build.props", "Directory.Packages.props", "global.json"];

    private readonly string root;
    private readonly string stamp;

    private CoreBuild(string root)
    {
        this.root = root;
        stamp = Path.Combine(Binaries(root), "sources.stamp");
    }

    /// <summary>Where the core's libraries lie, and with them the scripts' programs.</summary>
    /// <param name="root">The workspace.</param>
    internal static string Binaries(string root) => Path.Combine(root, "core", "Crucible.Lab", "bin", "Release", "net10.0");

    /// <summary>Whether no source file was edited, added, removed, renamed or checked out since the build.</summary>
    /// <param name="root">The workspace.</param>
    internal static bool IsFresh(string root)
    {
        CoreBuild build = new(root);
        return File.Exists(build.stamp) && File.ReadAllText(build.stamp) == Describe(build.Sources());
    }

    /// <summary>Notes the sources of a build that has ended, unless one changed after its beginning and so may have been missed.</summary>
    /// <param name="root">The workspace.</param>
    /// <param name="begun">When the build began.</param>
    internal static void Stamp(string root, DateTime begun)
    {
        CoreBuild build = new(root);
        List<FileInfo> sources = build.Sources();

        // Plainly, not by AtomicFile: the core's other libraries cannot be reached from here, as Launcher says. Half a stamp only means one more build.
        if (sources.TrueForAll(file => file.LastWriteTimeUtc < begun.ToUniversalTime())) File.WriteAllText(build.stamp, Describe(sources));
    }

    private List<FileInfo> Sources()
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

    /// <summary>Name, length and time of each file: any change changes the text. Times alone would miss a removal.</summary>
    internal static string Describe(List<FileInfo> files) => string.Join('\n', files
        .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}"))
        .Order(StringComparer.Ordinal));
}
