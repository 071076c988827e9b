using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Crucible.Lab.Tests.House.Claims;

/// <summary>What the commands of the claims measured last, in measured.json, by command.</summary>
internal sealed partial class Records
{
    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, Record> records;

    private Records(SortedDictionary<string, Record> records) => this.records = records;

    private static string File { get; } = Path.Combine(Rooms.Root, "tests", "Crucible.Lab.Tests", "House", "Claims", "measured.json");

    internal static Records Read() => new(System.IO.File.Exists(File)
        ? JsonSerializer.Deserialize<SortedDictionary<string, Record>>(System.IO.File.ReadAllText(File), Style)!
        : []);

    internal void Write() => System.IO.File.WriteAllText(File, JsonSerializer.Serialize(records, Style) + "\n");

    /// <summary>The records of a number; null where one is missing.</summary>
    internal Record[]? Of(Source.Metric metric) =>
        metric.Keys.All(key => records.TryGetValue(key, out Record? record) && record.Values.ContainsKey(metric.Value))
            ? [.. metric.Keys.Select(key => records[key])]
            : null;

    /// <summary>What was measured, in the number's unit.</summary>
    internal double? Value(Source.Metric metric) => Of(metric)?.Average(record => record.Values[metric.Value]) * metric.Scale;

    /// <summary>Takes what a command measured.</summary>
    internal void Take(string key, Record record) => records[key] = record;

    /// <summary>Takes what is newer, or was not asked for before, from the runs of a gallery; forgets what no number asks for.</summary>
    internal void TakeRuns(string reports, IEnumerable<Source.Metric> metrics)
    {
        ILookup<string, string> wanted = metrics.SelectMany(metric => metric.Keys.Select(key => (Key: key, metric.Value))).Distinct()
            .ToLookup(pair => pair.Key, pair => pair.Value);
        foreach (string key in records.Keys.Where(key => !wanted.Contains(key)).ToList()) records.Remove(key);
        IEnumerable<string> files = Directory.Exists(reports)
            ? Directory.GetFiles(reports, "run.json", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 })
            : [];
        foreach (string file in files)
        {
            JsonNode run = JsonNode.Parse(System.IO.File.ReadAllText(file))!;
            if (KeyOf(run) is { } key && wanted.Contains(key) && RecordOf(run, wanted[key]) is { } record
                && !(records.TryGetValue(key, out Record? there) && there.Started > record.Started))
                records[key] = record;
        }
    }

    /// <summary>The command of a whole run that came to its end, with its seed behind all else.</summary>
    private static string? KeyOf(JsonNode run) =>
        run["status"]?.GetValue<string>() == "completed" && run["quick"]?.GetValue<bool>() == false && run["command"] is { } command
            ? $"dotnet fsi {Seed().Replace(command.GetValue<string>(), "")} --seed {run["seed"]}"
            : null;

    /// <summary>The metrics, and the settings, that are asked for; null if the run lacks one.</summary>
    private static Record? RecordOf(JsonNode run, IEnumerable<string> names)
    {
        SortedDictionary<string, double> values = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            JsonNode? value = run["metrics"]?[name] ?? run["config"]?[name];
            if (value is not JsonValue given || !given.TryGetValue(out double number)) return null;
            values[name] = number;
        }

        return new Record(
            run["started"]!.GetValue<DateTimeOffset>(), run["seconds"]!.GetValue<double>(), Record.Name(run["machine"]!), values);
    }

    [GeneratedRegex(@" --seed \d+\b")]
    private static partial Regex Seed();
}

/// <summary>What a command measured.</summary>
/// <param name="Started">When.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Machine">On what.</param>
/// <param name="Values">The numbers, by their names in run.json.</param>
internal sealed record Record(DateTimeOffset Started, double Seconds, string Machine, SortedDictionary<string, double> Values)
{
    /// <summary>A machine in words.</summary>
    internal static string Name(JsonNode machine) => $"{machine["processor"] ?? "a processor"}, {machine["processors"]} processors";
}
