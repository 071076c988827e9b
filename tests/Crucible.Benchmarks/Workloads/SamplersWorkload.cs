using System.Globalization;
using System.Text.Json.Nodes;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Sides;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;

namespace Crucible.Benchmarks.Workloads;

/// <summary>
/// How good the best of 100 trials is, sampler by sampler, beside what Optuna's find; and what a trial costs beside its
/// evaluation.
/// </summary>
internal sealed class SamplersWorkload : IWorkload
{
    private const int Trials = 100;

    private static readonly (string Name, Func<Sampler> Create)[] Samplers =
    [
        ("random", () => new RandomSampler()),
        ("Sobol", () => new SobolSampler()),
        ("TPE", () => new TpeSampler()),
        ("CMA-ES", () => new CmaEsSampler()),
        ("Gaussian process", () => new GaussianProcessSampler()),
        ("grid", () => new GridSampler { Levels = 10 }),
    ];

    /// <summary>What others report, where it is the nearest to our setting that is published.</summary>
    private static readonly string[] Published =
    [
        "Published elsewhere, in other settings, as mean ± standard deviation:",
        "  Branin, 200 evaluations, 10 runs: scikit-optimize gp_minimize 0.398 ± 0.000, forest_minimize 0.515 ± 0.15 (its benchmarks/README.md)",
        "  Hartmann-6, 200 evaluations, 10 runs: scikit-optimize gp_minimize -3.299 ± 0.048, forest_minimize -3.151 ± 0.050 (the same)",
        "  Rosenbrock-10 on the smaller cube -5 to 5, 100 evaluations, 10 seeds: Optuna 2.8 TPE 4698 ± 1757, random 16783 ± 6524 (optuna/optuna issue 2871)",
        "  Nothing is published that we know of for Optuna's Gaussian process at 100 trials of these functions.",
    ];

    /// <inheritdoc/>
    public string Name => "samplers";

    /// <inheritdoc/>
    public string Summary =>
        $"the best of {Trials} trials on Branin, Hartmann-6, Ackley-10 and Rosenbrock-10 for each sampler, beside Optuna's";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        int seeds = bench.IsQuick ? 5 : 20;
        JsonNode reference = JsonNode.Parse(File.ReadAllText(Path.Combine(Locations.Peers, "cases", "samplers.json")))!;
        Console.WriteLine();
        Console.WriteLine(
            $"best of {Trials} trials, one after another: median over {seeds} seeds [quartiles], milliseconds a trial beside the evaluation");
        Console.WriteLine($"beside it Optuna {reference["optuna"]}, {reference["seeds"]} seeds, measured with tests/peers/samplers.py");
        foreach (string function in TestFunctions.All.Keys) Compare(function, seeds, reference["results"]![function]!.AsObject());
        foreach (string line in Published) Console.WriteLine(line);
    }

    private static void Compare(string function, int seeds, JsonObject reference)
    {
        Console.WriteLine($"{function,-28} {"ours",10} {"[quartiles]",-24} {"ms",7}   {"Optuna",10} {"ms",7}");
        double random = double.NaN;
        foreach ((string name, Func<Sampler> create) in Samplers)
        {
            if (name == "grid" && function != "branin") continue; // 100 points are no grid in 6 or 10 dimensions
            double before = Clock.Processor.Seconds();
            double[] best = TestFunctions.Best(function, create, seeds, Trials);
            double milliseconds = 1000 * (Clock.Processor.Seconds() - before) / (seeds * Trials);
            double median = Timings.Median(best);
            if (name == "random") random = median;
            string verdict = name == "TPE" ? $"   better than random: {(median < random ? "met" : "MISSED")}" : "";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-26} {median,10:0.0000} {Quartiles(best),-24} {milliseconds,7:0.000}   {Theirs(reference[name])}{verdict}"));
        }

        foreach ((string name, JsonNode? theirs) in reference)
        {
            if (Samplers.All(sampler => sampler.Name != name))
                Console.WriteLine($"  {name,-26} {"",10} {"",-24} {"",7}   {Theirs(theirs)}");
        }
    }

    private static string Theirs(JsonNode? result) => result is null
        ? $"{"-",10} {"-",7}"
        : string.Create(
            CultureInfo.InvariantCulture, $"{(double)result["median"]!,10:0.0000} {(double)result["milliseconds a trial"]!,7:0.000}");

    private static string Quartiles(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"[{sorted[sorted.Length / 4]:0.###} to {sorted[3 * sorted.Length / 4]:0.###}]");
    }
}
