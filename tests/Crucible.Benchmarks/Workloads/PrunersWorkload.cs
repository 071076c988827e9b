using Crucible.Benchmarks.Studies;
using Crucible.Lab.Studies;
using static System.FormattableString;

namespace Crucible.Benchmarks.Workloads;

/// <summary>What searches with each pruner find for so many epochs, on the recorded trainings of the suite.</summary>
internal sealed class PrunersWorkload : IWorkload
{
    private const int MostTrials = 500;
    private static readonly int[] budgets = [120, 240, 480, 960];

    private static readonly (string Name, Func<Pruner> Create)[] pruners =
    [
        ("none", () => new NoPruner()),
        ("median", () => new MedianPruner()),
        ("best quarter", () => new PercentilePruner(25)),
        ("halving, 1 of 2", () => new SuccessiveHalvingPruner { ReductionFactor = 2 }),
        ("halving, 1 of 4", () => new SuccessiveHalvingPruner()),
        ("hyperband, 1 of 2", () => new HyperbandPruner { MostReports = TabularFunctions.Epochs.Length, ReductionFactor = 2 }),
        ("learning curve", () => new LearningCurvePruner()),
    ];

    /// <inheritdoc/>
    public string Name => "pruners";

    /// <inheritdoc/>
    public string Summary => "what searches with each pruner find for so many epochs of recorded trainings, as mean ranks";

    /// <inheritdoc/>
    public void Run(Bench bench)
    {
        int seeds = bench.IsQuick ? 4 : 30;
        foreach ((string name, Func<Sampler> sampler) in new (string, Func<Sampler>)[]
        {
            ("random", () => new RandomSampler()), ("TPE", () => new TpeSampler()),
        })
        {
            // By pruner, task, seed and budget
            double[][][][] found = [.. pruners.Select(pruner => TabularFunctions.Tasks.Select(task => Enumerable.Range(0, seeds)
                .Select(seed => Search(task, seed, sampler(), pruner.Create())).ToArray()).ToArray())];
            Console.WriteLine(Invariant($"{name} search, {seeds} seeds: mean rank [95 %] of the best end after so many epochs"));
            double[][][] ranks = [.. budgets.Select((_, budget) => RanksAt(found, budget))];
            for (int i = 0; i < pruners.Length; i++)
            {
                IEnumerable<string> cells = budgets.Select((budget, b) =>
                {
                    (double low, double high) = Ranks.Interval([.. ranks[b].Select(row => row[i])]);
                    return Invariant($"{budget}: {ranks[b].Average(row => row[i]):0.00} [{low:0.00} to {high:0.00}]");
                });
                Console.WriteLine($"  {pruners[i].Name,-18} {string.Join("   ", cells)}");
            }
        }
    }

    /// <summary>The ranks of the pruners for each task and seed.</summary>
    private static double[][] RanksAt(double[][][][] found, int budget) =>
    [
        .. from task in Enumerable.Range(0, found[0].Length)
           from seed in Enumerable.Range(0, found[0][0].Length)
           select Ranks.Of([.. found.Select(pruner => pruner[task][seed][budget])]),
    ];

    /// <summary>The best end that a search has found after each number of epochs.</summary>
    private static double[] Search(string task, int seed, Sampler sampler, Pruner pruner)
    {
        using Study study = new("pruners", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Sampler = sampler,
            Pruner = pruner,
            Seed = (ulong)seed,
            Workers = 1,
            AllowDuplicates = true,
        });
        double best = double.PositiveInfinity;
        double[] reached = [.. budgets.Select(_ => best)];
        int epochs = 0;
        study.Optimize(MostTrials, Train);
        return reached;

        double Train(Trial trial)
        {
            if (epochs >= budgets[^1]) study.Stop();
            double[] losses = TabularFunctions.Losses(task, new TrialSettings(trial));
            for (int i = 0, before = 0; i < losses.Length; before = TabularFunctions.Epochs[i++])
            {
                epochs += TabularFunctions.Epochs[i] - before;
                if (i == losses.Length - 1) break;
                trial.Report(TabularFunctions.Epochs[i], losses[i]);
                if (trial.ShouldPrune()) trial.Prune();
            }

            best = Math.Min(best, losses[^1]);
            for (int budget = 0; budget < budgets.Length; budget++)
                if (epochs <= budgets[budget]) reached[budget] = best;
            return losses[^1];
        }
    }
}
