using System.Diagnostics;
using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;

namespace Crucible.Benchmarks.Workloads;

/// <summary>What a trial costs in its store, when that has many trials already.</summary>
internal sealed class StudyStoreWorkload : IWorkload
{
    private const string Study = "bench";
    private const string Parameters = """{"rate":0.0012345678901234567,"layers":3,"optimizer":"adam","decay":0.00012345678901234567}""";

    /// <inheritdoc/>
    public string Name => "study-store";

    /// <inheritdoc/>
    public string Summary => "milliseconds a trial costs in SQLite and PostgreSQL, with 10 000 trials there already";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        int trials = bench.IsQuick ? 1000 : 10_000;
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"a trial's storage: claim, 3 reports, end, and reading it; ms, the 500 after {trials} trials"));
        Console.WriteLine("                                      mean   median      p99    claim   report   finish    read");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bench-study-store");
        using (SqliteStore sqlite = new(Path.Combine(folder.FullName, "studies.db"))) Measure("SQLite", sqlite, trials, target: 1);
        folder.Delete(recursive: true);
        if (PostgresServer.Programs is null)
        {
            Console.WriteLine($"PostgreSQL: {PostgresServer.Missing}");
            return;
        }

        using PostgresServer server = new() { IsSafe = true };
        using PostgresStore postgres = new(server.NewDatabase());
        Measure("PostgreSQL, same machine, safe disk", postgres, trials);
    }

    private static void Measure(string name, IStudyStore store, int trials, double target = 0)
    {
        const int measured = 500;
        store.Open(new StudyDefinition(Study, [StudyDirection.Minimize], 0, "none", "none", 1));
        double[][] parts = [.. Enumerable.Range(0, trials + measured).Select(_ => Trial(store))];
        double[][] last = parts[trials..];
        double[] whole = [.. last.Select(trial => trial.Sum())];
        string[] figures = [.. new[] { whole.Average(), Timings.Median(whole), whole.Order().ElementAt(measured * 99 / 100) }
            .Concat(Enumerable.Range(0, 4).Select(part => last.Average(trial => trial[part])))
            .Select(figure => figure.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(8))];
        Console.WriteLine(
            $"{name,-35} {string.Join(' ', figures)}{(target > 0 ? $"   below {target} ms: {(whole.Average() < target ? "met" : "MISSED")}" : "")}");
    }

    /// <summary>The milliseconds of claim, reports, end and reading of one trial.</summary>
    private static double[] Trial(IStudyStore store)
    {
        long start = Stopwatch.GetTimestamp();
        TrialRow row = store.Claim(
            Study, new ClaimRequest { Worker = "bench", Count = int.MaxValue, Needs = (number, _) => number, Plan = _ => Parameters }).Row!;
        long claimed = Stopwatch.GetTimestamp();
        for (int step = 0; step < 3; step++)
            store.Report(Study, new TrialTicket(row.Number, row.Claim), new Measurement(step, 1.0 / (step + 3)), []);
        long reported = Stopwatch.GetTimestamp();
        store.Finish(
            Study,
            new TrialRow
            {
                Number = row.Number,
                Claim = row.Claim,
                State = TrialState.Complete,
                Parameters = Parameters,
                Values = [1.0 / 3],
                Started = row.Started
            });
        long finished = Stopwatch.GetTimestamp();
        store.Ended(Study, row.Number);
        long read = Stopwatch.GetTimestamp();
        return [
            Milliseconds(start, claimed), Milliseconds(claimed, reported), Milliseconds(reported, finished),
            Milliseconds(finished, read)
        ];
    }

    private static double Milliseconds(long start, long end) => Stopwatch.GetElapsedTime(start, end).TotalMilliseconds;
}
