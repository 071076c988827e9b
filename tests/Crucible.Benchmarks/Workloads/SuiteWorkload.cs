using System.Globalization;
using System.Text.Json.Nodes;
using Crucible.Benchmarks.Studies;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Benchmarks.Workloads;

/// <summary>How good what our samplers find is on functions that no one tuned to, beside what Optuna's found.</summary>
internal sealed class SuiteWorkload : IWorkload
{
    private const string Default = "default";
    private const double Unlikely = 0.01;

    private static readonly (string Name, Func<StudyOptions> Options)[] Searches =
    [
        (Default, () => new StudyOptions { Store = SqliteStore.InMemory() }),
        ("Gaussian process", () => Alone(new GaussianProcessSampler())),
        ("TPE", () => Alone(new TpeSampler())),
        ("CMA-ES", () => Alone(new CmaEsSampler())),
        ("random", () => Alone(new RandomSampler())),
    ];

    /// <inheritdoc/>
    public string Name => "suite";

    /// <inheritdoc/>
    public string Summary => "what samplers find on functions moved and turned by seeds, as mean ranks beside Optuna's; 10 minutes";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        JsonNode reference = JsonNode.Parse(File.ReadAllText(Path.Combine(Locations.Peers, "cases", "suite.json")))!;
        int[] budgets = [.. reference["budgets"]!.AsArray().Select(budget => (int)budget!)];
        int seeds = bench.IsQuick ? 2 : (int)reference["seeds"]!;
        int most = bench.IsQuick ? 100 : budgets[^1];
        budgets = [.. budgets.Where(budget => budget <= most)];
        JsonObject optuna = reference["results"]!.AsObject();
        SuiteFunction[] functions =
            [.. SuiteFunction.All.Where(function => optuna.All(theirs => theirs.Value![function.Name] is not null))];
        // By search, function, seed and budget
        Dictionary<string, double[][][]> found = [];
        foreach ((string name, Func<StudyOptions> options) in Searches)
            found[name] = [.. functions.Select(function =>
                Enumerable.Range(0, seeds).Select(seed => Search(function, seed, options(), budgets)).ToArray())];
        foreach ((string name, JsonNode? theirs) in optuna)
        {
            found[$"Optuna's {name}"] = [.. functions.Select(function => theirs![function.Name]!.AsArray().Take(seeds)
                .Select(row => row!.AsArray().Select(value => (double)value!).ToArray()).ToArray())];
        }

        Console.WriteLine();
        Console.WriteLine(Invariant($"{functions.Length} functions, {seeds} seeds, one trial after another but by default;")
            + $" beside Optuna {reference["optuna"]} (tests/peers/suite.py)");
        for (int budget = 0; budget < budgets.Length; budget++) Report(budgets[budget], budget, functions, found);
    }

    private static StudyOptions Alone(Sampler sampler) => new() { Store = SqliteStore.InMemory(), Sampler = sampler, Workers = 1 };

    /// <summary>The true value at the best place after each number of trials.</summary>
    private static double[] Search(SuiteFunction function, int seed, StudyOptions options, int[] budgets)
    {
        Func<ISettings, Outcome> objective = function.Create(seed);
        Outcome[] outcomes = new Outcome[budgets[^1]];
        StudyOptions seeded = new()
        {
            Store = options.Store,
            Sampler = options.Sampler,
            Workers = options.Workers,
            Window = options.Window,
            Seed = (ulong)seed,
            AllowDuplicates = true,
        };
        using Study study = new("suite", seeded);
        study.Optimize(outcomes.Length, trial => (outcomes[trial.Number] = objective(new TrialSettings(trial))).Told);
        return [.. budgets.Select(budget => outcomes.Take(budget).MinBy(outcome => outcome.Told).Truth)];
    }

    private static void Report(int trials, int budget, SuiteFunction[] functions, Dictionary<string, double[][][]> found)
    {
        string[] names = [.. found.Keys];
        // The mean rank of each search on each function
        double[][] ranks = [.. functions.Select((_, f) => Enumerable.Range(0, found[Default][f].Length)
            .Select(seed => Ranks.Of([.. names.Select(name => Rounded(found[name][f][seed][budget]))]))
            .Aggregate((sum, more) => [.. sum.Zip(more, (a, b) => a + b)])
            .Select(sum => sum / found[Default][f].Length).ToArray())];
        Console.WriteLine();
        Console.WriteLine(Invariant($"after {trials} trials: mean rank among {names.Length} [95 %], by class of function"));
        foreach ((string name, double[] own) in names.Select((name, i) => (name, Own: ranks.Select(row => row[i]).ToArray()))
            .OrderBy(row => row.Own.Average()))
        {
            (double low, double high) = Ranks.Interval(own);
            IEnumerable<string> kinds = functions.Select((function, f) => (function.Kind, Rank: own[f])).GroupBy(row => row.Kind)
                .Select(kind => Invariant($"{kind.Key} {kind.Average(row => row.Rank):0.0}"));
            Console.WriteLine(Invariant($"  {name,-28} {own.Average():0.00} [{low:0.00} to {high:0.00}]   {string.Join(", ", kinds)}"));
        }

        foreach (string theirs in names.Where(name => name.StartsWith("Optuna", StringComparison.Ordinal)))
        {
            string[] lost = Better(Default, theirs), won = Better(theirs, Default);
            string worse = lost.Length == 0 ? "none" : string.Join(", ", lost);
            Console.WriteLine(Invariant($"  {theirs}: by default better on {won.Length} (p < {Unlikely}), worse on {worse}"));
        }

        // The functions on which it is hard to believe that the second is not better.
        string[] Better(string first, string second) =>
            [.. functions.Where((_, f) => Ranks.Chance(At(first, f), At(second, f)) < Unlikely).Select(function => function.Name)];

        double[] At(string name, int f) => [.. found[name][f].Select(seed => Rounded(seed[budget]))];
    }

    /// <summary>As the file has it.</summary>
    private static double Rounded(double value) =>
        double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
