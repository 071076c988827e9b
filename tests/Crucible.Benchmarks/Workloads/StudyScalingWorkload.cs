using System.Diagnostics;
using System.Globalization;
using Crucible.Lab.Tests.Studies;

namespace Crucible.Benchmarks.Workloads;

/// <summary>How many trials a second worker processes do together on one PostgreSQL server.</summary>
internal sealed class StudyScalingWorkload : IWorkload
{
    private static readonly int[] Workers = [1, 2, 4, 8];

    /// <inheritdoc/>
    public string Name => "study-scaling";

    /// <inheritdoc/>
    public string Summary => "trials a second of 1 to 8 worker processes on one PostgreSQL server";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Console.WriteLine();
        if (PostgresServer.Programs is null)
        {
            Console.WriteLine($"study-scaling: {PostgresServer.Missing}");
            return;
        }

        Console.WriteLine("trials a second (times one worker's)       1 worker  2 workers  4 workers  8 workers");
        using PostgresServer server = new() { IsSafe = true };
        Write(bench, server, "50 ms of arithmetic", "burn", StudyScalingWorker.Calibrate(0.05), 20);
        Write(bench, server, "5 ms of waiting", "sleep", 5, 150);
        Write(bench, server, "nothing: the store alone", "sleep", 0, 300);
    }

    private static void Write(Bench bench, PostgresServer server, string name, string kind, long amount, int trialsOfOne)
    {
        double[] rates =
            [.. Workers.Select(workers => Measure(server, kind, amount, workers, workers * trialsOfOne / (bench.IsQuick ? 4 : 1)))];
        Console.WriteLine(
            $"{name,-40} {string.Join(' ', rates.Select(rate => $"{rate.ToString("0", CultureInfo.InvariantCulture)} ({(rate / rates[0]).ToString("0.0", CultureInfo.InvariantCulture)})".PadLeft(10)))}");
    }

    /// <summary>From the word go, when all workers have opened the study, until the last has ended.</summary>
    private static double Measure(PostgresServer server, string kind, long amount, int workers, int trials)
    {
        string store = server.NewDatabase();
        string[] arguments =
        [
            "exec",
            typeof(StudyScalingWorkload).Assembly.Location,
            StudyScalingWorker.Name,
            store,
            kind,
            amount.ToString(CultureInfo.InvariantCulture),
            trials.ToString(CultureInfo.InvariantCulture)
        ];
        Process[] processes = [.. Enumerable.Range(0, workers).Select(_ =>
            Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!)];
        foreach (Process process in processes) process.StandardOutput.ReadLine();
        long start = Stopwatch.GetTimestamp();
        foreach (Process process in processes) process.StandardInput.WriteLine();
        foreach (Process process in processes) process.StandardOutput.ReadLine();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (Process process in processes)
        {
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"a worker ended with exit code {process.ExitCode}");
            process.Dispose();
        }

        return trials / seconds;
    }
}
