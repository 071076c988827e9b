using System.Text;

namespace Crucible.Lab.Reports;

/// <summary><c>index.html</c> over all runs of all scripts, newest first.</summary>
/// <param name="root">The folder that holds one folder a script, one a run in each.</param>
internal sealed class RunIndex(string root)
{
    internal const string FileName = "index.html";
    private const int ShownMetrics = 8; // beyond that a table is wider than a screen; the rest is in the reports
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Writes the page anew. Scripts that end together take turns, so that the last one lists every run.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another script holds the turn too long.</exception>
    internal void Refresh()
    {
        using FileStream turn = TakeTurn();
        AtomicFile.WriteText(Path.Combine(root, FileName), Render());
    }

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

    private string Render()
    {
        StringBuilder page = new();
        PageFrame.Open(page, "Runs");
        page.Append("<header><h1>Runs</h1><p class=\"lead\">Every run of every script, newest first.</p></header>\n<main>\n");
        foreach (string script in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            IndexedRun[] runs = [.. Directory.GetDirectories(script).OrderDescending(StringComparer.Ordinal).Select(IndexedRun.Read).OfType<IndexedRun>()];
            if (runs.Length == 0) continue;
            page.Markup($"<h2>{Path.GetFileName(script)}</h2>");
            page.Table(Table(Path.GetFileName(script), runs), null);
        }

        page.Append("</main>\n<footer></footer>\n");
        return PageFrame.Close(page);
    }

    private static TableData Table(string script, IndexedRun[] runs)
    {
        string[] metrics = [.. runs.SelectMany(run => run.Metrics.Keys).Distinct().Take(ShownMetrics)];
        object?[] Row(IndexedRun run) =>
        [
            Link(script, run), run.Badge, run.Seed, run.Seconds, .. metrics.Select(name => run.Metrics.TryGetValue(name, out double? value) ? (object?)value : null),
        ];
        return new TableData(["run", "status", "seed", "seconds", .. metrics], [.. runs.Select(Row)]);
    }

    private static object Link(string script, IndexedRun run) => !run.HasReport ? run.Name : new Html.Raw(
        $"<a href=\"{Uri.EscapeDataString(script)}/{Uri.EscapeDataString(run.Name)}/{ReportPage.FileName}\">{Html.Encode(run.Name)}</a>");
}
