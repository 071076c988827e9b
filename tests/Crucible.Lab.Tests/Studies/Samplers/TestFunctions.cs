using Crucible.Lab.Studies;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Functions on which samplers are compared.</summary>
internal static class TestFunctions
{
    private static readonly double[] Alpha = [1.0, 1.2, 3.0, 3.2];

    private static readonly double[][] A =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] P =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    internal static IReadOnlyDictionary<string, Func<Trial, double>> All { get; } = new Dictionary<string, Func<Trial, double>>
    {
        ["branin"] = Branin,
        ["hartmann6"] = Hartmann,
        ["ackley10"] = Ackley,
        ["rosenbrock10"] = Rosenbrock,
    };

    /// <summary>The median over seeds of the best value of a study.</summary>
    internal static double MedianBest(string function, Func<Sampler> sampler, int seeds, int trials = 100)
    {
        double[] best = Best(function, sampler, seeds, trials);
        Array.Sort(best);
        return (best[(seeds - 1) / 2] + best[seeds / 2]) / 2;
    }

    /// <summary>The best value of a study for each seed from 0, its trials one after another.</summary>
    internal static double[] Best(string function, Func<Sampler> sampler, int seeds, int trials = 100)
    {
        double[] best = new double[seeds];
        Parallel.For(0, seeds, seed =>
        {
            using Study study = new(
                "toy",
                new StudyOptions { Store = SqliteStore.InMemory(), Sampler = sampler(), Workers = 1, Window = 1, Seed = (ulong)seed });
            study.Optimize(trials, All[function]);
            best[seed] = study.BestTrial.Value;
        });
        return best;
    }

    /// <summary>Three minima of 0.3979.</summary>
    private static double Branin(Trial trial)
    {
        double x = trial.SuggestFloat("x", -5, 10);
        double y = trial.SuggestFloat("y", 0, 15);
        double valley = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (valley * valley) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }

    /// <summary>Six minima, the lowest −3.3224.</summary>
    private static double Hartmann(Trial trial)
    {
        double[] x = Vector(trial, 6, 0, 1);
        return -Enumerable.Range(0, 4).Sum(i =>
            Alpha[i] * Math.Exp(-Enumerable.Range(0, 6).Sum(j => A[i][j] * (x[j] - P[i][j]) * (x[j] - P[i][j]))));
    }

    /// <summary>0 at 0 in a plain full of dents.</summary>
    private static double Ackley(Trial trial)
    {
        double[] x = Vector(trial, 10, -32.768, 32.768);
        return (-20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v)))) - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v))) + 20
            + Math.E;
    }

    /// <summary>0 at 1 in a bent valley.</summary>
    private static double Rosenbrock(Trial trial)
    {
        double[] x = Vector(trial, 10, -5, 10);
        return Enumerable.Range(0, 9).Sum(i => (100 * Math.Pow(x[i + 1] - (x[i] * x[i]), 2)) + Math.Pow(1 - x[i], 2));
    }

    private static double[] Vector(Trial trial, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => trial.SuggestFloat($"x{i}", low, high))];
}
