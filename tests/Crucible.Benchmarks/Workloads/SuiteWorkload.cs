using System.Text.Json.Nodes;
using Crucible.Benchmarks.Studies;
using static System.FormattableString;

namespace Crucible.Benchmarks.Workloads;

/// <summary>How good what our samplers find is on functions that no one tuned to, beside what Optuna's found.</summary>
/// <param name="options">What of it is done.</param>
internal sealed class SuiteWorkload(SuiteOptions options) : IWorkload
{
    private const int QuickTrials = 100;

    /// <inheritdoc/>
    public string Name => "suite";

    /// <inheritdoc/>
    public string Summary => "what samplers find on functions moved and turned by seeds, beside Optuna's; a minute a seed on two cores";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        JsonNode reference = JsonNode.Parse(File.ReadAllText(Path.Combine(Locations.Peers, "cases", "suite.json")))!;
        int[] budgets = [.. reference["budgets"]!.AsArray().Select(budget => (int)budget!)];
        if (bench.IsQuick) budgets = [.. budgets.Where(budget => budget <= QuickTrials)];
        int[] seeds = options.Of((int)reference["seeds"]!, bench.IsQuick);
        JsonObject results = reference["results"]!.AsObject();
        SuiteFunction[] functions =
            [.. SuiteFunction.All.Where(function => results.All(theirs => theirs.Value![function.Name] is not null))];
        using SuiteSearches searches = new(Path.Combine(Locations.Workspace, ".artifacts", "suite", "found.jsonl"), options.IsFresh);
        searches.Run(options.Searches, functions, seeds, budgets);
        Dictionary<string, double[][][]> found = [];
        foreach (string name in options.Searches)
        {
            found[name] = [.. functions.Select(function =>
                seeds.Select(seed => searches.Of(name, function.Name, seed, budgets)).ToArray())];
        }

        foreach ((string name, JsonNode? theirs) in results)
        {
            found[SuiteRanking.Others + name] = [.. functions.Select(function => seeds.Select(seed =>
                budgets.Select((_, budget) => (double)theirs![function.Name]![seed]![budget]!).ToArray()).ToArray())];
        }

        Console.WriteLine(Invariant($"{functions.Length} functions, {seeds.Length} seeds, one trial after another but by default"));
        Console.WriteLine($"beside Optuna {reference["optuna"]}, measured with tests/peers/suite.py");
        new SuiteRanking(functions, budgets, found).Write();
    }
}
