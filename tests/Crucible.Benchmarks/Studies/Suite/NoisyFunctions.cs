namespace Crucible.Benchmarks.Studies;

/// <summary>Functions with noise. The search sees the noisy value; the place that it finds best is judged by the true one.</summary>
internal static class NoisyFunctions
{
    internal static IReadOnlyList<SuiteFunction> All { get; } =
    [
        Noisy("noisy-sphere-5", 5, 5, 2, z => z.Sum(v => v * v)),
        Noisy("noisy-rastrigin-3", 3, 5, 5, ContinuousFunctions.Rastrigin),
        Noisy("noisy-rosenbrock-3", 3, 2, 20, z => ContinuousFunctions.Rosenbrock([.. z.Select(v => v + 1)])),
        new("noisy", "noisy-branin", Branin),
        new("noisy", "noisy-hartmann-6", Hartmann),
        new("noisy", "noisy-learning-6", seed => MixedFunctions.Learning("noisy-learning-6", seed, noise: 0.3)),
    ];

    /// <summary>What is told of a truth: with normal noise of a deviation, drawn for each trial.</summary>
    internal static Outcome With(double truth, double deviation, string name, int seed, ISettings settings)
    {
        if (deviation == 0) return truth;
        double[] normal = new double[1];
        SuiteFunction.Random(name, seed).Split((ulong)settings.Number).Normal(normal);
        return new Outcome(truth + (deviation * normal[0]), truth);
    }

    private static SuiteFunction Noisy(string name, int count, double half, double deviation, Func<double[], double> function) =>
        new("noisy", name, seed =>
        {
            double[] shift = ContinuousFunctions.Shift(SuiteFunction.Random(name, seed), count);
            return settings =>
            {
                double[] x = ContinuousFunctions.Vector(settings, count, -half, half);
                return With(function([.. x.Select((v, i) => v - (half * shift[i]))]), deviation, name, seed, settings);
            };
        });

    private static Func<ISettings, Outcome> Branin(int seed) => settings =>
    {
        double truth = ContinuousFunctions.Branin(settings.Float("x", -5, 10), settings.Float("y", 0, 15));
        return With(truth, 0.2 * Math.Sqrt(truth * 10), "noisy-branin", seed, settings); // more, where it is worse
    };

    private static Func<ISettings, Outcome> Hartmann(int seed) => settings =>
        With(ContinuousFunctions.Hartmann(ContinuousFunctions.Vector(settings, 6, 0, 1)), 0.2, "noisy-hartmann-6", seed, settings);
}
