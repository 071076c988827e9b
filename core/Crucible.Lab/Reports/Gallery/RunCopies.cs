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

    /// <summary>The figures as JSON that was seen to be a list of figures; an empty list where there are none such.</summary>
    internal static string Read(string file)
    {
        try
        {
            return File.Exists(file) ? Checked(Encoding.UTF8.GetString(RunFile.ReadBytes(file))) : "[]";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "[]";
        }
    }

    /// <summary>The figures of a text, likewise.</summary>
    internal static string Checked(string figures)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(figures);
            bool isWhole = document.RootElement.EnumerateArray().All(figure =>
                figure.GetProperty("layout").ValueKind == JsonValueKind.Object
                    && figure.GetProperty("data").EnumerateArray().All(trace => trace.ValueKind == JsonValueKind.Object));
            return isWhole ? JsonSerializer.Serialize(document.RootElement) : "[]";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException
            or ArgumentException)
        {
            return "[]";
        }
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
/// The records and figures of all runs where the gallery's page can read them, one at a time. A page opened from disk
/// may read no files, but load scripts: for each run the gallery writes one that holds record and figures as a text. Of
/// a run's own folder, which may come from anywhere, the page executes nothing.
/// </summary>
/// <param name="root">The gallery's folder.</param>
internal sealed class RunCopies(string root)
{
    internal const string FolderName = "gallery";

    private readonly string folder = Path.Combine(root, FolderName);
    private readonly HashSet<string> kept = [];

    /// <summary>The script with a run's record and figures, relative to the gallery; nothing for a run that cannot be read.</summary>
    internal string? AddressOf(IndexedRun run)
    {
        if (run.Record is null) return null;
        string place = Path.Combine(root, run.Script, run.Name), figures = Path.Combine(place, FiguresFile.Name);
        string version = $"{run.Key}\n{Version(Path.Combine(place, RunRecord.FileName))}\n{Version(figures)}";
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(version)))[..16] + ".js";
        string script = Path.Combine(folder, name);
        if (!File.Exists(script))
        {
            string copy = $"{{\"record\":{run.Record},\"figures\":{FiguresFile.Read(figures)}}}";
            AtomicFile.WriteText(script, $"crucibleRun({JsonSerializer.Serialize(copy)});\n");
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

    private static string Version(string path) => new FileInfo(path) is { Exists: true } file
        ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}")
        : "none";
}
