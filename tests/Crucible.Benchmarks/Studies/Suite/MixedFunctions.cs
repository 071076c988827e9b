using Crucible.Tensors;

namespace Crucible.Benchmarks.Studies;

/// <summary>Functions of numbers, whole numbers and choices, some of which exist only where others have a value.</summary>
internal static class MixedFunctions
{
    internal static IReadOnlyList<SuiteFunction> All { get; } =
    [
        new("mixed", "mixed-ackley-7", MixedAckley),
        new("mixed", "knapsack-14", Knapsack),
        new("mixed", "landscape-8", Landscape),
        new("mixed", "learning-6", seed => Learning("learning-6", seed, noise: 0)),
        new("mixed", "families", Families),
        new("mixed", "layers", Layers),
        new("mixed", "counts-5", Counts),
    ];

    /// <summary>Settings of a network that stand for themselves: rates by their logarithm, a width, dropout, kinds of two parts.</summary>
    internal static Func<ISettings, Outcome> Learning(string name, int seed, double noise)
    {
        Generator random = SuiteFunction.Random(name, seed);
        double rate = -4.5 + (3 * random.NextDouble()), decay = -5.5 + (3 * random.NextDouble()), width = 4 + (3 * random.NextDouble());
        double dropout = 0.1 + (0.4 * random.NextDouble());
        double[] optimizers = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble())];
        double[] activations = [.. Enumerable.Range(0, 5).Select(_ => 0.5 * random.NextDouble())];
        double[] shifts = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble() - 0.5)]; // of the best rate, by optimizer
        return settings =>
        {
            double r = Math.Log10(settings.Float("rate", 1e-6, 1, log: true)), d = Math.Log10(settings.Float("decay", 1e-8, 1, log: true));
            double w = Math.Log2(settings.Int("width", 4, 512, log: true)), p = settings.Float("dropout", 0, 0.9, step: 0.05);
            int optimizer = settings.Choice("optimizer", 4), activation = settings.Choice("activation", 5);
            double off = r - rate - shifts[optimizer];
            double truth = (off * off / (off > 0 ? 0.5 : 2)) + (0.2 * (d - decay) * (d - decay)) + (0.1 * (w - width) * (w - width))
                + (4 * (p - dropout) * (p - dropout)) + optimizers[optimizer] + activations[activation]
                + (0.1 * Math.Abs(off) * Math.Abs(w - width));
            return NoisyFunctions.With(truth, noise, name, seed, settings);
        };
    }

    private static Func<ISettings, Outcome> MixedAckley(int seed)
    {
        Generator random = SuiteFunction.Random("mixed-ackley-7", seed);
        double[] shift = ContinuousFunctions.Shift(random, 7);
        int[][] orders = [random.Permutation(7), random.Permutation(7)]; // choices have no order that a search could follow
        return settings =>
        {
            double[] x =
            [
                settings.Float("a", -5, 5), settings.Float("b", -5, 5), settings.Float("c", -5, 5), settings.Int("d", -5, 5),
                settings.Int("e", -5, 5), (orders[0][settings.Choice("f", 7)] / 0.6) - 5, (orders[1][settings.Choice("g", 7)] / 0.6) - 5,
            ];
            return ContinuousFunctions.Ackley([.. x.Select((v, i) => v - (5 * shift[i]))]);
        };
    }

    /// <summary>What to pack: more than the weight allows costs more than it brings.</summary>
    private static Func<ISettings, Outcome> Knapsack(int seed)
    {
        Generator random = SuiteFunction.Random("knapsack-14", seed);
        (double Weight, double Value)[] things =
            [.. Enumerable.Range(0, 14).Select(_ => (1 + (9 * random.NextDouble()), 1 + (9 * random.NextDouble())))];
        double limit = 0.5 * things.Sum(thing => thing.Weight);
        return settings =>
        {
            double weight = 0, value = 0;
            for (int i = 0; i < things.Length; i++)
            {
                if (settings.Choice($"take{i}", 2) == 0) continue;
                weight += things[i].Weight;
                value += things[i].Value;
            }

            return (5 * Math.Max(weight - limit, 0)) - value;
        };
    }

    /// <summary>Kauffman's NK landscape: each choice's worth depends on its two neighbours.</summary>
    private static Func<ISettings, Outcome> Landscape(int seed)
    {
        Generator random = SuiteFunction.Random("landscape-8", seed);
        double[] worth = new double[8 * 64];
        random.Uniform(worth);
        return settings =>
        {
            int[] choices = [.. Enumerable.Range(0, 8).Select(i => settings.Choice($"gene{i}", 4))];
            return -Enumerable.Range(0, 8).Average(i =>
                worth[(64 * i) + (16 * choices[i]) + (4 * choices[(i + 1) % 8]) + choices[(i + 2) % 8]]);
        };
    }

    /// <summary>Three kinds of model, each with parameters of its own; the best of them is another in each seed.</summary>
    private static Func<ISettings, Outcome> Families(int seed)
    {
        Generator random = SuiteFunction.Random("families", seed);
        double[] least = [.. Enumerable.Range(0, 3).Select(_ => 0.3 * random.NextDouble())];
        double[] best = [.. Enumerable.Range(0, 8).Select(_ => 0.15 + (0.7 * random.NextDouble()))];
        return settings =>
        {
            double scale = settings.Float("scale", 0, 1), shared = 0.3 * (scale - best[7]) * (scale - best[7]);
            switch (settings.Choice("family", 3))
            {
                case 0:
                    double c = (Math.Log10(settings.Float("c", 1e-3, 1e3, log: true)) + 3) / 6;
                    double gamma = (Math.Log10(settings.Float("gamma", 1e-4, 10, log: true)) + 4) / 5;
                    double valley = c + gamma - best[0] - best[1];
                    return least[0] + shared + (3 * valley * valley) + (0.5 * (c - best[0]) * (c - best[0]));
                case 1:
                    double trees = Math.Log(settings.Int("trees", 10, 1000, log: true) / 10.0) / Math.Log(100);
                    double depth = settings.Int("depth", 1, 20) / 20.0;
                    return least[1] + shared + Math.Abs(trees - best[2]) + (2 * (depth - best[3]) * (depth - best[3]));
                default:
                    double rate = (Math.Log10(settings.Float("rate", 1e-5, 1, log: true)) + 5) / 5;
                    double momentum = settings.Float("momentum", 0, 1);
                    double bumps = 0.05 * (1 - Math.Cos(12 * (rate - best[4])));
                    double off = (momentum - best[5]) * (momentum - best[5]) * (1 + rate);
                    return least[2] + shared + (4 * (rate - best[4]) * (rate - best[4])) + bumps + off;
            }
        };
    }

    /// <summary>One to four layers, each with a width and a dropout of its own.</summary>
    private static Func<ISettings, Outcome> Layers(int seed)
    {
        Generator random = SuiteFunction.Random("layers", seed);
        double[] gains = [.. Enumerable.Range(0, 4).Select(i => (i == 0 ? 1 : 0.6) * (0.3 + random.NextDouble()))];
        double[] widths = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble())];
        double[] dropouts = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble())];
        double cost = 0.15 + (0.5 * random.NextDouble()), rate = random.NextDouble();
        return settings =>
        {
            int layers = settings.Int("layers", 1, 4);
            double off = Math.Log10(settings.Float("rate", 1e-4, 1e-1, log: true)) + 4 - (3 * rate);
            double loss = 3 + (cost * layers) + (0.5 * off * off);
            for (int i = 0; i < layers; i++)
            {
                double wide = (Math.Log2(settings.Int($"width{i}", 8, 256, log: true) / 8.0) / 5) - widths[i];
                double dropped = settings.Float($"dropout{i}", 0, 1) - dropouts[i];
                loss -= gains[i] * Math.Exp(-3 * ((wide * wide) + (dropped * dropped)));
            }

            return loss;
        };
    }

    /// <summary>Whole numbers of long and short ranges that work together.</summary>
    private static Func<ISettings, Outcome> Counts(int seed)
    {
        Generator random = SuiteFunction.Random("counts-5", seed);
        double[] best = [.. Enumerable.Range(0, 5).Select(_ => 0.1 + (0.8 * random.NextDouble()))];
        return settings =>
        {
            double[] z =
            [
                (settings.Int("a", 1, 100) / 100.0) - best[0], (settings.Int("b", 1, 30) / 30.0) - best[1],
                (settings.Int("c", 0, 9) / 9.0) - best[2],
                (Math.Log(settings.Int("d", 1, 1024, log: true)) / Math.Log(1024)) - best[3], (settings.Int("e", 0, 4) / 4.0) - best[4],
            ];
            double waves = 0.2 * z.Sum(v => 1 - Math.Cos(15 * v)) / 5;
            return z.Sum(v => v * v) + (3 * Math.Pow(z[0] + z[1], 2)) + Math.Abs(z[2] - z[3]) + waves;
        };
    }
}
