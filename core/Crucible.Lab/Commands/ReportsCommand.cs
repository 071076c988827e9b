using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;

namespace Crucible.Lab.Commands;

/// <summary>The gallery of all runs, written anew and opened.</summary>
internal static class ReportsCommand
{
    private const string Usage = """
        reports [options]

          Writes the gallery of all runs anew, and opens it.
        """;

    internal sealed record Options(
        [property: Option("only says where the gallery is")] bool NoOpen = false,
        [property: Option("the folder of all runs")] string? Reports = null);

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (place.Read(Usage, new Options(), arguments) is not { } read) return 0;
        string folder = place.ReportsFolder(read.Options.Reports);
        if (!Gallery.FoldersIn(folder).Any()) throw CommandErrors.NoRuns(folder);
        if (new Gallery(folder).Refresh() is { } complaint) place.Console.Warn(complaint);
        string page = Path.Combine(folder, Gallery.FileName);
        place.Output.WriteLine(page);
        if (!read.Options.NoOpen && Viewer.Open(page) is { } problem) place.Console.Warn(problem);
        return 0;
    }
}
