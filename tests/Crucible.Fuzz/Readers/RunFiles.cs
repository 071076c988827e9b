using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Crucible.Lab.Data;
using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;
using Crucible.Statistics;

namespace Crucible.Fuzz;

/// <summary>
/// What the library writes for itself and reads again: records of runs with their notes and figures, results of trials that
/// no store has yet, archives that npm brings. Whatever they hold, no script ends by it.
/// </summary>
internal static class RunFiles
{
    private const string Folder = "housing/20260102-030405-seed0";

    // F# sees no internal member: it is called by its name.
    private const string Call = """
        let call (kind: string) (name: string) (arguments: obj array) =
            let flags = Reflection.BindingFlags.NonPublic ||| Reflection.BindingFlags.Static
            let found = typeof<Crucible.Lab.Reports.Report>.Assembly.GetType(kind).GetMethod(name, flags)
            printfn "%A" (found.Invoke(null, arguments))

        """;

    public static IEnumerable<FileReader> Readers => [new("run", Run), new("trial", Trial), new("archive", Archive)];

    private static FileCase Run(Random random)
    {
        RunRecord record = new()
        {
            Script = "housing",
            Description = "How well? <b>",
            Seed = (ulong)random.NextInt64(),
            Started = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Status = RunStatus.Completed,
            Command = "housing.fsx --seed 1",
            Seconds = random.NextDouble() * 100,
            Answer = random.Next(2) == 0 ? null : "Well: \"8.8\" 𝔸",
        };
        record.Config["quick"] = random.Next(2) == 0;
        for (int i = 0; i < random.Next(4); i++) record.SetMetric($"test mse {i}", random.Next(4) == 0 ? double.NaN : random.NextDouble());
        if (random.Next(2) == 0) record.Headlines.Add("test mse 0");
        for (int i = 0; i < random.Next(3); i++) record.Checks.Add(new("a check", 1.0, i, random.Next(2) == 0));
        FuzzFile[] files =
        [
            new(Folder + "/run.json", Encoding.UTF8.GetBytes(record.ToJson())),
            new(Folder + "/notes.json", Encoding.UTF8.GetBytes("{ \"tags\": [ \"good\", \"old\" ], \"note\": \"look\" }")),
            new(Folder + "/figures.json", [.. "[ { \"data\": [ { \"x\": [1, 2] } ], \"layout\": { \"title\": \"t\" } } ]"u8]),
        ];
        // The gallery is a page of 100 kB; a record of a few bytes has the page around it.
        return new FileCase(files, folder =>
        {
            IndexedRun run = IndexedRun.Read(Path.Combine(folder, Folder))!;
            string? complaint = new Gallery(folder).Refresh();
            ScriptOutcome? outcome = ScriptOutcome.Read(Path.Combine(folder, Folder));
            string figures = FiguresFile.Read(Path.Combine(folder, Folder, "figures.json"));
            string metrics = string.Join(", ", outcome?.Metrics ?? new Dictionary<string, double?>());
            return () => $"{run.Line}, {run.Facts}, {run.Answer}, {complaint}, {metrics}, {figures}";
        }, Expected(record), Call + $"call \"Crucible.Lab.Reports.IndexedRun\" \"Read\" [| path \"{Folder}\" |]\n"
            + $"call \"Crucible.Lab.Scripting.ScriptOutcome\" \"Read\" [| path \"{Folder}\" |]") with
        {
            IsRefusal = _ => false,
            Base = 4 << 20,
        };
    }

    private static string Expected(RunRecord record)
    {
        IEnumerable<KeyValuePair<string, double>> shown = record.Headlines.Count == 0 ? record.Metrics.Take(4)
            : record.Metrics.Where(metric => record.Headlines.Contains(metric.Key));
        int met = record.Checks.Count(check => check.IsOk);
        IEnumerable<string> headlines = shown.Select(metric =>
            $"{record.TitleOf(metric.Key)} {(double.IsNaN(metric.Value) ? "none" : Numeral.Of(metric.Value))}");
        string[] line =
        [
            "housing/20260102-030405-seed0", ReportPage.Badge(record.Status, record.HasFailedCheck).Text, "good old",
            string.Join(", ", headlines), "look",
        ];
        string checks = record.Checks.Count == 0 ? "" : $" · {met} of {record.Checks.Count} checks met";
        IEnumerable<KeyValuePair<string, double?>> metrics =
            record.Metrics.Select(metric => KeyValuePair.Create(metric.Key, double.IsNaN(metric.Value) ? (double?)null : metric.Value));
        return $"{string.Join("  ", line.Where(part => part.Length > 0))}, "
            + FormattableString.Invariant($"Seed {record.Seed} · {Math.Round(Math.Round(record.Seconds, 3), 1)} s{checks}, ")
            + $"{record.Answer}, , {string.Join(", ", metrics)}, [{{\"data\":[{{\"x\":[1,2]}}],\"layout\":{{\"title\":\"t\"}}}}]";
    }

    private static FileCase Trial(Random random)
    {
        TrialRow row = new()
        {
            Number = random.Next(100),
            State = new[] { TrialState.Complete, TrialState.Pruned, TrialState.Failed }[random.Next(3)],
            Claim = "0123456789abcdef",
            Values = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.NextDouble())],
            Parameters = "{\"x\":1}",
            Reports = [.. Enumerable.Range(0, random.Next(3)).Select(step => new Measurement(step, random.NextDouble()))],
        };
        string name = $"trial-{row.Number}-{row.Claim}.json";
        string draft = FileSearch.NewPlace();
        new UnsentTrials(draft).Keep(row);
        byte[] kept = File.ReadAllBytes(Path.Combine(draft, name));
        Directory.Delete(draft, recursive: true);
        return new FileCase([new($"unsent/{name}", kept)], folder =>
        {
            List<TrialRow> sent = [];
            TextWriter errors = Console.Error;
            Console.SetError(TextWriter.Null); // what is set aside is named there
            try
            {
                new UnsentTrials(Path.Combine(folder, "unsent")).Send(sent.Add);
            }
            finally
            {
                Console.SetError(errors);
            }

            return () => string.Join("; ", sent.Select(Tell));
        }, Tell(row), "// opening the study sends what its folder holds: UnsentTrials.Send") with
        { IsRefusal = _ => false };
    }

    private static string Tell(TrialRow row) =>
        $"{row.Number} {row.State} {row.Claim} {row.Parameters} {string.Join(' ', row.Values)} {string.Join(' ', row.Reports)}";

    private static FileCase Archive(Random random)
    {
        byte[] content = new byte[random.Next(400)];
        random.NextBytes(content);
        byte[] tar = Tar(content, isPax: random.Next(2) == 0).ToArray();
        // Damage behind the checksum of what is packed, or before.
        FuzzFile file = random.Next(2) == 0 ? new("a.tgz", Packed(tar)) : new("a.tgz", [tar], parts => Packed(parts[0]));
        return FileCase.Of(file, path =>
        {
            byte[]? read = NpmPackage.Unpack(path, "package/a.txt").GetValueOrDefault("package/a.txt");
            return () => read is null ? "nothing" : Convert.ToHexString(read);
        }, Convert.ToHexString(content),
            Call + "call \"Crucible.Lab.Data.NpmPackage\" \"Unpack\" [| path \"a.tgz\"; [| \"package/a.txt\" |] |]") with
        {
            IsRefusal = error => error is InvalidDataException or IOException,
            PerByte = 5000, // a byte is unpacked into a thousand
        };
    }

    private static byte[] Packed(byte[] tar)
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Fastest)) zip.Write(tar);
        return packed.ToArray();
    }

    private static MemoryStream Tar(byte[] content, bool isPax)
    {
        MemoryStream tar = new();
        using TarWriter writer = new(tar, leaveOpen: true);
        foreach ((string name, byte[] bytes) in new[] { ("package/other.txt", [1, 2, 3]), ("package/a.txt", content) })
        {
            TarEntry entry = isPax ? new PaxTarEntry(TarEntryType.RegularFile, name) : new UstarTarEntry(TarEntryType.RegularFile, name);
            (entry.DataStream, entry.ModificationTime) = (new MemoryStream(bytes), DateTimeOffset.UnixEpoch);
            writer.WriteEntry(entry);
        }

        return tar;
    }
}
