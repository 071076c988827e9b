using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Benchmarks.Studies;
using Crucible.Lab.Studies;

namespace Crucible.Benchmarks.Workloads;

/// <summary>What a trial costs when many have ended, and how well two workers share the work.</summary>
internal sealed class StudyOverheadWorkload : IWorkload
{
    private const int Measured = 200;
    private const double TpeTarget = 10; // milliseconds a trial
    private const double WorkersTarget = 1.8;

    /// <inheritdoc/>
    public string Name => "study-overhead";

    /// <inheritdoc/>
    public string Summary => "milliseconds of TPE a trial with 10 000 finished trials in the store, and two workers against one";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Trial(bench.IsQuick ? 1000 : 10_000);
        Workers(bench.IsQuick ? 3 : 7);
    }

    private static void Trial(int finished)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bench-study");
        TimedSampler sampler = new(new TpeSampler(), finished);
        SqliteStore store = new(Path.Combine(folder.FullName, "studies.db"));
        using (Study study = new("overhead", new StudyOptions { Store = store, Sampler = sampler, Workers = 1 }))
        {
            study.Optimize(finished, Mixed);
            double start = Clock.Wall.Seconds();
            study.Optimize(finished + Measured, Mixed);
            double all = 1000 * (Clock.Wall.Seconds() - start) / Measured, tpe = 1000 * Timings.Median(sampler.Seconds);
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"a trial after {finished} finished ones: 12 parameters of all kinds, SQLite file; milliseconds"));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  TPE {tpe,8:0.000}   target below {TpeTarget}: {(tpe < TpeTarget ? "met" : "MISSED")}"));
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"  all {all,8:0.000}   storage alone is measured by study-store"));
        }

        folder.Delete(recursive: true);
    }

    private static void Workers(int rounds)
    {
        double[] ratios = new double[rounds];
        Work(1);
        for (int i = 0; i < rounds; i++) ratios[i] = Work(1) / Work(2);
        double ratio = Timings.Median(ratios);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"two workers against one, objective of 20 ms: {ratio:0.00} times as fast [{ratios.Min():0.00}–{ratios.Max():0.00}]   target {WorkersTarget}: {(ratio >= WorkersTarget ? "met" : "MISSED")}"));
    }

    /// <summary>Seconds of a study whose objective needs the processor.</summary>
    private static double Work(int workers)
    {
        using Study study = new("work", new StudyOptions { Store = SqliteStore.InMemory(), Sampler = new TpeSampler(), Workers = workers });
        double start = Clock.Wall.Seconds();
        study.Optimize(64, trial =>
        {
            double x = trial.SuggestFloat("x", 0, 1);
            double sum = 0;
            for (int i = 1; i < 2_500_000; i++) sum += Math.Sin(x * i) / i;
            return sum;
        });
        return Clock.Wall.Seconds() - start;
    }

    private static double Mixed(Trial trial)
    {
        double sum = 0;
        for (int i = 0; i < 6; i++) sum += Math.Pow(trial.SuggestFloat($"float {i}", -1, 1), 2);
        for (int i = 0; i < 2; i++) sum += Math.Abs(Math.Log10(trial.SuggestFloat($"log {i}", 1e-5, 1e-1, log: true)) + 3);
        for (int i = 0; i < 2; i++) sum += trial.SuggestInt($"int {i}", 1, 8);
        for (int i = 0; i < 2; i++) sum += trial.SuggestCategorical($"choice {i}", ["a", "b", "c"]) == "a" ? 0 : 1;
        return sum;
    }
}
