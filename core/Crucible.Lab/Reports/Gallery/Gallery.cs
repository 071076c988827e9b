using Crucible.Files;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary><c>index.html</c> over all runs of all scripts, newest first.</summary>
/// <param name="root">The folder that holds one folder a script, one a run in each.</param>
internal sealed class Gallery(string root)
{
    internal const string FileName = "index.html";
    private const int Named = 3; // damaged runs that a line names
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Every folder, hidden ones too, but those that this user may not look into.
    private static readonly EnumerationOptions Readable = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    /// <summary>Writes the page anew. Scripts that end together take turns, so that the last one lists every run.</summary>
    /// <returns>A line about runs whose run.json cannot be read, which are listed without their results; or nothing.</returns>
    /// <exception cref="IOException">The folder cannot be written, or another script holds the turn too long.</exception>
    internal string? Refresh()
    {
        using FileStream turn = TakeTurn();
        RunCopies copies = new(root);
        IndexedRun[][] scripts =
            [.. Scripts().Select(runs => runs.Select(run => run with { Copy = copies.AddressOf(run) }).ToArray())];
        AtomicFile.WriteText(Path.Combine(root, FileName), new GalleryPage(scripts, PlotlyScript.Beside(root)).Render());
        copies.RemoveOthers();
        return Complaint([.. scripts.SelectMany(runs => runs).Where(run => run.Damage is not null)]);
    }

    /// <summary>All runs, those of a script together, newest first.</summary>
    internal IEnumerable<IndexedRun> Runs() => Directory.Exists(root) ? Scripts().SelectMany(runs => runs) : [];

    /// <summary>The folders of all runs in a gallery's folder, those of a script together, newest first.</summary>
    internal static IEnumerable<string> FoldersIn(string root) =>
        Directory.GetDirectories(root, "*", Readable).Order(StringComparer.Ordinal).SelectMany(script =>
            Directory.GetDirectories(script, "*", Readable).OrderDescending(StringComparer.Ordinal)
                .Where(run => Path.Exists(Path.Combine(run, RunRecord.FileName))));

    private FileStream TakeTurn()
    {
        long start = Environment.TickCount64;
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(root, ".index.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 - start < Patience.TotalMilliseconds)
            {
                Thread.Sleep(20);
            }
        }
    }

    /// <summary>The runs of every script that has some, newest first.</summary>
    private IndexedRun[][] Scripts() =>
    [
        .. FoldersIn(root).Select(IndexedRun.Read).OfType<IndexedRun>().GroupBy(run => run.Script).Select(runs => runs.ToArray()),
    ];

    private static string? Complaint(IndexedRun[] damaged)
    {
        if (damaged.Length == 0) return null;
        string more = damaged.Length > Named ? Invariant($" and {damaged.Length - Named} more") : "";
        string names = string.Join("; ", damaged.Take(Named).Select(run => $"{run.Key} ({run.Damage})"));
        return $"{FileName} lists without results, because their {RunRecord.FileName} cannot be read: {names}{more}";
    }
}
