using Crucible.Benchmarks.Sides;
using Crucible.Lab.Studies;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// One worker process of <see cref="StudyScalingWorkload"/>: warms up, says so, waits for the word, and does its share
/// of the study.
/// </summary>
internal static class StudyScalingWorker
{
    internal const string Name = "study-worker";

    internal static void Run(string store, string kind, long amount, int trials)
    {
        Optimize("warm-up", store, kind, amount, 20);
        Console.WriteLine("ready");
        Console.ReadLine();
        Optimize("study", store, kind, amount, trials);
        Console.WriteLine("done");
    }

    /// <summary>The arithmetic that takes a thread so many seconds of its processor.</summary>
    internal static long Calibrate(double seconds)
    {
        const long some = 1_000_000;
        Burn(some);
        double measured = Burst.SecondsPerCall(() => Burn(some), seconds, Clock.Processor);
        return (long)(some * seconds / measured);
    }

    private static void Optimize(string name, string store, string kind, long amount, int trials)
    {
        using Study study = new(name, new StudyOptions { Store = StudyStore.Open(store), Workers = 1, Window = 32 });
        study.Optimize(trials, trial =>
        {
            double x = trial.SuggestFloat("x", 0, 1);
            if (kind == "burn") return x + Burn(amount);
            if (amount > 0) Thread.Sleep((int)amount);
            return x;
        });
    }

    private static double Burn(long times)
    {
        double sum = 0;
        for (long i = 1; i <= times; i++) sum += Math.Sqrt(i);
        return sum;
    }
}
