using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What every pruner must do. A test of a new pruner inherits it.</summary>
public abstract class PrunerConformance
{
    /// <summary>A new pruner, always with the same options.</summary>
    protected abstract Pruner Create();

    [Fact]
    public void Pruner_AnyNumberOfWorkers_GivesTheSameTrials()
    {
        string alone = Run(1);
        Assert.Equal(alone, Run(8));
        Assert.Contains("pruned", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void Pruner_FirstTrial_IsNotPruned()
    {
        using Study study = Toy.InMemory(pruner: Create());
        study.Optimize(1, Toy.Mixed);
        Assert.Equal(TrialState.Complete, study.Trials[0].State);
    }

    [Fact]
    public void Pruner_Maximize_PrunesWhatMinimizeOfTheNegativePrunes()
    {
        Assert.Equal(States(StudyDirection.Minimize, 1), States(StudyDirection.Maximize, -1));

        string States(StudyDirection direction, double sign)
        {
            using Study study =
                new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Pruner = Create(), Directions = [direction] });
            study.Optimize(60, trial => Falling(trial, sign));
            return string.Join(' ', study.Trials.Select(trial => trial.State));
        }
    }

    [Fact]
    public void Pruner_BestTrial_Survives()
    {
        using Study study = Toy.InMemory(pruner: Create());
        study.Optimize(80, trial => Falling(trial, 1));
        // Here the order of trials is the same at every step, so the best one of all is never among the worse.
        Assert.InRange(study.BestTrial.Value, 0, study.Trials.Min(trial => (double)trial.Parameters[0].Value));
        Assert.All(study.Trials.Where(trial => trial.State == TrialState.Pruned), trial =>
            Assert.Equal(trial.Reports[^1].Value, trial.Value));
    }

    private static double Falling(Trial trial, double sign)
    {
        double end = trial.SuggestFloat("end", 0, 1);
        for (int step = 0; step < 27; step++)
        {
            trial.Report(step, sign * (end + Math.Max(0, 0.5 - (0.1 * step)))); // better at first, then not any more
            if (trial.ShouldPrune()) trial.Prune();
        }

        return sign * end;
    }

    private string Run(int workers)
    {
        using Study study = Toy.InMemory(pruner: Create(), workers: workers);
        study.Optimize(60, trial =>
        {
            Thread.Sleep(trial.Number * 7 % 5); // so that trials end in another order than they began
            return Falling(trial, 1);
        });
        return Toy.Table(study);
    }
}
