using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crucible.Lab.Reports;
using Crucible.Lab.Studies;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Scripting;

/// <summary>
/// A script as the objective of a study: each trial runs it as a process of its own, with the trial's values as options
/// and one thread, and reads a metric of its <c>run.json</c>.
/// The processes end with the sweep, however it ends.
/// </summary>
public sealed partial class ScriptObjective
{
    private readonly string file;
    private readonly SweptOption[] swept;
    private readonly string[] arguments;
    private readonly string metric;

    /// <summary>Trusts that the script is as <see cref="Open"/> would find it.</summary>
    internal ScriptObjective(string file, SweptOption[] swept, string metric, string[] arguments) =>
        (this.file, this.swept, this.metric, this.arguments) = (file, swept, metric, arguments);

    /// <summary>The script's name: its file without folder and extension.</summary>
    public string Name => Path.GetFileNameWithoutExtension(file);

    /// <summary>The script's full path, of whose source its studies are.</summary>
    public string File => file;

    /// <summary>
    /// A short text that differs when the swept options, the arguments or the metric do, so that each has a study of its own.
    /// </summary>
    public string Settings => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', [metric, .. swept.Select(option => option.ToString()), .. arguments]))))[..8];

    /// <summary>Sees that the script is there, follows the contract, and has the options that are swept.</summary>
    /// <param name="file">The script.</param>
    /// <param name="swept">The options to vary, at least one.</param>
    /// <param name="metric">The name of a metric of its run.json.</param>
    /// <param name="constant">Options that are the same in every trial, as <c>quick</c> or <c>epochs=20</c>.</param>
    /// <exception cref="OptionException">It is not so.</exception>
    public static ScriptObjective Open(string file, IEnumerable<SweptOption> swept, string metric, IEnumerable<string> constant)
    {
        if (!System.IO.File.Exists(file)) throw ScriptErrors.NoScript(file);
        SweptOption[] options = [.. swept];
        if (options.Length == 0) throw ScriptErrors.NothingSwept(file);
        if (options.CountBy(option => option.Name).FirstOrDefault(group => group.Value > 1).Key is { } twice)
            throw ScriptErrors.ParamTwice(twice);
        ScriptProcess help = ScriptProcess.Run(file, ["help"], CancellationToken.None);
        if (help.ExitCode != 0) throw ScriptErrors.ScriptHelp(file, help.LastLine);
        HashSet<string> known = [.. OptionName().Matches(help.Output).Select(match => match.Value)];
        string[][] others = [.. constant.Select(option => option.TrimStart('-').Split('=', 2))];
        foreach (string name in options.Select(option => option.Name).Concat(others.Select(option => option[0])))
        {
            if (!known.Contains($"--{name}")) throw ScriptErrors.NoSuchOption(file, name, NearestName.Of($"--{name}", known));
        }

        return new ScriptObjective(Path.GetFullPath(file), options, metric, [.. others.SelectMany(option =>
            option.Skip(1).Prepend($"--{option[0]}"))]);
    }

    /// <summary>The objective: runs the script in the trial's folder.</summary>
    /// <param name="trial">The trial.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="OperationCanceledException">The sweep is to stop.</exception>
    /// <exception cref="StudyException">The first trial went well, but has no metric of this name.</exception>
    /// <exception cref="DataException">The script failed, or left no such metric.</exception>
    public double Run(Trial trial) => Run(trial, Path.Combine(trial.Folder, "run"));

    /// <summary>Runs the script with a trial's values, its report going to a folder of one's own.</summary>
    /// <param name="trial">The trial, or <see cref="FrozenTrial.Again"/> of one that has ended.</param>
    /// <param name="folder">Where report.html and run.json go.</param>
    /// <inheritdoc cref="Run(Trial)" path="/*[self::returns or self::exception]"/>
    public double Run(Trial trial, string folder)
    {
        List<string> all = [.. swept.SelectMany(option => option.Suggest(trial)), .. arguments, "--threads", "1", "--out", folder];
        if (!all.Contains("--seed")) all.AddRange(["--seed", Invariant($"{trial.Seed % int.MaxValue}")]);
        ScriptProcess process = ScriptProcess.Run(file, all, trial.Token);
        ScriptOutcome? outcome = ScriptOutcome.Read(folder);
        if (process.ExitCode != 0) throw ScriptErrors.ScriptFailed(WithoutPlaces(outcome?.FailedCheck ?? process.LastLine));
        if (outcome is null) throw ScriptErrors.NoRunFile(process.LastLine);
        if (outcome.Metrics.TryGetValue(metric, out double? value)) return value ?? double.NaN;
        throw trial.Number == 0
            ? ScriptErrors.NoSuchMetric(Name, metric, outcome.Metrics.Keys, NearestName.Of(metric, outcome.Metrics.Keys))
            : ScriptErrors.MetricMissing(metric, process.LastLine);
    }

    private string WithoutPlaces(string line) => NamedFile.WithoutPlaces(line, swept.SelectMany(option => option.Files));

    [GeneratedRegex(@"--[a-z][a-z0-9-]*")]
    private static partial Regex OptionName();
}

/// <summary>One run of a script as a process, to its end.</summary>
/// <param name="ExitCode">As it ended.</param>
/// <param name="Output">What it printed.</param>
/// <param name="LastLine">The last line that says something, errors before results.</param>
internal sealed record ScriptProcess(int ExitCode, string Output, string LastLine)
{
    private const int Poll = 50; // milliseconds between two looks at whether to stop
    private const int Interrupted = 128; // and above: a signal ended it, which may be meant for the sweep too
    private static readonly TimeSpan SamePress = TimeSpan.FromSeconds(1); // in which Ctrl-C reaches all processes of a terminal

    /// <summary>Runs <c>dotnet fsi</c> on a script. The process ends with this one, however this one ends.</summary>
    /// <param name="file">The script.</param>
    /// <param name="arguments">What stands behind it.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="folder">Where a script works that is interpreted and lies elsewhere; null for a script of this workspace.</param>
    /// <param name="variables">Variables of its environment.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal static ScriptProcess Run(
        string file,
        IEnumerable<string> arguments,
        CancellationToken stop,
        string? folder = null,
        params (string Name, string Value)[] variables)
    {
        // Of a script elsewhere nothing is compiled beside the core.
        string[] interpreted = folder is null ? [] : ["--define:CRUCIBLE"];
        ProcessStartInfo start = new("dotnet", ["fsi", .. interpreted, file, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        if (folder is not null) start.WorkingDirectory = folder;
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        start.Environment[Parents.Variable] = WorkerProcess.Name;
        start.Environment.Remove("MSBUILD_EXE_PATH"); // of this process's SDK command, which is not the script's
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder output = new(), errors = new();
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(Poll))
        {
            if (!stop.IsCancellationRequested) continue;
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
        }

        process.WaitForExit(); // for the rest of its output
        if (process.ExitCode > Interrupted && stop.WaitHandle.WaitOne(SamePress)) stop.ThrowIfCancellationRequested();
        string last = LastOf(errors) ?? LastOf(output) ?? Invariant($"exit code {process.ExitCode}");
        return new ScriptProcess(process.ExitCode, output.ToString(), last);
    }

    private static string? LastOf(StringBuilder lines) =>
        lines.ToString().Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0);
}

/// <summary>What a script wrote into its <c>run.json</c>.</summary>
/// <param name="Metrics">Its metrics; one that is not finite has no value.</param>
/// <param name="FailedCheck">The first check that failed, in words, if one did.</param>
internal sealed record ScriptOutcome(IReadOnlyDictionary<string, double?> Metrics, string? FailedCheck)
{
    /// <summary>Reads the file, if it is there and whole.</summary>
    internal static ScriptOutcome? Read(string folder)
    {
        string file = Path.Combine(folder, RunRecord.FileName);
        if (!System.IO.File.Exists(file)) return null;
        try
        {
            JsonDocumentOptions distinct = new() { AllowDuplicateProperties = false };
            if (JsonNode.Parse(RunFile.ReadBytes(file), documentOptions: distinct) is not JsonObject run
                || run["metrics"] is not JsonObject metrics
                || run["checks"] is not JsonArray checks) return null;
            JsonNode? failed = checks.FirstOrDefault(check => (bool?)check?["ok"] != true);
            return new ScriptOutcome(
                metrics.ToDictionary(metric => metric.Key, metric => (double?)metric.Value),
                failed is null ? null : $"failed check: {failed["name"]}: {failed["actual"]} (expected {failed["expected"]})");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or IOException
            or UnauthorizedAccessException)
        {
            return null; // cut off, or not written by the contract: as good as none, which the caller tells
        }
    }
}
