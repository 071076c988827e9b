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
            JsonNode run = JsonNode.Parse(File.ReadAllText(file))!;
            Dictionary<string, double?> metrics = run["metrics"]!.AsObject().ToDictionary(metric => metric.Key, metric => (double?)metric.Value);
            JsonNode? failed = run["checks"]!.AsArray().FirstOrDefault(check => !(bool)check!["ok"]!);
            return new ScriptOutcome(metrics, failed is null ? null : $"failed check: {failed["name"]}: {failed["actual"]} (expected {failed["expected"]})");
        }
        catch (Exception error) when (error is JsonException or NullReferenceException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
