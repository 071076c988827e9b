using System.Globalization;
using System.Text.Json;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>
/// What the gallery shows of one run. It is read from a file that anyone may have edited, so nothing in it is taken for
/// granted.
/// </summary>
/// <param name="Script">The folder of its script.</param>
/// <param name="Name">The run's own folder in it.</param>
/// <param name="Badge">Its status in words and colour.</param>
internal sealed record IndexedRun(string Script, string Name, Html.Raw Badge)
{
    private const int UsualHeadlines = 4; // for a script that names none

    internal string Key => $"{Script}/{Name}";

    /// <summary>The run's folder as an address relative to the gallery.</summary>
    internal string Address => $"{Uri.EscapeDataString(Script)}/{Uri.EscapeDataString(Name)}";

    internal bool HasReport { get; private init; }

    /// <summary>The address of its figures relative to the gallery, or nothing where it has none.</summary>
    internal string? Figures { get; init; }

    /// <summary>Seed, duration and checks in a line, as far as they are known.</summary>
    internal string Facts { get; private init; } = "";

    internal string Started { get; private init; } = "";

    internal string Description { get; private init; } = "";

    /// <summary>The answer in a sentence, or an empty text.</summary>
    internal string Answer { get; private init; } = "";

    internal bool IsQuick { get; private init; }

    internal IReadOnlyList<(string Name, double? Value)> Headlines { get; private init; } = [];

    /// <summary>The whole run.json in a form that a page can hold, or nothing when it cannot be read.</summary>
    internal string? Record { get; private init; }

    /// <summary>Why its run.json cannot be read, or nothing when it can.</summary>
    internal string? Damage { get; private init; }

    /// <summary>The run in a folder, or null where there is no run.</summary>
    internal static IndexedRun? Read(string folder)
    {
        string file = Path.Combine(folder, RunRecord.FileName);
        if (!Path.Exists(file)) return null;
        IndexedRun run = new(Path.GetFileName(Path.GetDirectoryName(folder)!), Path.GetFileName(folder), new(""))
        {
            HasReport = File.Exists(Path.Combine(folder, ReportPage.FileName)),
        };
        try
        {
            using JsonDocument document = JsonDocument.Parse(RunFile.ReadBytes(file));
            return run.With(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentException
            or IOException or UnauthorizedAccessException)
        {
            string reason = error.Message.ReplaceLineEndings(" ");
            Html.Raw badge =
                new($"<span class=\"badge bad\" title=\"{Html.Encode(reason)}\">{RunRecord.FileName} cannot be read</span>");
            return run with { Badge = badge, Damage = reason };
        }
    }

    private IndexedRun With(JsonElement record)
    {
        RunStatus status =
            Enum.TryParse(record.GetProperty("status").GetString(), ignoreCase: true, out RunStatus known) && Enum.IsDefined(known)
                ? known
                : RunStatus.Running;
        bool[] checks = [.. record.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("ok").GetBoolean())];
        string met = checks.Length == 0 ? "" : Invariant($" · {checks.Count(ok => ok)} of {checks.Length} checks met");
        return this with
        {
            Badge = ReportPage.Badge(status, checks.Contains(false)),
            Facts = Invariant(
                $"Seed {record.GetProperty("seed").GetUInt64()} · {Math.Round(record.GetProperty("seconds").GetDouble(), 1)} s{met}"),
            Started = record.TryGetProperty("started", out JsonElement started)
                ? started.GetDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : Name,
            Description = record.TryGetProperty("description", out JsonElement text) ? text.GetString() ?? "" : "",
            Answer = record.TryGetProperty("answer", out JsonElement answer) ? answer.GetString() ?? "" : "",
            IsQuick = record.TryGetProperty("config", out JsonElement config)
                && config.TryGetProperty("quick", out JsonElement quick)
                && quick.ValueKind == JsonValueKind.True,
            Headlines = [.. HeadlinesOf(record)],
            Record = JsonSerializer.Serialize(record), // which refuses texts that no page can hold
        };
    }

    private static IEnumerable<(string Name, double? Value)> HeadlinesOf(JsonElement record)
    {
        (string Name, double? Value)[] metrics =
            [.. record.GetProperty("metrics")
                .EnumerateObject()
                .Select(metric =>
                    (metric.Name, metric.Value.ValueKind == JsonValueKind.Number ? metric.Value.GetDouble() : (double?)null))];
        string?[] chosen =
            record.TryGetProperty("headlines", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString())] : [];
        JsonElement titles = record.TryGetProperty("titles", out JsonElement given) ? given : default;
        string Title(string name) =>
            titles.ValueKind == JsonValueKind.Object && titles.TryGetProperty(name, out JsonElement title)
                ? title.GetString() ?? name
                : Numbers.Words(name);
        return (chosen.Length == 0 ? metrics.Take(UsualHeadlines) : metrics.Where(metric => chosen.Contains(metric.Name)))
            .Select(metric => (Title(metric.Name), metric.Value));
    }
}
