using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Workspace;
using static System.FormattableString;

namespace Crucible.Lab.Commands;

/// <summary>
/// A run once more, from its report alone: its source in a temporary folder, on the Crucible that this command belongs to, and
/// a word about each result.
/// </summary>
internal static class RepeatCommand
{
    private const string Usage = """
        repeat REPORT [options]

          Runs the script of a report (report.html, run.json, or a folder with one of them) again in a temporary folder, and says which
          results come out the same, to the bit or not. Data files are looked for beside the report, here, in data and in the
          folder that CRUCIBLE_DATA names. The exit code is 1 when a main result differs.
        """;

    internal sealed record Options([property: Option("keeps the temporary folder, and says where it is")] bool Keep = false);

    internal static int Run(string[] arguments, CommandPlace place)
    {
        if (place.Read(Usage, new Options(), arguments) is not { } read) return 0;
        if (read.Words is not [string report]) throw CommandErrors.OneReport(read.Words.Length);
        SentRun run = SentRun.Read(report);
        if (run.Record[RunOrigin.Key]?["source"] is not JsonArray { Count: > 0 } sources)
            throw CommandErrors.NotRepeatable(report, (bool?)run.Record["private"] == true);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("crucible-repeat-");
        try
        {
            string script = Write(sources, folder.FullName);
            string beside = Path.GetDirectoryName(Path.GetFullPath(report))!;
            foreach (string line in PutData(run.Record, beside, folder.FullName)) place.Console.Warn(line);
            JsonObject again = RunAgain(run.Record, script, folder.FullName);
            return Tell(run.Record, again, place);
        }
        finally
        {
            if (read.Options.Keep) place.Output.WriteLine(folder.FullName);
            else folder.Delete(recursive: true);
        }
    }

    /// <summary>Writes the files, and gives the script's path. What names a file that lies elsewhere now names the one here.</summary>
    private static string Write(JsonArray sources, string folder)
    {
        (string File, string Text)[] files = [.. sources.Select(source => ((string)source!["file"]!, (string)source["text"]!))];
        foreach ((string name, string text) in files)
        {
            string file = Path.GetFullPath(Path.Combine(folder, name));
            if (!file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw CommandErrors.PlaceOutside(name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, ScriptSource.Redirect(text, (kind, named) => Here(kind, named, file)));
        }

        foreach (string name in new[] { "scripts", "reports", "data" }) Directory.CreateDirectory(Path.Combine(folder, name)); // a project
        return Path.Combine(folder, files[0].File);

        string? Here(string kind, string named, string file)
        {
            string own = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, named));
            string wanted = Path.GetFileName(named.Replace('\\', '/'));
            string library = Path.Combine(Path.GetDirectoryName(typeof(RepeatCommand).Assembly.Location)!, wanted);
            if (kind == "r") return File.Exists(library) ? library : null;
            string? other = files.Select(one => one.File).FirstOrDefault(one => Path.GetFileName(one) == wanted);
            bool isHere = files.Any(one => Path.GetFullPath(Path.Combine(folder, one.File)) == own);
            return isHere || other is null ? null : Path.Combine(folder, other);
        }
    }

    /// <summary>Puts the data where scripts look for them.</summary>
    /// <returns>What is not as it was, a line each.</returns>
    private static IEnumerable<string> PutData(JsonObject record, string beside, string folder)
    {
        string?[] places = [beside, Environment.CurrentDirectory, Folders.Data, Environment.GetEnvironmentVariable("CRUCIBLE_DATA")];
        foreach ((string name, JsonNode? hash) in record["data"] as JsonObject ?? [])
        {
            string[] found = [.. places.OfType<string>().Select(place => Path.Combine(place, Path.GetFileName(name))).Where(File.Exists)];
            string? same = Array.Find(found, file => HashOf(file) == (string?)hash);
            if ((same ?? found.FirstOrDefault()) is not { } file)
            {
                yield return $"{name} is not found: the script looks for it itself";
                continue;
            }

            if (same is null) yield return $"{file} has other content than the run's {name}: results may differ";
            foreach (string there in new[] { folder, Path.Combine(folder, "data") })
                File.Copy(file, Path.Combine(there, Path.GetFileName(name)), overwrite: true);
        }
    }

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static JsonObject RunAgain(JsonObject record, string script, string folder)
    {
        string report = Path.Combine(folder, "report");
        IEnumerable<string> arguments = (record[RunOrigin.Key]!["arguments"] as JsonArray ?? []).Select(argument => (string)argument!);
        ScriptProcess process = ScriptProcess.Run(
            script, [.. arguments, "--out", report], CancellationToken.None, folder, ("CRUCIBLE_DATA", Path.Combine(folder, "data")));
        if (!File.Exists(Path.Combine(report, RunRecord.FileName))) throw CommandErrors.RepeatFailed(process.LastLine);
        return SentRun.Read(report).Record;
    }

    /// <summary>Says how each result came out.</summary>
    private static int Tell(JsonObject before, JsonObject after, CommandPlace place)
    {
        JsonObject then = (JsonObject)before["metrics"]!, now = (JsonObject)after["metrics"]!;
        (string Name, string Verdict)[] verdicts = [.. then.Select(metric => (metric.Key, Verdict(metric.Value, now, metric.Key)))];
        place.Console.Table(new TableData(
            ["result", "the run", "again", ""],
            [.. verdicts.Select(one => new object?[] { one.Name, Shown(then[one.Name]), Shown(now[one.Name]), one.Verdict })]));
        string[] different = [.. verdicts.Where(one => one.Verdict != Same).Select(one => one.Name)];
        place.Output.WriteLine(Invariant($"{verdicts.Length - different.Length} of {verdicts.Length} results are the same to the bit."));
        if (different.Length > 0 && Differences(before, after) is { Length: > 0 } why) place.Output.WriteLine($"What else differs: {why}");
        string[] main = [.. (before["headlines"] as JsonArray ?? []).Select(name => (string)name!)];
        if (Status(after) is { } status) place.Output.WriteLine(status);
        return different.Any(name => main.Length == 0 || main.Contains(name)) || Status(after) is not null ? 1 : 0;
    }

    private const string Same = "the same to the bit";
    private static readonly string[] Conditions = ["machine", "versions", "data"]; // of a run

    private static string? Status(JsonObject after) =>
        (string?)after["status"] == "completed" ? null : $"The run again is {(string?)after["status"]}: {(string?)after["error"]}";

    private static string Verdict(JsonNode? value, JsonObject now, string name)
    {
        if (!now.TryGetPropertyValue(name, out JsonNode? other)) return "missing";
        if (value is null || other is null) return value is null && other is null ? Same : "differs";
        double a = (double)value, b = (double)other;
        return BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) ? Same
            : Invariant($"differs by {Math.Abs(a - b) / Math.Max(Math.Abs(a), double.Epsilon):0.#e+0} of itself");
    }

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "";

    private static string Differences(JsonObject before, JsonObject after) => string.Join("; ",
        from place in Conditions
        from fact in before[place] as JsonObject ?? []
        let now = after[place]?[fact.Key]
        where !JsonNode.DeepEquals(fact.Value, now)
        select $"{fact.Key} was {fact.Value?.ToString() ?? "unknown"}, is {now?.ToString() ?? "unknown"}");
}
