using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Trials that have ended elsewhere, one by one or another study's.</summary>
public sealed class AddTrialTests
{
    [Fact]
    public void AddTrial_WithItsValue_CountsOnce()
    {
        using Study study = Toy.InMemory();
        for (int i = 0; i < 2; i++) study.AddTrial([new("x", 0.3), new("y", -0.2)], 0, Toy.Bowl);
        study.AddTrial([new("x", 0.5), new("y", 0.5)], 0.53, Toy.Bowl);
        study.Optimize(5, Toy.Bowl);
        Assert.Equal((5, 0), (study.Trials.Count, study.BestTrial.Number));
        Assert.Equal("""{"x":0.5,"y":0.5}""", study.Trials[1].Set.ToJson());
        Assert.Equal(0.53, study.Trials[1].Value);
    }

    [Fact]
    public void AddTrial_WrongSettings_IsRefusedInALine()
    {
        using Study study = Toy.InMemory();
        Assert.Equal("study.addTrial: the settings must have all that the space asks for, but have no 'y'", Refused([new("x", 0.5)]));
        Assert.Equal("study.addTrial: 'x' must be in float -1 to 1, but is 5", Refused([new("x", 5), new("y", 0)]));
        Assert.Equal("study.addTrial: the space does not ask for 'z', only for x, y", Refused([new("x", 0), new("y", 0), new("z", 0)]));
        Assert.Equal(
            "study: the objective must be finite, but is NaN",
            Assert.Throws<NonFiniteException>(() => study.AddTrial([new("x", 0), new("y", 0)], double.NaN, Toy.Bowl)).Message);
        Assert.Equal(
            "study: the objective must give one value for each of the 1 directions, but gave 2",
            Assert.Throws<StudyException>(() => study.AddTrialMany([new("x", 0), new("y", 0)], [1, 2], Toy.Bowl)).Message);
        Assert.Empty(study.Trials);

        string Refused(Tuple<string, object?>[] settings) =>
            Assert.Throws<OptionException>(() => study.AddTrial(settings, 1, Toy.Bowl)).Message;
    }

    [Fact]
    public void AddTrials_OfAnotherStudy_BringsAllOfThemOnce()
    {
        using Study other = Toy.InMemory(), study = new("warm", new StudyOptions { Store = SqliteStore.InMemory(), Reuse = true });
        other.Optimize(12, trial =>
        {
            trial.SetUserAttribute("by", trial.Number);
            return Toy.Mixed(trial);
        });
        for (int i = 0; i < 2; i++) study.AddTrials(other);
        Assert.Equal(Toy.Table(other), Toy.Table(study));
        Assert.Equal(other.Trials.Select(trial => trial.Reports.Count), study.Trials.Select(trial => trial.Reports.Count));
        Assert.All(study.Trials, trial => Assert.Equal(trial.Number, trial.UserAttributes["by"]));
        using Study third = new("third", new StudyOptions { Store = SqliteStore.InMemory(), Reuse = true });
        third.AddTrials(other.Trials.Take(3));
        third.AddTrials(study); // whose trials have the same origin
        Assert.Equal(Toy.Table(other), Toy.Table(third));
    }

    /// <summary>Killed between trials and artifacts, the next run brings what is missing; what was kept here since stays.</summary>
    [Fact]
    public void AddTrials_OfAnotherStudy_BringsTheirArtifactsOnce()
    {
        using TemporaryFolder folder = new();
        using Study other = Toy.InMemory(), study = new("warm", new StudyOptions { Store = SqliteStore.InMemory(), Reuse = true });
        other.Optimize(3, trial =>
        {
            File.WriteAllText(folder.File("log"), $"trial {trial.Number}");
            if (trial.Number != 1) trial.UploadArtifact(folder.File("log"));
            return Toy.Bowl(trial);
        });
        File.WriteAllText(folder.File("log"), "of the study");
        other.UploadArtifact(folder.File("log"));
        study.AddTrial([new("x", 0.5), new("y", 0.5)], 0.53, Toy.Bowl);
        study.AddTrials(other.Trials);
        Assert.Empty(study.Artifacts(1));
        File.WriteAllText(folder.File("mine"), "kept here");
        study.UploadArtifact(3, folder.File("mine"), "log");
        for (int i = 0; i < 2; i++) study.AddTrials(other);
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(number => study.Artifacts(number).Count));
        Assert.Empty(study.Artifacts());
        foreach ((int number, string text) in new[] { (1, "trial 0"), (3, "kept here") })
        {
            study.DownloadArtifact(number, "log", folder.File("back"));
            Assert.Equal(text, File.ReadAllText(folder.File("back")));
        }

        Assert.Equal(
            "study.uploadArtifact: trial 4 must have ended, as the first 4 have; one under way keeps files by its own UploadArtifact",
            Assert.Throws<StudyException>(() => study.UploadArtifact(4, folder.File("log"))).Message);
    }

    /// <summary>A script that adds in each of its runs, on several workers: what is searched follows from what was added.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void AddTrials_AnyWorkers_GivesTheSameTrialsWhichLearnFromThem(int workers)
    {
        using TemporaryFolder folder = new();
        using Study other = Toy.InMemory(new TpeSampler(), workers: 1, window: 1);
        other.Optimize(30, Toy.Bowl);
        Assert.Equal(Warm(1, "one.db"), Warm(workers, "more.db"));
        using Study cold = Toy.InMemory(new TpeSampler(), workers: 1, window: 3);
        cold.Optimize(10, Toy.Bowl);
        using Study warm = Opened(1, "one.db");
        Assert.True(warm.Trials.Skip(30).Average(trial => trial.Value) < cold.Trials.Average(trial => trial.Value) / 2);

        string Warm(int count, string file)
        {
            for (int until = 35; until <= 40; until += 5)
            {
                using Study study = Opened(count, file);
                study.AddTrials(other);
                study.Optimize(until, Toy.Bowl);
            }

            using Study whole = Opened(count, file);
            Assert.Equal(40, whole.Trials.Count);
            return Toy.Table(whole);
        }

        Study Opened(int count, string file) => new("warm", new StudyOptions
        {
            Store = new SqliteStore(folder.File(file)),
            Sampler = new TpeSampler(),
            Workers = count,
            Window = 3,
        });
    }

    [Fact]
    public void AddTrials_ThatSaySomethingElse_AreRefused()
    {
        using Study study = Toy.InMemory();
        using Study other = new("other", new StudyOptions { Store = SqliteStore.InMemory(), Directions = [StudyDirection.Maximize] });
        Assert.Equal(
            "study.addTrials: 'toy' has direction Minimize, but 'other' has Maximize, so its trials say something else",
            Assert.Throws<StudyException>(() => study.AddTrials(other)).Message);
        study.Optimize(2, Toy.Bowl);
        Assert.Equal("study.addTrials: trial 0 is of 'toy' itself", Assert.Throws<StudyException>(() => study.AddTrials(study)).Message);
        other.Optimize(1, trial => trial.SuggestInt("x", 0, 1));
        Assert.Equal(
            "trial.suggest: a parameter keeps its kind in all trials, but 'x' was float -1 to 1 and is now int 0 to 1",
            Assert.Throws<StudyException>(() => study.AddTrials(other.Trials)).Message);
        Assert.Equal(2, study.Trials.Count);
    }
}
