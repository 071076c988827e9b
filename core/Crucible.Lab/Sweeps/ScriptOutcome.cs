using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;

namespace Crucible.Lab.Sweeps;

/// <summary>What a script wrote into its <c>run.json</c>.</summary>
/// <param name="Metrics">Its metrics; one that is not finite has no value.</param>
/// <param name="FailedCheck">The first check that failed, in words, if one did.</param>
internal sealed record ScriptOutcome(IReadOnlyDictionary<string, double?> Metrics, string? FailedCheck)
{
    /// <summary>Reads the file, if it is there and whole.</summary>
    internal static ScriptOutcome? Read(string folder)
    {
        string file = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(file)) return null;
        try
        {
            if (JsonNode.Parse(File.ReadAllText(file)) is not JsonObject run || run["metrics"] is not JsonObject metrics || run["checks"] is not JsonArray checks) return null;
            JsonNode? failed = checks.FirstOrDefault(check => (bool?)check?["ok"] != true);
            return new ScriptOutcome(
                metrics.ToDictionary(metric => metric.Key, metric => (double?)metric.Value),
                failed is null ? null : $"failed check: {failed["name"]}: {failed["actual"]} (expected {failed["expected"]})");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null; // cut off, or not written by the contract: as good as none, which the caller tells
        }
    }
}
