using System.Globalization;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class StudyTests
{
    [Fact]
    public void Optimize_ExceptionOrNonFinite_FailsOnlyThatTrial()
    {
        using Study study = Toy.InMemory();
        study.Optimize(6, trial =>
        {
            double x = trial.SuggestFloat("x", 0, 1);
            if (trial.Number == 1) throw new InvalidOperationException("out of ideas");
            if (trial.Number == 2) trial.Report(4, double.PositiveInfinity);
            return trial.Number == 3 ? double.NaN : x;
        });
        Assert.Equal("Complete Failed Failed Failed Complete Complete", string.Join(' ', study.Trials.Select(trial => trial.State)));
        Assert.Equal(
            [
                "out of ideas",
                "trial.report: the value must be finite, but is Infinity at step 4",
                "study: the objective must be finite, but is NaN"
            ],
            study.Trials.Where(trial => trial.State == TrialState.Failed).Select(trial => trial.Error));
        Assert.All(study.Trials, trial => Assert.Single(trial.Parameters));
    }

    [Fact]
    public void Optimize_Retries_TriesTheSameParametersAgain()
    {
        using TemporaryFolder folder = new(); // not the usual one, which trials of other tests clear
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Retries = 2, Folder = folder.Location });
        study.Optimize(3, trial =>
        {
            double x = trial.SuggestFloat("x", 0, 1);
            string file = Path.Combine(trial.Folder, "checkpoint");
            if (trial.Attempt > 1) Assert.Equal(x.ToString("R", CultureInfo.InvariantCulture), File.ReadAllText(file));
            File.WriteAllText(file, x.ToString("R", CultureInfo.InvariantCulture));
            if (trial.Number == 2 || (trial.Number == 1 && trial.Attempt < 3)) throw new IOException($"attempt {trial.Attempt}");
            return x;
        });
        Assert.Equal(
            [(TrialState.Complete, 1, null), (TrialState.Complete, 3, null), (TrialState.Failed, 3, "attempt 3")],
            study.Trials.Select(trial => (trial.State, trial.Attempts, trial.Error)));
    }

    [Fact]
    public void Optimize_Cancelled_GoesOnLater()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource source = new();
        using (Study study = Open(source.Token))
        {
            Assert.Throws<OperationCanceledException>(() => study.Optimize(40, trial =>
            {
                if (trial.Number == 9) source.Cancel();
                trial.Token.ThrowIfCancellationRequested();
                return Toy.Mixed(trial);
            }));
            Assert.InRange(study.Trials.Count, 1, 9);
        }

        using Study again = Open(CancellationToken.None);
        again.Optimize(40, Toy.Mixed);
        using Study whole = Toy.InMemory();
        whole.Optimize(40, Toy.Mixed);
        Assert.Equal(Toy.Table(whole), Toy.Table(again));

        Study Open(CancellationToken token) => new("toy", new StudyOptions
        {
            Store = new SqliteStore(folder.File("studies.db")),
            Sampler = new RandomSampler(),
            Workers = 2,
            Window = 8,
            Reuse = true,
            Cancellation = token,
        });
    }

    [Fact]
    public void Optimize_Trials_HaveOneThreadEach()
    {
        using Study study = Toy.InMemory();
        study.Optimize(4, _ => Crucible.Threads.Count);
        Assert.All(study.Trials, trial => Assert.Equal(1, trial.Value));
    }

    [Fact]
    public void Optimize_Workers_DoTrialsAtOnce()
    {
        using Study study = Toy.InMemory(workers: 3);
        using Barrier together = new(3); // nobody passes until three trials are under way
        study.Optimize(4, trial => trial.Number == 0 || together.SignalAndWait(TimeSpan.FromSeconds(60)) ? 1 : double.NaN);
        Assert.All(study.Trials, trial => Assert.Equal(TrialState.Complete, trial.State));
    }

    [Fact]
    public void AskAndTell_GiveWhatOptimizeGives()
    {
        using Study told = Toy.InMemory(window: 3);
        Queue<(Trial Trial, double Value)> waiting = new();
        for (int number = 0; number < 20; number++)
        {
            Trial trial = told.Ask();
            waiting.Enqueue((trial, Toy.Bowl(trial)));
            if (waiting.Count == 3) Tell();
        }

        while (waiting.Count > 0) Tell();
        using Study optimized = Toy.InMemory(window: 3);
        optimized.Optimize(20, Toy.Bowl);
        Assert.Equal(Toy.Table(optimized), Toy.Table(told));

        void Tell()
        {
            (Trial trial, double value) = waiting.Dequeue();
            told.Tell(trial, value);
        }
    }

    [Fact]
    public void Ask_BeyondTheWindow_SaysSo()
    {
        using Study study = Toy.InMemory(window: 2);
        Trial first = study.Ask();
        Toy.Bowl(first);
        Toy.Bowl(study.Ask());
        Assert.Equal(
            "study.ask: the next trial depends on trials that have not ended, from trial 0 on. Tell their values first, or make Window larger.",
            Assert.Throws<StudyException>(study.Ask).Message);
        study.Tell(first, 1);
        Assert.Equal(2, study.Ask().Number);
        Assert.Equal(
            "study.tell: trial 0 is not under way here: it was told already, or another study asked for it", Assert.Throws<StudyException>(
                () => study.Tell(first, 2)).Message);
    }

    [Theory]
    [InlineData(0, 2)] // the same on every machine, whatever its number of threads
    [InlineData(1, 1)] // each trial sees all before it
    [InlineData(5, 5)]
    public void Window_NotGiven_IsAsManyAsWorkers(int workers, int window)
    {
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Workers = workers });
        for (int i = 0; i < window; i++) Toy.Bowl(study.Ask());
        Assert.Throws<StudyException>(study.Ask);
    }

    [Fact]
    public void Window_NotGivenAgain_IsThatOfTheStudy()
    {
        using TemporaryFolder folder = new();
        StudyOptions Options(int workers, int window = 0) => new()
        {
            Store = new SqliteStore(folder.File("studies.db")),
            Workers = workers,
            Window = window,
            Sampler = new TpeSampler(),
        };
        using (Study begun = new("toy", Options(workers: 3))) begun.Optimize(20, Toy.Bowl);
        using Study whole = Toy.InMemory(new TpeSampler(), workers: 1, window: 3);
        whole.Optimize(40, Toy.Bowl);
        using (Study more = new("toy", Options(workers: 8))) more.Optimize(30, Toy.Bowl);
        using Study gone = new("toy", Options(workers: 1));
        gone.Optimize(40, Toy.Bowl);
        Assert.Equal(Toy.Table(whole), Toy.Table(gone));
        Assert.Throws<StudyException>(() => new Study("toy", Options(workers: 1, window: 1)));
    }

    [Fact]
    public void Optimize_FewerWorkersThanThreads_SharesTheThreads()
    {
        using IDisposable threads = Crucible.Threads.Use(7);
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Workers = 2 });
        study.Optimize(4, trial => trial.SuggestFloat("x", 0, 1) * Crucible.Threads.Count);
        Assert.All(study.Trials, trial => Assert.Equal(3, trial.Value / (double)trial.Parameters[0].Value, 1e-9));
    }

    [Fact]
    public void Again_OfTheBest_GivesItsValueAgain()
    {
        using Study study = Toy.InMemory();
        study.Optimize(10, Toy.Bowl);
        Assert.Equal(study.BestTrial.Value, Toy.Bowl(study.BestTrial.Again()));
        Assert.Equal(study.Trials.Min(trial => trial.Value), study.BestTrial.Value);
    }

    [Fact]
    public void Again_HasTheSeedOfItsTrial()
    {
        using Study study = Toy.InMemory(seed: 5);
        study.Optimize(10, Noisy);
        Assert.All(study.Trials, trial => Assert.Equal(trial.Value, Noisy(trial.Again())));

        static double Noisy(Trial trial) => Toy.Bowl(trial) + (trial.Seed % 1000);
    }

    [Fact]
    public void Optimize_Branches_NeverRepeatATrial()
    {
        using Study study = Toy.InMemory(window: 1, workers: 1);
        study.Optimize(50, trial =>
            trial.SuggestCategorical("kind", ["a", "b"]) == "a" ? trial.SuggestInt("n", 1, 3) : trial.SuggestInt("m", 1, 2));
        Assert.Equal(5, study.Trials.Count); // a1 a2 a3 b1 b2
        Assert.Equal(5, study.Trials.Select(trial => string.Join(' ', trial.Parameters)).Distinct().Count());
    }

    [Fact]
    public void Optimize_AllowDuplicates_Repeats()
    {
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), AllowDuplicates = true });
        study.Optimize(20, trial => trial.SuggestInt("n", 1, 3));
        Assert.Equal(20, study.Trials.Count);
    }
}
