using Crucible.Files;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// The command <c>runs …</c>: what a page opened from disk cannot do to the runs it shows. A run is named by
/// script and folder, <c>housing/20260102-030405-seed0</c>, by the path of its folder, or as <c>housing/latest</c>.
/// </summary>
internal static class RunsCommand
{
    private const int Done = 0, Failed = 1, WrongUsage = 2;

    internal static string Usage => $"""
        Usage: {Folders.Door} runs <command>

          list [WORD …]        the runs that have all the words in their name, status or tags
          tag WORD RUN …       adds a tag to runs, to find them by
          untag WORD RUN …     takes it away
          note TEXT RUN …      says something of runs; an empty text takes it away
          delete RUN …         deletes runs with all that they left
          export RUN FILE      writes a report as one file that holds all it needs, to send it

        A RUN is script/folder as the gallery shows it, script/latest, or the path of its folder.
        """;

    /// <summary>Does what the arguments say.</summary>
    /// <param name="arguments">What stands behind <c>runs</c>.</param>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="output">What it answers.</param>
    /// <param name="errors">What went wrong.</param>
    /// <returns>0; 1 when it could not be done, 2 for a wrong command, each told in a line.</returns>
    internal static int Run(string[] arguments, string root, TextWriter output, TextWriter errors)
    {
        try
        {
            switch (arguments)
            {
                case ["list", .. string[] words]:
                    foreach (IndexedRun run in new Gallery(root).Runs().Where(run => words.All(run.Has))) output.WriteLine(run.Line);
                    return Done;
                case ["tag", { Length: > 0 } tag, _, ..] when !tag.Any(char.IsWhiteSpace):
                    Mark(root, arguments[2..], marks => marks with { Tags = [.. marks.Tags.Union([tag])] });
                    break;
                case ["untag", string tag, _, ..]:
                    Mark(root, arguments[2..], marks => marks with { Tags = [.. marks.Tags.Except([tag])] });
                    break;
                case ["note", string note, _, ..]:
                    Mark(root, arguments[2..], marks => marks with { Note = note.Trim() });
                    break;
                case ["delete", _, ..]:
                    Delete(root, arguments[1..], output);
                    break;
                case ["export", string run, string file]:
                    Export(Find(root, run), file);
                    output.WriteLine(file);
                    return Done;
                default:
                    errors.WriteLine(Usage);
                    return WrongUsage;
            }

            new Gallery(root).Refresh();
            return Done;
        }
        catch (Exception error) when (error is CrucibleException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(error.Message.ReplaceLineEndings(" "));
            return Failed;
        }
    }

    private static void Mark(string root, string[] runs, Func<RunMarks, RunMarks> change)
    {
        foreach (string folder in runs.Select(run => Find(root, run)).ToArray()) change(RunMarks.Read(folder)).Write(folder);
    }

    private static void Delete(string root, string[] runs, TextWriter output)
    {
        string[] folders = [.. runs.Select(run => Find(root, run)).Distinct()]; // all of them, before the first goes
        if (Array.Find(folders, RunFile.IsBeingWritten) is { } busy)
            throw ReportErrors.RunBusy(KeyOf(busy));
        foreach (string folder in folders)
        {
            Directory.Delete(folder, recursive: true);
            output.WriteLine(Invariant($"deleted {KeyOf(folder)}"));
            string script = Path.GetDirectoryName(folder)!;
            if (!Directory.EnumerateFileSystemEntries(script).Any()) Directory.Delete(script);
        }
    }

    /// <summary>Puts plotly.js into the report.</summary>
    private static void Export(string folder, string file)
    {
        string page = Path.Combine(folder, ReportPage.FileName);
        if (!File.Exists(page)) throw ReportErrors.NoReport(KeyOf(folder), ReportPage.FileName);
        string gallery = Path.GetDirectoryName(Path.GetDirectoryName(folder))!;
        AtomicFile.WriteText(Path.GetFullPath(file), PlotlyScript.Inline(File.ReadAllText(page), gallery));
    }

    private static string Find(string root, string run)
    {
        string full = Path.GetFullPath(run), place = Path.GetFullPath(Path.Combine(root, run));
        if (run.EndsWith("/latest", StringComparison.Ordinal) && Path.GetDirectoryName(place) is { } script && Directory.Exists(script))
            place = Directory.GetDirectories(script).Where(HasRun).Max(StringComparer.Ordinal) ?? place;
        foreach (string folder in new[] { place, full }.Select(Path.TrimEndingDirectorySeparator))
        {
            // Two folders below the gallery: nothing else is ever tagged or deleted
            if (Path.GetDirectoryName(Path.GetDirectoryName(folder)) == Path.GetFullPath(root) && HasRun(folder)) return folder;
        }

        throw ReportErrors.NoRun(run, NearestName.Of(run, new Gallery(root).Runs().Select(known => known.Key)));
    }

    private static bool HasRun(string folder) => Path.Exists(Path.Combine(folder, RunRecord.FileName));

    private static string KeyOf(string folder) => $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}";
}
