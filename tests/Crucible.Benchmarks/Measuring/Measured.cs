using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>What was measured of a workload, kept in a file, so that the pages can be written anew when some are measured again.</summary>
/// <param name="Processor">On what.</param>
/// <param name="Conditions">The machine, the day, and how busy it was.</param>
/// <param name="Rows">What was compared.</param>
internal sealed record Measured(string Processor, string Conditions, IReadOnlyList<Comparison> Rows)
{
    private static readonly string file = Path.Combine(Locations.Workspace, "tests", "Crucible.Benchmarks", "measured.json");

    private static readonly JsonSerializerOptions options = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new Bursts() },
    };

    /// <summary>What the file holds and the run found, in the order of the names; what was measured now replaces what was before.</summary>
    internal static IReadOnlyList<Measured> Kept(Bench bench, IEnumerable<IWorkload> workloads)
    {
        Dictionary<string, Measured> all = File.Exists(file)
            ? JsonSerializer.Deserialize<Dictionary<string, Measured>>(File.ReadAllText(file), options)!
            : [];
        string conditions = string.Create(
            CultureInfo.InvariantCulture,
            $"{Machine.Description}, {DateTime.UtcNow:yyyy-MM-dd}, load {bench.LoadAtStart} at the start and {Machine.Load} at the end");
        List<KeyValuePair<string, Measured>> kept = [];
        foreach (IWorkload workload in workloads)
        {
            Comparison[] rows = [.. bench.Comparisons.Where(row => row.Workload == workload.Summary)];
            if (rows.Length > 0) kept.Add(new(workload.Name, new(Machine.Processor, conditions, rows)));
            else if (all.TryGetValue(workload.Name, out Measured? before)) kept.Add(new(workload.Name, before));
        }

        File.WriteAllText(file, JsonSerializer.Serialize(new Dictionary<string, Measured>(kept), options) + "\n");
        return [.. kept.Select(one => one.Value)];
    }

    /// <summary>The bursts of a row in one line, with four digits.</summary>
    private sealed class Bursts : JsonConverter<double[]>
    {
        public override double[] Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            [.. reader.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(
                number => double.Parse(number, CultureInfo.InvariantCulture))];

        public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options) =>
            writer.WriteStringValue(string.Join(' ', value.Select(number => number.ToString("G4", CultureInfo.InvariantCulture))));
    }
}
