using System.Text;
using Crucible.Files;

namespace Crucible.Lab.Reports;

/// <summary><c>figures.js</c> beside a run's report: the figures as data, for the gallery's small pictures and comparisons.</summary>
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
        ChartsBlock charts => charts.Figures,
        PicturesBlock pictures => pictures.Pictures.SelectMany(picture => picture.Variants.Take(1)).Select(variant => variant.Chart.ToFigure()),
        _ => [],
    };
}
