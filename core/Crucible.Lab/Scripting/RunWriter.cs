using System.Diagnostics;
using Crucible.Files;
using Crucible.Lab.Reports;

namespace Crucible.Lab.Scripting;

/// <summary>Writes what a run leaves: report.html, run.json, its figures and the gallery of all runs.</summary>
internal sealed class RunWriter
{
    private readonly RunFolder folder;
    private readonly RunRecord record;
    private readonly Report report;
    private readonly bool opens;
    private readonly Task<string?> plotly;

    /// <summary>Begins to fetch plotly.js, if it is not on this machine, while the script works.</summary>
    internal RunWriter(RunFolder folder, RunRecord record, Report report, bool opens)
    {
        (this.folder, this.record, this.report, this.opens) = (folder, record, report, opens);
        plotly = Task.Run(PlotlyCache.OfUser().GetAsync);
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
        string? library = page.HasCharts ? plotly.GetAwaiter().GetResult() : null;
        if (page.HasCharts && library is null) Note = "The report's charts need the network: plotly.js is not on this machine and npm could not bring it.";
        AtomicFile.WriteText(ReportFile, page.Render(library));
        AtomicFile.WriteText(Path.Combine(folder.Location, RunRecord.FileName), record.ToJson());
        if (folder.IndexRoot is not null) RefreshGallery(folder.IndexRoot, blocks, library);
        if (opens) Open();
    }

    /// <summary>Takes the run's folder away: the command line was wrong and nothing was done.</summary>
    internal void Discard()
    {
        File.Delete(Path.Combine(folder.Location, RunRecord.FileName));
        if (!Directory.EnumerateFileSystemEntries(folder.Location).Any()) Directory.Delete(folder.Location);
    }

    private void RefreshGallery(string root, Block[] blocks, string? library)
    {
        try
        {
            FiguresFile.Write(folder.Location, blocks);
            if (library is not null) Plotly.WriteBeside(root, library);
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
