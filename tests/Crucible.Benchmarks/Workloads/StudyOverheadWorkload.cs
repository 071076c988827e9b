using System.Globalization;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Benchmarks.Studies;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Benchmarks.Workloads;

/// <summary>What a trial costs when many have ended, and how well two workers share the work.</summary>
internal sealed class StudyOverheadWorkload : IWorkload
{
    private const int Measured = 200;
    private const double TpeTarget = 10; // milliseconds a trial
    private const double WorkersTarget = 1.8;
    private const int ProcessTrials = 500;
    private const double ProcessTarget = 60; // seconds for these on two cores

    /// <inheritdoc/>
    public string Name => "study-overhead";

    /// <inheritdoc/>
    public string Summary =>
        $"TPE with 10 000 finished trials in the store, {ProcessTrials} trials of the Gaussian process, and two workers against one";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        Trial(bench.IsQuick ? 1000 : 10_000);
        Workers(bench.IsQuick ? 3 : 7);
        Process(bench.IsQuick ? ProcessTrials / 5 : ProcessTrials);
    }

    /// <summary>What the Gaussian process needs for all of its trials, of objectives that need nothing.</summary>
    private static void Process(int trials)
    {
        Console.WriteLine();
        Console.WriteLine(Invariant($"{trials} trials of the Gaussian process; seconds of processor time and by the clock"));
        foreach ((string space, Func<Trial, double> objective) in new (string, Func<Trial, double>)[]
        {
            ("10 numbers", Continuous), ("4 numbers, 2 whole ones, 2 choices", MixedEight), ("conditional", Conditional),
        })
        {
            foreach (int workers in new[] { 1, 4 })
            {
                double start = Clock.Wall.Seconds(), before = Clock.Processor.Seconds();
                using Study study = new("process", new StudyOptions
                {
                    Store = SqliteStore.InMemory(),
                    Sampler = new GaussianProcessSampler(),
                    Workers = workers,
                });
                study.Optimize(trials, objective);
                double seconds = Clock.Wall.Seconds() - start, all = Clock.Processor.Seconds() - before;
                string met = seconds <= ProcessTarget ? "met" : "MISSED";
                string cost = Invariant($"{all,6:0.0} {seconds,6:0.0}   target {ProcessTarget}: {met}");
                Console.WriteLine($"  {space,-36} {workers} {(workers == 1 ? "worker " : "workers")} {cost}");
            }
        }
    }

    private static double Continuous(Trial trial) =>
        Enumerable.Range(0, 10).Sum(i => Math.Pow(trial.SuggestFloat($"x{i}", -5, 5) - (0.3 * i), 2));

    private static double MixedEight(Trial trial)
    {
        double sum = 0;
        for (int i = 0; i < 3; i++) sum += Math.Pow(trial.SuggestFloat($"float {i}", -1, 1) - 0.2, 2);
        sum += Math.Abs(Math.Log10(trial.SuggestFloat("rate", 1e-5, 1e-1, log: true)) + 3);
        for (int i = 0; i < 2; i++) sum += Math.Abs(trial.SuggestInt($"int {i}", 1, 8) - 5);
        for (int i = 0; i < 2; i++) sum += trial.SuggestCategorical($"choice {i}", ["a", "b", "c"]) == "b" ? 0 : 1;
        return sum;
    }

    /// <summary>Three optimizers, each with numbers of its own, and a width for each of up to four layers.</summary>
    private static double Conditional(Trial trial)
    {
        string optimizer = trial.SuggestCategorical("optimizer", ["sgd", "adam", "rmsProp"]);
        double sum = Math.Abs(Math.Log10(trial.SuggestFloat($"{optimizer} rate", 1e-5, 1, log: true)) + 2);
        if (optimizer == "sgd") sum += Math.Abs(trial.SuggestFloat("momentum", 0, 1) - 0.9) + 0.1;
        if (optimizer == "adam") sum += Math.Abs(trial.SuggestFloat("decay", 0, 1) - 0.3);
        int layers = trial.SuggestInt("layers", 1, 4);
        for (int i = 0; i < layers; i++) sum += Math.Abs(trial.SuggestInt($"width {i}", 1, 64) - 20 - (5 * i)) / 20.0;
        return sum + ((4 - layers) / 2.0);
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
