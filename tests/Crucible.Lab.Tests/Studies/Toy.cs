using Crucible.Lab.Studies;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Objectives small enough to be run hundreds of times.</summary>
internal static class Toy
{
    /// <summary>Every kind of parameter, one of them on a branch; some trials fail.</summary>
    internal static double Mixed(Trial trial)
    {
        double x = trial.SuggestFloat("x", -5, 5);
        double rate = trial.SuggestFloat("rate", 1e-5, 1e-1, log: true);
        int layers = trial.SuggestInt("layers", 1, 4);
        string optimizer = trial.SuggestCategorical("optimizer", ["adam", "sgd"]);
        double momentum = optimizer == "sgd" ? trial.SuggestFloat("momentum", 0, 1, step: 0.25) : 0;
        for (int step = 0; step < 9; step++)
        {
            trial.Report(step, (x * x) + Math.Abs(Math.Log10(rate) + 3) + layers + (1.0 / (step + 1)) - momentum);
            if (trial.ShouldPrune()) trial.Prune();
        }

        // Uneven times, so that trials of parallel workers end in another order than they began.
        Thread.Sleep(trial.Number * 7 % 5);
        return trial.Number % 11 == 5
            ? throw new InvalidOperationException("boom")
            : (x * x) + Math.Abs(Math.Log10(rate) + 3) + layers - momentum;
    }

    /// <summary>(x − 0.3)² + (y + 0.2)², smallest at (0.3, −0.2).</summary>
    internal static double Bowl(Trial trial)
    {
        double x = trial.SuggestFloat("x", -1, 1);
        double y = trial.SuggestFloat("y", -1, 1);
        return ((x - 0.3) * (x - 0.3)) + ((y + 0.2) * (y + 0.2));
    }

    /// <summary>
    /// x² + y², and 0.1 more for kind a, where x + y must be at least 0.5 and, for kind b alone, x at most 0.2: least 0.13 at
    /// (0.2, 0.3) with b, and 0.225 with a.
    /// </summary>
    internal static double Limited(Trial trial)
    {
        double x = trial.SuggestFloat("x", -1, 1);
        double y = trial.SuggestFloat("y", -1, 1);
        string kind = trial.SuggestCategorical("kind", ["a", "b"]);
        trial.SetConstraint("sum", 0.5 - x - y);
        if (kind == "b") trial.SetConstraint("x", x - 0.2);
        return (x * x) + (y * y) + (kind == "a" ? 0.1 : 0);
    }

    /// <summary>All that must be the same whatever the number of workers.</summary>
    internal static string Table(Study study) => string.Join('\n', study.Trials);

    internal static Study InMemory(Sampler? sampler = null, Pruner? pruner = null, int workers = 2, int window = 8, ulong seed = 0) =>
        new("toy", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Sampler = sampler ?? new RandomSampler(),
            Pruner = pruner ?? new NoPruner(),
            Workers = workers,
            Window = window,
            Seed = seed,
        });
}
