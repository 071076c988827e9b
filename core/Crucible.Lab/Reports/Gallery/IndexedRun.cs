using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crucible.Statistics;
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

    /// <summary>The address of its record and figures relative to the gallery, or nothing when it cannot be read.</summary>
    internal string? Copy { get; init; }

    internal bool HasFigures { get; private init; }

    /// <summary>What its owner says of it.</summary>
    internal RunMarks Marks { get; private init; } = new([], "");

    /// <summary>Why it is not as it should be, in a sentence; an empty text where all is well.</summary>
    internal string Reason { get; private init; } = "";

    /// <summary>What its script wanted somebody to notice.</summary>
    internal IReadOnlyList<string> Alerts { get; private init; } = [];

    /// <summary>What else it can be found by: the command and the settings, as <c>name=value</c>.</summary>
    internal string Words { get; private init; } = "";

    /// <summary>The run in a line.</summary>
    internal string Line => string.Join("  ", new[]
    {
        Key, Badge.Text, string.Join(' ', Marks.Tags),
        string.Join(", ", Headlines.Select(one => $"{one.Name} {(one.Value is { } value ? Numeral.Of(value) : "none")}")), Marks.Note,
    }.Where(part => part.Length > 0));

    /// <summary>Whether a word is in its name, status or tags.</summary>
    internal bool Has(string word) =>
        Marks.Tags.Contains(word) || $"{Key} {Badge.Text}".Contains(word, StringComparison.OrdinalIgnoreCase);

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
            HasFigures = File.Exists(Path.Combine(folder, FiguresFile.Name)),
            Marks = RunMarks.Read(folder),
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
            Html.Raw badge = new($"<span class=\"badge bad\">{RunRecord.FileName} cannot be read</span>");
            return run with { Badge = badge, Damage = reason, Reason = reason };
        }
    }

    private IndexedRun With(JsonElement record)
    {
        RunStatus status =
            Enum.TryParse(record.GetProperty("status").GetString(), ignoreCase: true, out RunStatus known) && Enum.IsDefined(known)
                ? known
                : RunStatus.Running;
        JsonElement[] checks = [.. record.GetProperty("checks").EnumerateArray()];
        JsonElement[] failed = [.. checks.Where(check => !check.GetProperty("ok").GetBoolean())];
        string met = checks.Length == 0 ? "" : Invariant($" · {checks.Length - failed.Length} of {checks.Length} checks met");
        return this with
        {
            Badge = ReportPage.Badge(status, failed.Length > 0),
            Reason = ReasonOf(status, record, failed),
            Facts = Invariant(
                $"Seed {record.GetProperty("seed").GetUInt64()} · {Math.Round(record.GetProperty("seconds").GetDouble(), 1)} s{met}"),
            Words = string.Join(' ', WordsOf(record)),
            Started = record.TryGetProperty("started", out JsonElement started)
                ? started.GetDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
                : Name,
            Description = record.TryGetProperty("description", out JsonElement text) ? text.GetString() ?? "" : "",
            Answer = record.TryGetProperty("answer", out JsonElement answer) ? answer.GetString() ?? "" : "",
            IsQuick = record.TryGetProperty("config", out JsonElement config)
                && config.TryGetProperty("quick", out JsonElement quick)
                && quick.ValueKind == JsonValueKind.True,
            Headlines = [.. HeadlinesOf(record)],
            Alerts = [.. AlertsOf(record)],
            Record = JsonSerializer.Serialize(Slim(record)), // which refuses texts that no page can hold
        };
    }

    private static string ReasonOf(RunStatus status, JsonElement record, JsonElement[] failed) => status switch
    {
        RunStatus.Failed => record.TryGetProperty("error", out JsonElement error) ? error.GetString() ?? "" : "It ended with an error.",
        RunStatus.Interrupted => "It was stopped, and shows what was done until then.",
        RunStatus.Running => "It is running, or was killed.",
        _ => failed.Length == 0 ? ""
            : $"Not met: {Text(failed[0], "name")}: {Text(failed[0], "actual")}, expected {Text(failed[0], "expected")}"
                + (failed.Length == 1 ? "" : Invariant($"; and {failed.Length - 1} more")),
    };

    /// <summary>The record without what only its own page shows, and which is most of it.</summary>
    private static JsonObject Slim(JsonElement record) => new(record.EnumerateObject()
        .Where(part => part.Name is not (RunOrigin.Key or UsageCurve.Key))
        .Select(part => KeyValuePair.Create(part.Name, JsonSerializer.SerializeToNode(part.Value))));

    private static IEnumerable<string> AlertsOf(JsonElement record) =>
        record.TryGetProperty("alerts", out JsonElement alerts)
            ? alerts.EnumerateArray().Select(alert => new RunAlert(0, Text(alert, "title"), Text(alert, "text")).Line)
            : [];

    private static IEnumerable<string> WordsOf(JsonElement record)
    {
        if (record.TryGetProperty("command", out JsonElement command)) yield return command.GetString() ?? "";
        if (!record.TryGetProperty("config", out JsonElement config)) yield break;
        foreach (JsonProperty setting in config.EnumerateObject()) yield return $"{setting.Name}={setting.Value}";
    }

    private static string Text(JsonElement check, string name) =>
        !check.TryGetProperty(name, out JsonElement value) ? ""
        : value.ValueKind == JsonValueKind.Number ? Numeral.Of(value.GetDouble()) : value.ToString();

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
