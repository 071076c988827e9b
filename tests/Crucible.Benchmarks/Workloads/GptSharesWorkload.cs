using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;

namespace Crucible.Benchmarks.Workloads;

/// <summary>What each operation of a GPT's training step takes of it.</summary>
internal sealed class GptSharesWorkload : IWorkload
{
    private const int NameWidth = 78;
    private const int WarmUpSteps = 3;
    private const double PeakTarget = 0.6;

    /// <inheritdoc/>
    public string Name => "gpt-shares";

    /// <inheritdoc/>
    public string Summary => "what each operation of a training step of nanoGPT's models takes of it";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        foreach (GptSize size in GptSize.All(bench.IsQuick))
        {
            WriteShares(bench, size, 1);
            if (Environment.ProcessorCount >= 2) WriteShares(bench, size, 2);
        }
    }

    private static void WriteShares(Bench bench, GptSize size, int threads)
    {
        using IDisposable limit = Threads.Use(threads);
        Clock clock = threads == 1 ? Clock.Processor : Clock.Wall;
        int rounds = bench.IsQuick ? 3 : 7;
        Action step = new GptTraining(size).Step;
        for (int i = 0; i < WarmUpSteps; i++) step();
        GptPart[] parts = [.. new GptParts(size).All()];
        double[][] times = [.. parts.Select(_ => new double[rounds])];
        double[] whole = new double[rounds], peaks = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            peaks[round] = Peak.MultiplyAddsPerSecond(threads, clock);
            whole[round] = Burst.SecondsPerCall(step, 0.1, clock);
            for (int i = 0; i < parts.Length; i++) times[i][round] = Burst.SecondsPerCall(parts[i].Once, 0.005, clock);
        }

        double total = Timings.Median(whole), peak = Timings.Median(peaks), accounted = 0, multiplyAdds = 0;
        Console.WriteLine();
        Console.WriteLine($"{size}; {threads} {(threads == 1 ? "thread" : "threads")}".PadRight(NameWidth)
            + "    times   µs each       ms   share   of peak");
        for (int i = 0; i < parts.Length; i++)
        {
            (string name, int count, double work) = (parts[i].Name, parts[i].Count, parts[i].MultiplyAdds);
            double once = Timings.Median(times[i]);
            if (name.EndsWith(GptParts.WithDerivative, StringComparison.Ordinal))
            {
                name = name.Replace(" + ", ", ", StringComparison.Ordinal);
                once -= Timings.Median(times[i - 1]);
                work -= parts[i - 1].MultiplyAdds;
            }

            accounted += count * once;
            multiplyAdds += count * work;
            WriteShare(name, count, once, total, work / once / peak);
        }

        WriteShare("all that lies between, and colder caches", 1, total - accounted, total, 0);
        WriteShare("the whole step", 1, total, total, multiplyAdds / total / peak);
        string verdict = size == GptSize.Large
            ? multiplyAdds / total / peak >= PeakTarget ? $"  target {PeakTarget}: met" : $"  target {PeakTarget}: MISSED"
            : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{2e-9 * multiplyAdds:0.0} GFLOP a step at {2e-9 * multiplyAdds / total:0} GFLOP/s; the kernel's peak is {2e-9 * peak:0}{verdict}"));
    }

    private static void WriteShare(string name, int count, double once, double total, double ofPeak) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {name.PadRight(NameWidth - 2)} {count,8} {1e6 * once,9:0.0} {1e3 * count * once,8:0.00} {count * once / total,7:0.0%} {(ofPeak > 0 ? ofPeak.ToString("0.00", CultureInfo.InvariantCulture) : ""),9}"));
}
