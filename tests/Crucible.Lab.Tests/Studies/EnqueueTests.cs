using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Settings that users set down for trials to come.</summary>
public sealed class EnqueueTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Enqueue_Settings_RunNextInOrder()
    {
        using Study study = Toy.InMemory();
        study.Enqueue([new("x", 0.25), new("y", 0.5)]);
        study.Enqueue([new("y", 1), new("x", -1)]);
        study.Optimize(3, Toy.Bowl);
        study.Enqueue([new("x", 0.75), new("y", -0.5)]);
        study.Optimize(5, Toy.Bowl);
        Assert.Equal("""{"x":0.25,"y":0.5}""", study.Trials[0].Set.ToJson());
        Assert.Equal("""{"x":-1,"y":1}""", study.Trials[1].Set.ToJson());
        Assert.Equal("""{"x":0.75,"y":-0.5}""", study.Trials[3].Set.ToJson());
        Assert.Equal(5, study.Trials.Select(trial => trial.Set.ToJson()).Distinct().Count());
    }

    [Fact]
    public void Enqueue_SomeSettings_LeavesTheOthersToTheSampler()
    {
        using Study study = Toy.InMemory(), plain = Toy.InMemory();
        plain.Optimize(2, Toy.Bowl);
        study.Optimize(1, Toy.Bowl);
        study.Enqueue([new("x", 0.25)]);
        study.Optimize(2, Toy.Bowl);
        Assert.Equal(0.25, study.Trials[1].Parameters[0].Value);
        Assert.Equal(plain.Trials[1].Parameters[1], study.Trials[1].Parameters[1]);
    }

    [Fact]
    public void Enqueue_Twice_RunsOnceUnlessAgain()
    {
        using Study study = Toy.InMemory();
        for (int i = 0; i < 2; i++) study.Enqueue([new("x", 0.25), new("y", 0.5)]);
        study.Optimize(2, Toy.Bowl);
        study.Enqueue([new("y", 0.5), new("x", 0.25)]); // it has run
        study.Optimize(4, Toy.Bowl);
        Assert.Single(study.Trials, IsThat);
        study.Enqueue([new("x", 0.25), new("y", 0.5)], again: true);
        study.Optimize(6, Toy.Bowl);
        Assert.Equal([0, 4], study.Trials.Where(IsThat).Select(trial => trial.Number));

        static bool IsThat(FrozenTrial trial) => trial.Set.ToJson() == """{"x":0.25,"y":0.5}""";
    }

    /// <summary>As a script that enqueues in each of its runs, killed, with any number of workers and of processes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Enqueue_AnyWorkersAndInterruptions_GivesTheSameTrials(int workers)
    {
        string expected = Alone("one.db", 1);
        string file = folder.File("shared.db");
        using (CancellationTokenSource source = new())
        using (Study cut = Begun(file, workers, source.Token))
        {
            Assert.Throws<OperationCanceledException>(() => cut.Optimize(30, trial =>
            {
                if (trial.Number == 7) source.Cancel();
                trial.Token.ThrowIfCancellationRequested();
                return Toy.Mixed(trial);
            }));
        }

        string[] tables = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Alone("shared.db", workers))));
        Assert.All(tables, table => Assert.Equal(expected, table));
        Assert.Contains("\"optimizer\":\"sgd\",\"momentum\":0.25}", expected.Split('\n')[1], StringComparison.Ordinal);

        string Alone(string name, int count)
        {
            using Study study = Begun(folder.File(name), count, CancellationToken.None);
            study.Optimize(30, Toy.Mixed);
            return Toy.Table(study);
        }

        Study Begun(string place, int count, CancellationToken token)
        {
            Study study = new("toy", new StudyOptions
            {
                Store = new SqliteStore(place),
                Sampler = new TpeSampler(),
                Pruner = new MedianPruner(),
                Workers = count,
                Window = 4,
                Reuse = true,
                Cancellation = token,
            });
            study.Enqueue([new("x", 1.5), new("layers", 2)]);
            study.Enqueue([new("optimizer", "sgd"), new("momentum", 0.25)]);
            study.Enqueue([new("rate", 1e-3)]);
            return study;
        }
    }

    [Fact]
    public void Enqueue_OutsideTheRange_FailsThatTrialWithALine()
    {
        using Study study = Toy.InMemory(workers: 1);
        study.Enqueue([new("x", 20)]);
        study.Enqueue([new("x", 0.5), new("y", "high")]);
        study.Optimize(3, Toy.Bowl);
        Assert.Equal(
            [
                "trial.suggest: 'x' was enqueued as 20, which is not in float -1 to 1",
                "trial.suggest: 'y' was enqueued as \"high\", which is not in float -1 to 1",
                null
            ],
            study.Trials.Select(trial => trial.Error));
        Trial asked = Asked();
        Assert.Equal(
            "trial.suggest: 'x' was enqueued as -7, which is not in float -1 to 1",
            Assert.Throws<OptionException>(() => Toy.Bowl(asked)).Message);

        Trial Asked()
        {
            study.Enqueue([new("x", -7)]);
            return study.Ask();
        }
    }

    [Fact]
    public void Enqueue_EveryKindOfValue_IsSuggestedAsItself()
    {
        using Study study = Toy.InMemory(workers: 1);
        study.Enqueue(
        [
            new("whole", 3.0), new("real", 2), new("word", "b"), new("flag", true), new("none", null), new("list", new[] { 4, 4 }),
        ]);
        study.Enqueue([new("one", 1.0)]);
        study.Enqueue([new("one", 1)]);
        List<object?> seen = [];
        study.Optimize(3, trial =>
        {
            if (trial.Number == 0)
            {
                seen.AddRange([trial.SuggestInt("whole", 1, 9), trial.SuggestFloat("real", 0, 9)]);
                seen.Add(trial.SuggestCategorical("word", ["a", "b"]));
                seen.AddRange([trial.SuggestCategorical("flag", [false, true]), trial.SuggestCategorical("none", ["x", null])]);
                seen.Add(trial.SuggestCategorical("list", new[] { [8], new[] { 4, 4 } }).Length);
            }

            if (trial.Number > 0) seen.Add(trial.SuggestCategorical("one", new object[] { 1, 1.0 }));
            return trial.Number;
        });
        Assert.Equal(
            ["3", "2", "b", "True", null, "2", "Double", "Int32"],
            seen.Select((one, i) => i < 6 ? one?.ToString() : one!.GetType().Name));
    }

    [Fact]
    public void Enqueue_WrongSettings_IsRefused()
    {
        using Study study = Toy.InMemory();
        Assert.Equal("study.enqueue: at least one setting is needed, got none", Refused());
        Assert.Equal("study.enqueue: settings must differ, but 'x' comes twice", Refused(new("x", 1), new("x", 2)));

        string Refused(params Tuple<string, object?>[] settings) => Assert.Throws<OptionException>(() => study.Enqueue(settings)).Message;
    }

    [Fact]
    public void Enqueue_WhatNoTrialAsksFor_IsSaid()
    {
        List<string> told = [];
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Workers = 1, Tell = told.Add });
        study.Enqueue([new("lerning rate", 0.1)]);
        study.Optimize(2, trial => trial.SuggestFloat("learning rate", 0, 1));
        Assert.Equal(
            "study: trial 0 did not ask for 'lerning rate', which was enqueued for it; 'learning rate' is nearest.",
            Assert.Single(told));
    }

    [Fact]
    public void Enqueue_WithAGrid_VisitsEveryPointOnceAndInOrder()
    {
        using Study study = Toy.InMemory(new GridSampler { Levels = 30 }, workers: 1, window: 1);
        for (int i = 0; i < 25; i++) study.Enqueue([new("x", i / 29.0)]);
        study.Optimize(100, trial => trial.SuggestFloat("x", 0, 1));
        Assert.Equal(Enumerable.Range(0, 30).Select(i => i / 29.0), study.Trials.Select(trial => trial.Value));
    }
}
