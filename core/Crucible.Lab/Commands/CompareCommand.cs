using Crucible.Files;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;

namespace Crucible.Lab.Commands;

/// <summary>Runs from files that may come from anywhere, on one page.</summary>
internal static class CompareCommand
{
    private const string Usage = """
        compare REPORT REPORT … [options]

          Writes a page that compares runs, and opens it. A REPORT is a report.html, a run.json, or a folder: of a run, of a
          script's runs, or of all.
        """;

    internal sealed record Options(
        [property: Option("the page that is written")] string Out = "comparison.html",
        [property: Option("only says where the page is")] bool NoOpen = false);

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (place.Read(Usage, new Options(), arguments) is not { } read) return 0;
        string[] paths = [.. read.Words.SelectMany(In)];
        if (paths.Length < 2) throw CommandErrors.FewReports(paths.Length);
        List<SentRun> runs = [];
        List<string> damaged = [];
        foreach (string path in paths)
        {
            try
            {
                runs.Add(SentRun.Read(path));
            }
            catch (DataException error) when (!read.Words.Contains(path)) // one of many in a folder
            {
                damaged.Add(error.Message);
            }
        }

        if (runs.Count < 2) throw CommandErrors.FewReports(runs.Count);
        string page = Path.GetFullPath(read.Options.Out);
        AtomicFile.WriteText(page, new ComparisonPage(Named(runs)).Render(PlotlyScript.OfUserAsync().GetAwaiter().GetResult()));
        foreach (string line in damaged) place.Console.Fail($"left out: {line}");
        place.Output.WriteLine(page);
        if (!read.Options.NoOpen && Viewer.Open(page) is { } problem) place.Console.Warn(problem);
        return 0;
    }

    /// <summary>A folder that is no run's stands for the runs in it, or in its folders.</summary>
    private static string[] In(string path)
    {
        if (!Directory.Exists(path) || HoldsRun(path)) return [path];
        string[] own = [.. Directory.GetDirectories(path).Where(HoldsRun).Order(StringComparer.Ordinal)];
        string[] runs = own.Length > 0 ? own : [.. Gallery.FoldersIn(path)];
        return runs.Length > 0 ? runs : [path];
    }

    private static bool HoldsRun(string folder) =>
        File.Exists(Path.Combine(folder, RunRecord.FileName)) || File.Exists(Path.Combine(folder, ReportPage.FileName));

    /// <summary>Runs of one name are told apart by numbers.</summary>
    private static SentRun[] Named(IReadOnlyList<SentRun> runs)
    {
        Dictionary<string, int> seen = [];
        return [.. runs.Select(run =>
        {
            int number = seen[run.Name] = seen.GetValueOrDefault(run.Name) + 1;
            return number == 1 ? run : run with { Name = FormattableString.Invariant($"{run.Name} ({number})") };
        })];
    }
}
