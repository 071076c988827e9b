using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>What one run of a script was and gave: the content of <c>run.json</c>.</summary>
internal sealed class RunRecord
{
    internal const string FileName = "run.json";

    // Run files are read by people too: letters beyond ASCII stay letters.
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal required string Script { get; init; }

    /// <summary>What the script does, in a sentence.</summary>
    internal required string Description { get; init; }

    internal required ulong Seed { get; init; }

    /// <summary>What was typed: the script and its arguments, files by their names.</summary>
    internal string Command { get; set; } = "";

    /// <summary>SHA-256 of the script with all that it loads; null where there is none.</summary>
    internal string? ScriptHash { get; init; }

    internal required DateTimeOffset Started { get; init; }

    /// <summary>What ran. A setting is the same in whatever case: <c>updates</c> replaces the option <c>Updates</c>.</summary>
    internal JsonObject Config { get; } = new(new JsonNodeOptions { PropertyNameCaseInsensitive = true });

    /// <summary>SHA-256 of each data file that was read, by its name.</summary>
    internal JsonObject Data { get; } = [];

    internal JsonObject Machine { get; init; } = [];

    internal JsonObject Versions { get; init; } = [];

    internal List<KeyValuePair<string, double>> Metrics { get; } = [];

    /// <summary>Plain titles of metrics, where one was given.</summary>
    internal Dictionary<string, string> Titles { get; } = new(StringComparer.Ordinal);

    /// <summary>The answer to the script's question, in a sentence, or nothing.</summary>
    internal string? Answer { get; set; }

    /// <summary>The figures that matter in the answer.</summary>
    internal IReadOnlyList<Estimate> Estimates { get; set; } = [];

    /// <summary>What was measured but depends on the machine: it cannot fail.</summary>
    internal List<Note> Notes { get; } = [];

    /// <summary>Whether the run did less work than usual.</summary>
    internal bool IsQuick => (bool?)Config["quick"] == true;

    /// <summary>The metrics that answer the script's question; the gallery shows them.</summary>
    internal List<string> Headlines { get; } = [];

    internal List<Check> Checks { get; } = [];

    /// <summary>What its script wanted somebody to notice, in order.</summary>
    internal List<RunAlert> Alerts { get; } = [];

    /// <summary>What made it, if that is known and may be told.</summary>
    internal RunOrigin? Origin { get; set; }

    /// <summary>How much of the machine it used over time, if it was watched.</summary>
    internal JsonObject? Usage { get; set; }

    /// <summary>Whether source, changes and paths are left out on purpose.</summary>
    internal bool IsPrivate { get; init; }

    internal double Seconds { get; set; }

    internal RunStatus Status { get; set; } = RunStatus.Running;

    /// <summary>What ended a run that failed, in a sentence.</summary>
    internal string? Error { get; set; }

    internal bool HasFailedCheck => Checks.Exists(check => !check.IsOk);

    /// <summary>What people call a metric.</summary>
    internal string TitleOf(string metric) => Titles.GetValueOrDefault(metric) ?? Numbers.Words(metric);

    /// <summary>Keeps a metric; one of the same name is replaced where it stands.</summary>
    internal void SetMetric(string name, double value)
    {
        int place = Metrics.FindIndex(metric => metric.Key == name);
        if (place < 0) Metrics.Add(new(name, value));
        else Metrics[place] = new(name, value);
    }

    /// <summary>The record as indented JSON.</summary>
    internal string ToJson() => ToNode().ToJsonString(Indented) + "\n";

    /// <summary>The record. A metric that is NaN or ∞, which JSON cannot say, is null.</summary>
    internal JsonObject ToNode()
    {
        JsonObject metrics = [];
        foreach ((string name, double value) in Metrics) metrics[name] = Numbers.Json(value);
        JsonObject record = new()
        {
            ["script"] = Script,
            ["description"] = Description,
            ["seed"] = Seed,
            ["status"] = Status.ToString().ToLowerInvariant(),
            ["quick"] = IsQuick,
            ["command"] = Command,
            ["script_sha256"] = ScriptHash,
            ["config"] = Config.DeepClone(),
            ["data"] = Data.DeepClone(),
            ["started"] = Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["seconds"] = Math.Round(Seconds, 3),
            ["machine"] = Machine.DeepClone(),
            ["versions"] = Versions.DeepClone(),
            ["metrics"] = metrics,
            ["headlines"] = new JsonArray([.. Headlines.Select(name => JsonValue.Create(name))]),
            ["checks"] = new JsonArray([.. Checks.Select(check => check.ToJson())]),
        };
        if (Status == RunStatus.Running) record["process"] = Environment.ProcessId; // until then the folder is this process's
        if (Error is not null) record["error"] = Error;
        if (Titles.Count > 0)
            record["titles"] = new JsonObject(Titles.Select(title => KeyValuePair.Create(title.Key, (JsonNode?)title.Value)));
        if (Answer is not null)
            (record["answer"], record["estimates"]) = (Answer, new JsonArray([.. Estimates.Select(estimate => estimate.ToJson())]));
        if (Alerts.Count > 0) record["alerts"] = new JsonArray([.. Alerts.Select(alert => alert.ToJson())]);
        if (IsPrivate) record["private"] = true;
        if (Usage is not null) record[UsageCurve.Key] = Usage.DeepClone();
        if (Origin is not null) record[RunOrigin.Key] = Origin.ToJson();
        if (Notes.Count > 0)
            record["notes"] = new JsonArray([.. Notes.Select(note => new JsonObject { ["name"] = note.Name, ["text"] = note.Text })]);
        return record;
    }

    /// <summary>Which process writes into a run's folder and since when, in words; null where its run.json does not tell.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static string? HolderIn(string folder)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(RunFile.ReadBytes(Path.Combine(folder, FileName)));
            DateTime started = document.RootElement.GetProperty("started").GetDateTimeOffset().UtcDateTime;
            return Invariant($"process {document.RootElement.GetProperty("process").GetInt32()}, since {started:yyyy-MM-dd HH:mm:ss} UTC");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }
}

/// <summary>How far a run came. A run that still says Running long after its start was killed.</summary>
internal enum RunStatus
{
    /// <summary>Started, not ended.</summary>
    Running,

    /// <summary>Ended by itself, whatever its checks say.</summary>
    Completed,

    /// <summary>Stopped by Ctrl-C or a signal; the report holds what was done.</summary>
    Interrupted,

    /// <summary>Ended by an error.</summary>
    Failed,
}

/// <summary>One expected result and what came of it.</summary>
/// <param name="Name">What is expected, in words.</param>
/// <param name="Expected">The expected value, or words for it, as <c>at most 10</c>.</param>
/// <param name="Actual">What was measured: a number, a text, a flag.</param>
/// <param name="IsOk">Whether it holds.</param>
internal sealed record Check(string Name, object? Expected, object? Actual, bool IsOk)
{
    internal JsonObject ToJson() => new() { ["name"] = Name, ["expected"] = Value(Expected), ["actual"] = Value(Actual), ["ok"] = IsOk };

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        float number => Numbers.Json(number),
        double number => Numbers.Json(number),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        _ => JsonValue.Create(Numbers.Show(value)),
    };
}

/// <summary>Something measured that depends on the machine, and so never fails.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Text">What came of it.</param>
internal sealed record Note(string Name, string Text);

/// <summary>Something that whoever looks at a run should notice.</summary>
/// <param name="Seconds">When, since its start.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Text">More about it, or an empty text.</param>
internal sealed record RunAlert(double Seconds, string Title, string Text)
{
    /// <summary>The alert in a line.</summary>
    internal string Line => Text.Length > 0 ? $"{Title}: {Text}" : Title;

    internal JsonObject ToJson() => new() { ["seconds"] = Math.Round(Seconds, 3), ["title"] = Title, ["text"] = Text };
}
