using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Values told by a trial's number, in another process than the one that asked.</summary>
public sealed class TellTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Tell_NumbersAfterARestart_GivesWhatOptimizeGives()
    {
        double[] values = new double[6];
        for (int begun = 0; begun < 6; begun += 3)
        {
            using (Study asking = Opened())
            {
                for (int i = 0; i < 3; i++)
                {
                    Trial trial = asking.Ask();
                    values[trial.Number] = Toy.Bowl(trial);
                    trial.Report(2, 0.5 + trial.Number);
                }
            }

            using Study telling = Opened();
            foreach (int number in new[] { begun + 1, begun, begun + 2 }) telling.Tell(number, values[number]);
        }

        using Study optimized = Toy.InMemory(window: 3);
        optimized.Optimize(6, Toy.Bowl);
        using Study told = Opened();
        Assert.Equal(Toy.Table(optimized), Toy.Table(told));
        Assert.All(told.Trials, trial => Assert.Equal(new Measurement(2, 0.5 + trial.Number), Assert.Single(trial.Reports)));
    }

    /// <summary>A copy of the file is what a process leaves that is killed.</summary>
    [Fact]
    public void Tell_NumberOfAKilledProcess_HasWhatWasSuggested()
    {
        using Study killed = Opened();
        Trial trial = killed.Ask();
        trial.SuggestFloat("x", -1, 1);
        trial.SuggestInt("n", 1, 9);
        trial.Report(0, 7);
        foreach (string end in new[] { "", "-wal" }) File.Copy(folder.File($"studies.db{end}"), folder.File($"left.db{end}"));
        using Study study = Opened("left.db");
        study.TellPruned(0);
        FrozenTrial told = Assert.Single(study.Trials);
        Assert.Equal((TrialState.Pruned, 7, trial.Set.ToJson()), (told.State, told.Value, told.Set.ToJson()));
    }

    [Fact]
    public void Tell_StatesByNumber_AreKept()
    {
        using Study study = Toy.InMemory(window: 3);
        for (int i = 0; i < 3; i++) Toy.Bowl(study.Ask());
        study.Tell(0, double.NaN);
        study.TellFailed(1, "no power");
        study.Tell(2, [0.5]);
        Assert.Equal(
            [
                (TrialState.Failed, "study: the objective must be finite, but is NaN"),
                (TrialState.Failed, "no power"),
                (TrialState.Complete, null),
            ],
            study.Trials.Select(trial => (trial.State, trial.Error)));
    }

    [Fact]
    public void Tell_NumberThatDoesNotWait_SaysSo()
    {
        using Study study = Opened();
        const string message =
            "study.tell: trial 0 is not waiting for its value: it was never begun, has ended, or a process that lives is at it";
        Assert.Equal(message, Assert.Throws<StudyException>(() => study.Tell(0, 1)).Message);
        using (Study other = Opened())
        {
            Trial trial = other.Ask();
            Assert.Equal(message, Assert.Throws<StudyException>(() => study.Tell(0, 1)).Message);
            trial.Report(0, 1);
        }

        Assert.Equal(
            "study.tell: trial 0 cannot be told by number, because it suggested no parameter after Ask. Optimize or Ask takes it up again.",
            Assert.Throws<StudyException>(() => study.Tell(0, 1)).Message);
        study.Optimize(1, Toy.Bowl);
        Assert.Equal(message, Assert.Throws<StudyException>(() => study.Tell(0, 1)).Message);
    }

    /// <summary>Constraints said where the trial was asked for, in what a killed process left, and where its value is told.</summary>
    [Fact]
    public void Tell_NumberWithConstraints_HasThoseOfBothPlaces()
    {
        using Study killed = Opened();
        Trial trial = killed.Ask();
        trial.SuggestFloat("x", -1, 1);
        trial.SetConstraint("memory", 2);
        trial.SetConstraint("time", 0.5);
        foreach (string end in new[] { "", "-wal" }) File.Copy(folder.File($"studies.db{end}"), folder.File($"left.db{end}"));
        using (Study study = Opened("left.db")) study.Tell(0, 0.25, [new("time", -1), new("size", 0.125)]);
        using Study told = Opened("left.db");
        Assert.Equal(
            [new("memory", 2), new("time", -1), new("size", 0.125)], Assert.Single(told.Trials).Constraints);
        Assert.Equal((2.125, false), (told.Trials[0].Violation, told.Trials[0].IsFeasible));
    }

    /// <summary>What is wrong with the call itself leaves the trial as it was.</summary>
    [Fact]
    public void Tell_WrongCall_CanBePutRight()
    {
        using Study study = Toy.InMemory(window: 3);
        Trial[] trials = [.. Enumerable.Range(0, 3).Select(_ => study.Ask())];
        foreach (Trial trial in trials) Toy.Bowl(trial);
        const string count = "study: the objective must give one value for each of the 1 directions, but gave 2";
        Assert.Equal(count, Assert.Throws<StudyException>(() => study.Tell(0, [1, 2])).Message);
        Assert.Equal(count, Assert.Throws<StudyException>(() => study.Tell(trials[1], [1, 2])).Message);
        Assert.Throws<StudyException>(() => study.Tell(0, 1, [new(" ", 1)]));
        study.Tell(0, 1, [new("memory", double.NaN)]);
        study.Tell(trials[1], 2);
        study.Tell(2, 3, [new("memory", 1)]);
        Assert.Equal([TrialState.Failed, TrialState.Complete, TrialState.Complete], study.Trials.Select(trial => trial.State));
        Assert.Contains("memory", study.Trials[0].Error, StringComparison.Ordinal);
        Assert.Equal(1, study.BestTrial.Number);
    }

    private Study Opened(string file = "studies.db") => new("toy", new StudyOptions
    {
        Store = new SqliteStore(folder.File(file)),
        Sampler = new RandomSampler(),
        Window = 3,
        Workers = 2,
        Reuse = true,
    });
}
