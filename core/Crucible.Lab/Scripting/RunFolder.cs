using System.Globalization;
using System.Text;
using Crucible.Files;
using Crucible.Lab.Reports;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>Where a run writes. It exists, can be written, and belongs to this run alone until that ends, however it ends.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockName = RunFile.LockName;

    // A killed run whose last process is just ending
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly FileStream turn;
    private readonly byte[]? earlier;

    private RunFolder(string location, string? indexRoot, FileStream turn, byte[]? earlier) =>
        (Location, IndexRoot, this.turn, this.earlier) = (location, indexRoot, turn, earlier);

    /// <summary>The folder of report.html and run.json.</summary>
    internal string Location { get; }

    /// <summary>The folder whose index lists the run, or null for a folder that the user named.</summary>
    internal string? IndexRoot { get; }

    /// <summary>The run as the gallery names it: the folders of its script and its own.</summary>
    internal string Key => $"{Path.GetFileName(Path.GetDirectoryName(Location))}/{Path.GetFileName(Location)}";

    /// <summary>The run's record.</summary>
    internal string RecordFile => Path.Combine(Location, RunRecord.FileName);

    /// <summary>Takes the folder that the user named.</summary>
    /// <exception cref="UsageException">It cannot be made or written, or another run writes there.</exception>
    internal static RunFolder Named(string location, RunRecord record) => Guarded(location, () =>
    {
        string full = Path.GetFullPath(location);
        Directory.CreateDirectory(full);
        FileStream turn = TakeTurn(location, full);
        string file = Path.Combine(full, RunRecord.FileName);
        byte[]? earlier = File.Exists(file) ? Try(() => RunFile.ReadBytes(file)) : null;
        try
        {
            AtomicFile.WriteText(file, record.ToJson());
            return new RunFolder(full, null, turn, earlier);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
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
            if (Claim(Path.Combine(location, RunRecord.FileName), record.ToJson()))
                return new RunFolder(location, root, TakeTurn(location, location), null);
        }
    });

    /// <summary>Takes the run away: the command line was wrong and nothing was done. What lay there before lies there again.</summary>
    internal void Discard()
    {
        if (earlier is null) File.Delete(RecordFile);
        else AtomicFile.Write(RecordFile, file => file.Write(earlier));
        Dispose();
        File.Delete(turn.Name);
        if (Directory.EnumerateFileSystemEntries(Location).Any()) return;
        Directory.Delete(Location);
        string script = Path.GetDirectoryName(Location)!;
        if (IndexRoot is not null && !Directory.EnumerateFileSystemEntries(script).Any()) Directory.Delete(script);
    }

    /// <summary>Lets others have the folder. The system does so for a run that was killed.</summary>
    public void Dispose() => turn.Dispose();

    private static FileStream TakeTurn(string typed, string folder)
    {
        long start = Environment.TickCount64;
        string file = Path.Combine(folder, LockName);
        while (true)
        {
            try
            {
                FileStream turn = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (File.Exists(file)) return turn;
                turn.Dispose(); // its holder removed it meanwhile
            }
            catch (IOException error) when (IsHeld(error))
            {
                if (Environment.TickCount64 - start > Patience.TotalMilliseconds)
                    throw ScriptErrors.FolderTaken(typed, Try(() => RunRecord.HolderIn(folder)));
                Thread.Sleep(50);
            }
        }
    }

    /// <summary>Whether another process has the file: EWOULDBLOCK of Linux and of macOS, a sharing violation of Windows.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

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

    /// <summary>Writes run.json as it stands, whole.</summary>
    internal void WriteRecord() => AtomicFile.WriteText(folder.RecordFile, record.ToJson());

    /// <summary>Writes report.html, whole, and what the gallery shows.</summary>
    internal void WritePage()
    {
        Block[] blocks = report.Blocks;
        string? gallery = folder.IndexRoot is null ? null : $"../../{Gallery.FileName}#run={Uri.EscapeDataString(folder.Key)}";
        ReportPage page = new(record, blocks, record.Error) { Gallery = gallery };
        PlotlyScript? script = page.HasCharts ? plotly.GetAwaiter().GetResult() : null;
        if (script is not null)
        {
            record.Versions["plotly.js"] = script.Version;
            WriteRecord();
        }

        bool isShared = folder.IndexRoot is { } root && WritesBeside(root, script);
        AtomicFile.WriteText(ReportFile, page.Render(isShared ? script! with { Place = "../../" } : script));
        if (folder.IndexRoot is not null) RefreshGallery(folder.IndexRoot, blocks);
        if (opens && Viewer.Open(ReportFile) is { } problem) Note = problem;
    }

    /// <summary>Whether plotly.js lies beside the gallery, where all its reports share it.</summary>
    private static bool WritesBeside(string root, PlotlyScript? script)
    {
        try
        {
            script?.WriteBeside(root);
            return script is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // this report carries its own
        }
    }

    private void RefreshGallery(string root, Block[] blocks)
    {
        try
        {
            FiguresFile.Write(folder.Location, blocks);
            Note = new Gallery(root).Refresh();
        }
        catch (Exception error) // whatever other folders hold: this run's report is written
        {
            Note = $"{Path.Combine(root, Gallery.FileName)} was not refreshed: {error.Message}";
        }
    }
}
