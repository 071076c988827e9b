using System.Globalization;
using System.Text;
using Crucible.Files;
using Crucible.Lab.Reports;

namespace Crucible.Lab.Scripting;

/// <summary>Where a run writes. It exists, can be written, and belongs to this run alone.</summary>
/// <param name="Location">The folder of report.html and run.json.</param>
/// <param name="IndexRoot">The folder whose index lists the run, or null for a folder that the user named.</param>
internal sealed record RunFolder(string Location, string? IndexRoot)
{
    /// <summary>The workspace's <c>reports</c>, found upwards from the library; that of the current folder for a library outside a workspace.</summary>
    internal static string Reports()
    {
        DirectoryInfo? folder = new FileInfo(typeof(RunFolder).Assembly.Location).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Crucible.slnx"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "reports");
    }

    /// <summary>Takes the folder that the user named.</summary>
    /// <exception cref="UsageException">It cannot be made or written.</exception>
    internal static RunFolder Named(string location, RunRecord record) => Guarded(location, () =>
    {
        string full = Path.GetFullPath(location);
        Directory.CreateDirectory(full);
        AtomicFile.WriteText(Path.Combine(full, RunRecord.FileName), record.ToJson());
        return new RunFolder(full, null);
    });

    /// <summary>Makes <c>root/script/run id</c>. The id sorts by time; runs that start in one second get numbers.</summary>
    /// <exception cref="UsageException">The folder cannot be made or written.</exception>
    internal static RunFolder New(string root, RunRecord record) => Guarded(root, () =>
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{record.Started.UtcDateTime:yyyyMMdd-HHmmss}-seed{record.Seed}");
        for (int number = 1; ; number++)
        {
            string location = Path.Combine(root, record.Script, number == 1 ? id : Errors.Text($"{id}-{number}"));
            Directory.CreateDirectory(location);
            if (Claim(Path.Combine(location, RunRecord.FileName), record.ToJson())) return new RunFolder(location, root);
        }
    });

    /// <summary>Creates the file unless it exists: of two runs that want it, the file system lets one.</summary>
    private static bool Claim(string file, string content)
    {
        try
        {
            using FileStream stream = new(file, FileMode.CreateNew, FileAccess.Write);
            stream.Write(Encoding.UTF8.GetBytes(content));
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
    }

    private static RunFolder Guarded(string location, Func<RunFolder> make)
    {
        try
        {
            return make();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Errors.Unwritable(location, error);
        }
    }
}
