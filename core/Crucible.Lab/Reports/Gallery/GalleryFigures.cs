using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crucible.Files;

namespace Crucible.Lab.Reports;

/// <summary><c>figures.json</c> beside a run's report: its figures as data, for the gallery's thumbnails and comparisons.</summary>
internal static class FiguresFile
{
    internal const string Name = "figures.json";

    /// <summary>Writes the figures of a report, in their order; without any there is no file.</summary>
    internal static void Write(string folder, Block[] blocks)
    {
        string[] figures = [.. blocks.SelectMany(Figures).Select(figure => figure.ToJson())];
        if (figures.Length > 0) AtomicFile.WriteText(Path.Combine(folder, Name), $"[\n{string.Join(",\n", figures)}\n]\n");
    }

    private static IEnumerable<Figure> Figures(Block block) => block switch
    {
        AnswerBlock { Figure: { } figure } => [figure],
        FiguresBlock charts => charts.Figures,
        PanelsBlock panels => panels.Panels.SelectMany(panel => panel.Variants.Take(1)).Select(variant => variant.Figure),
        _ => [],
    };
}

/// <summary>
/// The figures of all runs where the gallery's page can read them. A page opened from disk may read no files, but load
/// scripts: for each run the gallery writes one that holds the run's figures as a text. Of a run's own folder, which may
/// come from anywhere, the page executes nothing.
/// </summary>
/// <param name="root">The gallery's folder.</param>
internal sealed class GalleryFigures(string root)
{
    internal const string FolderName = "gallery";

    private readonly string folder = Path.Combine(root, FolderName);
    private readonly HashSet<string> kept = [];

    /// <summary>The script with a run's figures, relative to the gallery; nothing where there are none that can be read.</summary>
    internal string? AddressOf(IndexedRun run)
    {
        FileInfo file = new(Path.Combine(root, run.Script, run.Name, FiguresFile.Name));
        if (!file.Exists) return null;
        string version = string.Create(CultureInfo.InvariantCulture, $"{run.Key}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}");
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)))[..16] + ".js";
        string script = Path.Combine(folder, name);
        try
        {
            if (!File.Exists(script)) AtomicFile.WriteText(script, $"crucibleFigures({JsonSerializer.Serialize(Read(file.FullName))});\n");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return null;
        }

        kept.Add(name);
        return $"{FolderName}/{name}";
    }

    /// <summary>Removes what belongs to runs, or to states of runs, that are no more.</summary>
    internal void RemoveOthers()
    {
        if (!Directory.Exists(folder)) return;
        foreach (string script in Directory.GetFiles(folder, "*.js").Where(script => !kept.Contains(Path.GetFileName(script))))
            File.Delete(script);
    }

    /// <summary>The figures as JSON that was seen to be a list of figures.</summary>
    private static string Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(RunFile.ReadBytes(file));
        foreach (JsonElement figure in document.RootElement.EnumerateArray())
        {
            if (figure.GetProperty("layout").ValueKind != JsonValueKind.Object
                || figure.GetProperty("data").EnumerateArray().Any(trace => trace.ValueKind != JsonValueKind.Object))
                throw new JsonException("a figure must have data and a layout");
        }

        return JsonSerializer.Serialize(document.RootElement);
    }
}
