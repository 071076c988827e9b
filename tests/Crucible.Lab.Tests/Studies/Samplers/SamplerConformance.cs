using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What every sampler must do. A test of a new sampler inherits it.</summary>
public abstract class SamplerConformance
{
    private const int Trials = 60;

    /// <summary>A new sampler, always with the same options.</summary>
    protected abstract Sampler Create();

    /// <summary>Whether it goes on for ever on a continuous space; a grid does not.</summary>
    protected virtual bool IsEndless => true;

    [Fact]
    public void Sampler_AnyNumberOfWorkers_GivesTheSameTrials()
    {
        string alone = Run(workers: 1);
        Assert.Equal(alone, Run(workers: 8));
        Assert.Equal(alone, Run(workers: 3));
    }

    [Fact]
    public void Sampler_Constraints_GivesTheSameTrialsForAnyNumberOfWorkersAndInterrupted()
    {
        using Study whole = Toy.InMemory(Create(), workers: 1);
        whole.Optimize(40, Toy.Limited);
        Assert.Contains(whole.Trials, trial => trial.IsFeasible);
        Assert.Contains(whole.Trials, trial => !trial.IsFeasible);
        using TemporaryFolder folder = new();
        foreach (int trials in new[] { 13, 29, 40 })
        {
            using Study part = new(
                "toy",
                new StudyOptions { Store = new SqliteStore(folder.File("studies.db")), Sampler = Create(), Workers = 4, Window = 8 });
            part.Optimize(trials, Toy.Limited);
            if (trials == 40) Assert.Equal(Toy.Table(whole), Toy.Table(part));
        }
    }

    [Fact]
    public void Sampler_Interrupted_GoesOnAsIfItHadNotBeen()
    {
        using TemporaryFolder folder = new();
        foreach (int trials in new[] { 7, 23, Trials })
        {
            using Study part =
                new("toy", new StudyOptions
                {
                    Store = new SqliteStore(folder.File("studies.db")),
                    Sampler = Create(),
                    Workers = 2,
                    Window = 8,
                });
            part.Optimize(trials, Toy.Mixed);
            if (trials == Trials) Assert.Equal(Run(workers: 2), Toy.Table(part));
        }
    }

    [Fact]
    public void Sampler_AnotherSeed_GivesOtherTrials()
    {
        using Study first = Toy.InMemory(Create());
        using Study second = Toy.InMemory(Create(), seed: 1);
        first.Optimize(20, Toy.Bowl);
        second.Optimize(20, Toy.Bowl);
        if (IsEndless) Assert.NotEqual(Toy.Table(first), Toy.Table(second));
    }

    [Fact]
    public void Sampler_EveryKindOfParameter_StaysInItsRange()
    {
        using Study study = Toy.InMemory(Create());
        study.Optimize(Trials, trial =>
        {
            Assert.InRange(trial.SuggestFloat("float", -2, 3), -2, 3);
            Assert.InRange(trial.SuggestFloat("log", 1e-4, 1e4, log: true), 1e-4, 1e4);
            Assert.Contains(trial.SuggestFloat("step", 0, 1, step: 0.5), new[] { 0, 0.5, 1 });
            Assert.Contains(trial.SuggestInt("int", 2, 11, step: 3), new[] { 2, 5, 8, 11 });
            Assert.InRange(trial.SuggestInt("intLog", 1, 1000, log: true), 1, 1000);
            Assert.Equal(4.0, trial.SuggestFloat("single", 4, 4));
            return trial.SuggestCategorical("choice", [true, false]) ? 1 : 2;
        });
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public void Sampler_SmallSpace_VisitsEachPointOnce()
    {
        using Study study = Toy.InMemory(Create(), workers: 4);
        study.Optimize(100, trial => trial.SuggestInt("a", 0, 3) + (trial.SuggestCategorical("b", ["x", "y", "z"]) == "x" ? 0.5 : 0));
        Assert.Equal(12, study.Trials.Count);
        Assert.Equal(12, study.Trials.Select(trial => string.Join(' ', trial.Parameters)).Distinct().Count());
    }

    [Fact]
    public void Sampler_Maximize_FindsWhatMinimizeOfTheNegativeFinds()
    {
        using Study down = Toy.InMemory(Create());
        using Study up = new(
            "toy",
            new StudyOptions
            {
                Store = SqliteStore.InMemory(),
                Sampler = Create(),
                Workers = 2,
                Window = 8,
                Directions = [StudyDirection.Maximize],
            });
        down.Optimize(40, Toy.Bowl);
        up.Optimize(40, trial => -Toy.Bowl(trial));
        Assert.Equal(down.BestTrial.Parameters, up.BestTrial.Parameters);
    }

    private string Run(int workers)
    {
        using Study study = Toy.InMemory(Create(), workers: workers);
        study.Optimize(Trials, Toy.Mixed);
        return Toy.Table(study);
    }
}
