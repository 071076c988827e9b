using System.Diagnostics;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What ends a search before its number of trials.</summary>
public sealed class StopTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Target_AnyWorkers_EndsAtTheSameTrial(int workers)
    {
        using Study whole = Toy.InMemory(window: 4);
        whole.Optimize(100, Toy.Bowl);
        int first = whole.Trials.First(trial => trial.Value <= 0.05).Number;
        using Study study = new("toy", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Sampler = new RandomSampler(),
            Target = 0.05,
            Workers = workers,
            Window = 4,
        });
        study.Optimize(100, Toy.Bowl);
        Assert.Equal(first + 4, study.Trials.Count); // the next sees trial `first`, and the window lets three more be under way
        Assert.Equal(whole.Trials.Take(first + 4).Select(trial => trial.ToString()), study.Trials.Select(trial => trial.ToString()));
        study.Optimize(100, Toy.Bowl);
        Assert.Equal(first + 4, study.Trials.Count); // it is met still
        Assert.Equal(
            "study.ask: the search of 'toy' is over: its Target or Patience says so",
            Assert.Throws<StudyException>(study.Ask).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Patience_AnyWorkers_EndsAtTheSameTrial(int workers)
    {
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Patience = 5, Workers = workers, Window = 3 });
        // Better until trial 6, which is followed by 5 without a gain; trial 14 is the first that sees trial 11
        study.Optimize(100, trial => trial.Number == 9
            ? throw new InvalidOperationException("boom")
            : Math.Max(10 - trial.Number, 4) + (0 * Toy.Bowl(trial)));
        Assert.Equal(14, study.Trials.Count);
    }

    [Fact]
    public void Patience_TrialsThatWereAdded_AreNone()
    {
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Patience = 3, Workers = 1, Window = 1 });
        for (int i = 0; i < 9; i++) study.AddTrial([new("x", 0.1 * i), new("y", 0)], value: i, Toy.Bowl);
        study.Optimize(100, trial => 5 + Toy.Bowl(trial));
        Assert.Equal(12, study.Trials.Count);
    }

    [Fact]
    public void Patience_SeveralObjectives_CountsWhatNoOtherBeats()
    {
        using Study study = new("toy", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Directions = [StudyDirection.Minimize, StudyDirection.Maximize],
            Patience = 3,
            Workers = 1,
            Window = 1,
        });
        double[][] values = [[1, 1], [2, 2], [2, 1], [0, 0], [2, 2], [3, 2], [1, 0.5], [9, 9]]; // the last three before 9 gain nothing
        study.OptimizeMany(8, trial =>
        {
            trial.SuggestFloat("x", 0, 1);
            return values[trial.Number];
        });
        Assert.Equal(7, study.Trials.Count);
    }

    [Fact]
    public void Timeout_Over_BeginsNoMoreTrials()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Timeout = 0.3, Workers = 2 });
        study.Optimize(100_000, trial =>
        {
            Thread.Sleep(20);
            return Toy.Bowl(trial);
        });
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.3, 60);
        Assert.InRange(study.Trials.Count, 1, 100);
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public void OnEnd_ThatStops_EndsTheSearchAndNotTheStudy()
    {
        List<int> seen = [];
        using Study study = new("toy", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Workers = 1,
            OnEnd = (own, trial) =>
            {
                seen.Add(trial.Number);
                if (trial.Number % 4 == 3) own.Stop();
            },
        });
        study.Stop(); // nothing is under way
        study.Optimize(100, Toy.Bowl);
        Assert.Equal([0, 1, 2, 3], seen);
        study.Optimize(100, Toy.Bowl);
        Assert.Equal(8, study.Trials.Count);
    }

    [Fact]
    public void Options_OutOfTheirRange_AreRefused()
    {
        Assert.Equal("study: Timeout must be from 0 to 1000000000 seconds, but is -1", Refused(new StudyOptions { Timeout = -1 }));
        Assert.Equal("study: Timeout must be from 0 to 1000000000 seconds, but is NaN", Refused(new StudyOptions { Timeout = double.NaN }));
        Assert.Equal("study: Patience must be at least 0, but is -2", Refused(new StudyOptions { Patience = -2 }));
        Assert.Equal("study: Target must be finite, but is Infinity", Refused(new StudyOptions { Target = double.PositiveInfinity }));
        Assert.Equal(
            "study: Target must be left out where there are several directions, but is 1",
            Refused(new StudyOptions { Target = 1, Directions = [StudyDirection.Minimize, StudyDirection.Minimize] }));

        static string Refused(StudyOptions options) => Assert.Throws<StudyException>(() => new Study("toy", options)).Message;
    }
}
