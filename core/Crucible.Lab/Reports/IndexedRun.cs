using System.Text.Json;

namespace Crucible.Lab.Reports;

/// <summary>What the index shows of one run. It is read from a file that anyone may have edited, so nothing in it is taken for granted.</summary>
/// <param name="Name">The run's folder.</param>
/// <param name="Badge">Its status in words and colour.</param>
internal sealed record IndexedRun(string Name, Html.Raw Badge)
{
    internal bool HasReport { get; private init; }

    internal ulong? Seed { get; private init; }

    internal double? Seconds { get; private init; }

    internal IReadOnlyDictionary<string, double?> Metrics { get; private init; } = new Dictionary<string, double?>();

    /// <summary>The run in a folder, or null where there is no run.</summary>
    internal static IndexedRun? Read(string folder)
    {
        string file = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(file)) return null;
        string name = Path.GetFileName(folder);
        bool hasReport = File.Exists(Path.Combine(folder, ReportPage.FileName));
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement run = document.RootElement;
            RunStatus status = Enum.TryParse(run.GetProperty("status").GetString(), ignoreCase: true, out RunStatus known) ? known : RunStatus.Running;
            bool hasFailedCheck = run.GetProperty("checks").EnumerateArray().Any(check => !check.GetProperty("ok").GetBoolean());
            return new IndexedRun(name, ReportPage.Badge(status, hasFailedCheck))
            {
                HasReport = hasReport,
                Seed = run.GetProperty("seed").GetUInt64(),
                Seconds = Math.Round(run.GetProperty("seconds").GetDouble(), 1),
                Metrics = run.GetProperty("metrics").EnumerateObject().ToDictionary(
                    metric => metric.Name, metric => metric.Value.ValueKind == JsonValueKind.Number ? metric.Value.GetDouble() : (double?)null),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            return new IndexedRun(name, new Html.Raw($"<span class=\"badge bad\">{RunRecord.FileName} cannot be read</span>")) { HasReport = hasReport };
        }
    }
}
