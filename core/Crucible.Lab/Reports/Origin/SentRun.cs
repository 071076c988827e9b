using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Reports;

/// <summary>A run from a file that somebody sent: a report, a run.json, or a folder that holds one of them.</summary>
/// <param name="Name">What it is called: script and folder of a run, or the report's file.</param>
/// <param name="Record">The content of run.json.</param>
/// <param name="Figures">Its figures, as a list in JSON.</param>
internal sealed partial record SentRun(string Name, JsonObject Record, string Figures)
{
    /// <summary>Reads a run.</summary>
    /// <param name="path">The file or folder.</param>
    /// <exception cref="DataException">There is none, or it holds no run.</exception>
    internal static SentRun Read(string path)
    {
        string? inFolder = Directory.Exists(path)
            ? new[] { RunRecord.FileName, ReportPage.FileName }.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            : File.Exists(path) ? path : throw ReportErrors.NoFile(path);
        if (inFolder is not { } file) throw ReportErrors.NoRunIn(path);
        try
        {
            string text = Encoding.UTF8.GetString(RunFile.ReadBytes(file));
            string figures = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, FiguresFile.Name);
            bool isRecord = Path.GetExtension(file) == ".json";
            JsonObject record = Parse(isRecord ? text : RecordIn(text) ?? throw ReportErrors.NoReportOfOurs(file));
            return new SentRun(NameOf(file, record), record, isRecord ? FiguresFile.Read(figures) : FiguresIn(text));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            throw ReportErrors.RunUnreadable(file, error.Message.ReplaceLineEndings(" "));
        }
    }

    private static string NameOf(string file, JsonObject record) => Path.GetFileName(file) is RunRecord.FileName or ReportPage.FileName
        ? $"{record["script"]}/{Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))}"
        : Path.GetFileName(file);

    /// <summary>A run's record: a name of the script and metrics are the least that it has.</summary>
    private static JsonObject Parse(string text)
    {
        JsonDocumentOptions distinct = new() { AllowDuplicateProperties = false };
        JsonObject? record = JsonNode.Parse(text, documentOptions: distinct) as JsonObject;
        return record?["script"] is JsonValue && record["metrics"] is JsonObject
            ? record
            : throw new JsonException("it has no script and metrics");
    }

    private static string? RecordIn(string page)
    {
        int start = page.IndexOf(RepeatPanel.Open, StringComparison.Ordinal);
        if (start < 0) return null;
        start += RepeatPanel.Open.Length;
        int end = page.IndexOf(RepeatPanel.Close, start, StringComparison.Ordinal);
        return end < 0 ? null : page[start..end];
    }

    private static string FiguresIn(string page) =>
        FiguresFile.Checked($"[{string.Join(',', ChartData().Matches(page).Select(chart => chart.Groups[1].Value))}]");

    [GeneratedRegex("<script type=\"application/json\" id=\"chart-[0-9]+-data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ChartData();
}
