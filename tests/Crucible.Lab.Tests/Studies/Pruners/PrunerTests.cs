using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class MedianPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new MedianPruner();
}

public sealed class PercentilePrunerTests : PrunerConformance
{
    protected override Pruner Create() => new PercentilePruner(25) { WarmupSteps = 2 };
}

public sealed class SuccessiveHalvingPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new SuccessiveHalvingPruner();

    [Fact]
    public void SuccessiveHalving_WorseAndWorse_KeepsOnlyTheFirst()
    {
        using Study study = Toy.InMemory(pruner: new SuccessiveHalvingPruner(), window: 1, workers: 1);
        study.Optimize(12, trial =>
        {
            for (int step = 0; step < 20; step++)
            {
                trial.Report(step, trial.Number);
                if (trial.ShouldPrune()) trial.Prune();
            }

            return trial.Number;
        });
        Assert.Equal([20, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], study.Trials.Select(trial => trial.Reports.Count));
    }

    [Fact]
    public void SuccessiveHalving_Rungs_AreAtPowersOfTheFactor()
    {
        using Study study =
            Toy.InMemory(pruner: new SuccessiveHalvingPruner { LeastReports = 2, ReductionFactor = 3 }, window: 1, workers: 1);
        HashSet<int> ends = [];
        study.Optimize(40, trial =>
        {
            double value = trial.SuggestFloat("x", 0, 1);
            for (int step = 0; step < 30; step++)
            {
                // An order of its own at every step, so that some trials fall behind at each rung.
                trial.Report(step, Math.Sin(value * (step + 1) * 50));
                if (trial.ShouldPrune()) trial.Prune();
            }

            return value;
        });
        ends.UnionWith(study.Trials.Where(trial => trial.State == TrialState.Pruned).Select(trial => trial.Reports.Count));
        Assert.Subset(new HashSet<int> { 2, 6, 18 }, ends);
        Assert.Contains(2, ends);
        Assert.Contains(6, ends);
    }
}

public sealed class HyperbandPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new HyperbandPruner { MostReports = 27 };

    [Fact]
    public void Hyperband_Brackets_AllHaveTrials()
    {
        HyperbandPruner pruner = new() { MostReports = 27 };
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 200).Select(pruner.BracketOf).Distinct().Order()); // 1, 3, 9, 27 reports
    }
}

public sealed class PatientPrunerTests : PrunerConformance
{
    protected override Pruner Create() => new PatientPruner(new MedianPruner(), 2);

    [Fact]
    public void Patient_TrialThatImproves_IsNotPruned()
    {
        using Study study = Toy.InMemory(pruner: new PatientPruner(new MedianPruner(), 1), window: 1, workers: 1);
        study.Optimize(8, trial =>
        {
            for (int step = 0; step < 10; step++)
            {
                trial.Report(step, trial.Number < 7 ? 0 : Math.Max(100 - step, 96)); // far behind, but better until step 4
                if (trial.ShouldPrune()) trial.Prune();
            }

            return 0;
        });
        // two reports without gain: steps 5 and 6
        Assert.Equal((TrialState.Pruned, 6), (study.Trials[7].State, study.Trials[7].Reports[^1].Step));
    }
}
