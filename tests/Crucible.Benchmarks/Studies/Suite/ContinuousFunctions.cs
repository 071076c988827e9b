using Crucible.Tensors;

namespace Crucible.Benchmarks.Studies;

/// <summary>
/// Smooth, bent, ragged and stepped functions of real numbers, after the BBOB functions of Hansen, Finck, Ros and Auger (2009)
/// and others of the literature. A seed moves the best place anywhere into the middle four fifths, and turns the axes of those
/// whose parameters are to work together.
/// </summary>
internal static class ContinuousFunctions
{
    private static readonly double[] Alpha = [1.0, 1.2, 3.0, 3.2];

    private static readonly double[][] A =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] P =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    internal static IReadOnlyList<SuiteFunction> All { get; } =
    [
        Shifted("sphere-5", 5, 5, isTurned: false, z => z.Sum(v => v * v)),
        Shifted("ellipsoid-5", 5, 5, isTurned: true, z => Weighted(z, 1e4, v => v * v)),
        Shifted("steps-5", 5, 5, isTurned: true, z => Weighted(z, 100, v => Math.Floor(Math.Abs(v) + 0.5) * Math.Floor(Math.Abs(v) + 0.5))),
        Shifted("ridge-6", 6, 5, isTurned: true, z => (z[0] * z[0]) + (100 * Math.Sqrt(z.Skip(1).Sum(v => v * v)))),
        Shifted("rastrigin-5", 5, 5, isTurned: true, Rastrigin),
        Shifted("ackley-10", 10, 32, isTurned: false, Ackley),
        Shifted("griewank-6", 6, 300, isTurned: false, Griewank),
        Shifted("schaffers-4", 4, 50, isTurned: true, Schaffers),
        Shifted("levy-8", 8, 10, isTurned: false, z => Levy([.. z.Select(v => v + 1)])),
        Shifted("rosenbrock-5", 5, 3, isTurned: true, z => Rosenbrock([.. z.Select(v => v + 1)])),
        Shifted("rosenbrock-10", 10, 4, isTurned: false, z => Rosenbrock([.. z.Select(v => v + 1)])),
        Shifted("styblinski-6", 6, 5, isTurned: false, StyblinskiTang, share: 0.2),
        new("continuous", "michalewicz-5", _ => settings => Michalewicz(Vector(settings, 5, 0, Math.PI))),
        new("continuous", "branin", Branin),
        new("continuous", "hartmann-6", Hartmann),
        new("continuous", "peaks-4", Peaks),
    ];

    /// <summary>The parameters x0, x1, …</summary>
    internal static double[] Vector(ISettings settings, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(i => settings.Float($"x{i}", low, high))];

    internal static double Rastrigin(double[] z) => z.Sum(v => (v * v) + (10 * (1 - Math.Cos(2 * Math.PI * v))));

    internal static double Rosenbrock(double[] z) =>
        z.Zip(z.Skip(1), (a, b) => (100 * (b - (a * a)) * (b - (a * a))) + ((1 - a) * (1 - a))).Sum();

    internal static double Ackley(double[] z) =>
        (-20 * Math.Exp(-0.2 * Math.Sqrt(z.Average(v => v * v)))) - Math.Exp(z.Average(v => Math.Cos(2 * Math.PI * v))) + 20 + Math.E;

    internal static double Branin(double x, double y)
    {
        double valley = y - (5.1 / (4 * Math.PI * Math.PI) * x * x) + (5 / Math.PI * x) - 6;
        return (valley * valley) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x)) + 10;
    }

    internal static double Hartmann(double[] x) => -Enumerable.Range(0, 4).Sum(i =>
        Alpha[i] * Math.Exp(-Enumerable.Range(0, 6).Sum(j => A[i][j] * (x[j] - P[i][j]) * (x[j] - P[i][j]))));

    /// <summary>Where the best place is moved to, as a share of the half range.</summary>
    internal static double[] Shift(Generator random, int count, double share = 0.8) =>
        [.. Enumerable.Range(0, count).Select(_ => share * ((2 * random.NextDouble()) - 1))];

    private static SuiteFunction Shifted(
        string name, int count, double half, bool isTurned, Func<double[], double> function, double share = 0.8) =>
        new("continuous", name, seed =>
        {
            Generator random = SuiteFunction.Random(name, seed);
            double[] shift = Shift(random, count, share);
            double[][]? axes = isTurned ? Rotation(random, count) : null;
            return settings =>
            {
                double[] z = [.. Vector(settings, count, -half, half).Select((x, i) => x - (half * shift[i]))];
                return function(axes is null ? z : [.. axes.Select(axis => axis.Zip(z, (a, v) => a * v).Sum())]);
            };
        });

    /// <summary>Axes at right angles, all directions alike (Gram and Schmidt).</summary>
    private static double[][] Rotation(Generator random, int count)
    {
        List<double[]> axes = [];
        while (axes.Count < count)
        {
            double[] axis = new double[count];
            random.Normal(axis);
            foreach (double[] other in axes)
            {
                double along = axis.Zip(other, (a, b) => a * b).Sum();
                for (int i = 0; i < count; i++) axis[i] -= along * other[i];
            }

            double length = Math.Sqrt(axis.Sum(v => v * v));
            axes.Add([.. axis.Select(v => v / length)]);
        }

        return [.. axes];
    }

    private static double Weighted(double[] z, double condition, Func<double, double> term) =>
        z.Select((v, i) => Math.Pow(condition, (double)i / (z.Length - 1)) * term(v)).Sum();

    private static double Griewank(double[] z) =>
        (z.Sum(v => v * v) / 4000) - z.Select((v, i) => Math.Cos(v / Math.Sqrt(i + 1))).Aggregate(1.0, (product, c) => product * c) + 1;

    private static double Schaffers(double[] z) => z.Zip(z.Skip(1), (a, b) => Math.Sqrt((a * a) + (b * b)))
        .Average(s => Math.Sqrt(s) * (1 + Math.Pow(Math.Sin(50 * Math.Pow(s, 0.2)), 2)));

    private static double Levy(double[] x)
    {
        double[] w = [.. x.Select(v => 1 + ((v - 1) / 4))];
        double middle = w.SkipLast(1).Sum(v => (v - 1) * (v - 1) * (1 + (10 * Math.Pow(Math.Sin((Math.PI * v) + 1), 2))));
        return Math.Pow(Math.Sin(Math.PI * w[0]), 2) + middle
            + ((w[^1] - 1) * (w[^1] - 1) * (1 + Math.Pow(Math.Sin(2 * Math.PI * w[^1]), 2)));
    }

    private static double StyblinskiTang(double[] z) => 0.5 * z.Sum(v => (v * v * v * v) - (16 * v * v) + (5 * v));

    private static double Michalewicz(double[] x) =>
        -x.Select((v, i) => Math.Sin(v) * Math.Pow(Math.Sin((i + 1) * v * v / Math.PI), 20)).Sum();

    private static Func<ISettings, Outcome> Branin(int seed)
    {
        double[] shift = Shift(SuiteFunction.Random("branin", seed), 2, 2);
        return settings => Branin(settings.Float("x", -5, 10) + shift[0], settings.Float("y", 0, 15) + shift[1]);
    }

    private static Func<ISettings, Outcome> Hartmann(int seed)
    {
        double[] shift = Shift(SuiteFunction.Random("hartmann-6", seed), 6, 0.1);
        return settings => Hartmann([.. Vector(settings, 6, 0, 1).Select((x, i) => x + shift[i])]);
    }

    /// <summary>21 hills of other heights and widths, of which one is the highest (Gallagher).</summary>
    private static Func<ISettings, Outcome> Peaks(int seed)
    {
        Generator random = SuiteFunction.Random("peaks-4", seed);
        (double Height, double Width, double[] Place)[] hills = [.. Enumerable.Range(0, 21).Select(i =>
            (i == 0 ? 10 : 1.1 + (8.0 * (i - 1) / 19), 0.05 + (0.25 * random.NextDouble()), Shift(random, 4)))];
        return settings =>
        {
            double[] x = Vector(settings, 4, -1, 1);
            return 10 - hills.Max(hill =>
                hill.Height * Math.Exp(-x.Zip(hill.Place, (a, b) => (a - b) * (a - b)).Sum() / (8 * hill.Width * hill.Width)));
        };
    }
}
