using System.Text;
using Crucible.Files;

namespace Crucible.Lab.Reports;

/// <summary><c>index.html</c> over all runs of all scripts, newest first.</summary>
/// <param name="root">The folder that holds one folder a script, one a run in each.</param>
internal sealed class Gallery(string root)
{
    internal const string FileName = "index.html";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Writes the page anew. Scripts that end together take turns, so that the last one lists every run.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another script holds the turn too long.</exception>
    internal void Refresh()
    {
        using FileStream turn = TakeTurn();
        AtomicFile.WriteText(Path.Combine(root, FileName), new GalleryPage(Scripts(), PlotlyScript.Beside(root)).Render());
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

    /// <summary>The runs of every script that has some, newest first.</summary>
    private IndexedRun[][] Scripts() =>
    [
        .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
            .Select(script =>
                Directory.GetDirectories(script).OrderDescending(StringComparer.Ordinal).Select(IndexedRun.Read).OfType<IndexedRun>()
                    .ToArray())
            .Where(runs => runs.Length > 0),
    ];
}

/// <summary><c>figures.js</c> beside a run's report: the figures as data, for the gallery's thumbnails and comparisons.</summary>
/// <remarks>A script and not JSON, because a page opened from disk may load scripts of its folder but read no files.</remarks>
internal static class FiguresFile
{
    internal const string Name = "figures.js";

    /// <summary>Writes the figures of a report, in their order; without any there is no file.</summary>
    internal static void Write(string folder, Block[] blocks)
    {
        Figure[] figures = [.. blocks.SelectMany(Figures)];
        if (figures.Length == 0) return;
        StringBuilder script = new("crucibleFigures([\n");
        foreach (Figure figure in figures) script.Append(figure.ToJson()).Append(",\n");
        AtomicFile.WriteText(Path.Combine(folder, Name), script.Append("]);\n").ToString());
    }

    private static IEnumerable<Figure> Figures(Block block) => block switch
    {
        AnswerBlock { Figure: { } figure } => [figure],
        FiguresBlock charts => charts.Figures,
        PanelsBlock panels => panels.Panels.SelectMany(panel => panel.Variants.Take(1)).Select(variant => variant.Figure),
        _ => [],
    };
}
