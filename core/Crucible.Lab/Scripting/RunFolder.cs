using System.Diagnostics;
using System.Globalization;
using System.Text;
using Crucible.Files;
using Crucible.Lab.Reports;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>Where a run writes. It exists, can be written, and belongs to this run alone.</summary>
/// <param name="Location">The folder of report.html and run.json.</param>
/// <param name="IndexRoot">The folder whose index lists the run, or null for a folder that the user named.</param>
internal sealed record RunFolder(string Location, string? IndexRoot)
{
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
            string location = Path.Combine(root, record.Script, number == 1 ? id : Invariant($"{id}-{number}"));
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
            throw ScriptErrors.Unwritable(location, error);
        }
    }
}

/// <summary>Writes what a run leaves: report.html, run.json, its figures and the gallery of all runs.</summary>
internal sealed class RunWriter
{
    private readonly RunFolder folder;
    private readonly RunRecord record;
    private readonly Report report;
    private readonly bool opens;
    private readonly Task<PlotlyScript> plotly;

    /// <summary>Begins to fetch plotly.js, if it is not on this machine, while the script works.</summary>
    internal RunWriter(RunFolder folder, RunRecord record, Report report, bool opens)
    {
        (this.folder, this.record, this.report, this.opens) = (folder, record, report, opens);
        plotly = Task.Run(PlotlyScript.OfUserAsync);
    }

    internal string ReportFile => Path.Combine(folder.Location, ReportPage.FileName);

    /// <summary>What did not work without harm to the report, in a line, if anything.</summary>
    internal string? Note { get; private set; }

    /// <summary>Writes all files, each as a whole.</summary>
    /// <param name="error">The message of the error that ended the run, if any.</param>
    internal void Write(string? error)
    {
        Block[] blocks = report.Blocks;
        ReportPage page = new(record, blocks, error);
        PlotlyScript? script = page.HasCharts ? plotly.GetAwaiter().GetResult() : null;
        if (script is not null) record.Versions["plotly.js"] = script.Version;
        AtomicFile.WriteText(ReportFile, page.Render(script));
        AtomicFile.WriteText(Path.Combine(folder.Location, RunRecord.FileName), record.ToJson());
        if (folder.IndexRoot is not null) RefreshGallery(folder.IndexRoot, blocks, script);
        if (opens) Open();
    }

    /// <summary>Takes the run's folder away: the command line was wrong and nothing was done.</summary>
    internal void Discard()
    {
        File.Delete(Path.Combine(folder.Location, RunRecord.FileName));
        if (!Directory.EnumerateFileSystemEntries(folder.Location).Any()) Directory.Delete(folder.Location);
    }

    private void RefreshGallery(string root, Block[] blocks, PlotlyScript? script)
    {
        try
        {
            FiguresFile.Write(folder.Location, blocks);
            script?.WriteBeside(root);
            new Gallery(root).Refresh();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Note = $"{Path.Combine(root, Gallery.FileName)} was not refreshed: {error.Message}";
        }
    }

    private void Open()
    {
        try
        {
            using Process? viewer = Process.Start(new ProcessStartInfo(ReportFile) { UseShellExecute = true });
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or PlatformNotSupportedException)
        {
            Note = $"No program here opens HTML pages: {error.Message}";
        }
    }
}
