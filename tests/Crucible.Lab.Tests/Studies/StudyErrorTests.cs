using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class StudyErrorTests
{
    public static TheoryData<string, Action<Trial>> WrongSpaces => new()
    {
        { "trial.suggestFloat: low must be at most high, but 'x' has low = 2 and high = 1", trial => trial.SuggestFloat("x", 2, 1) },
        { "trial.suggestFloat: a logarithmic range must be above 0, but 'x' has low = 0",
          trial => trial.SuggestFloat("x", 0, 1, log: true) },
        { "trial.suggestFloat: a range must be finite, but 'x' has 0 to Infinity",
          trial => trial.SuggestFloat("x", 0, double.PositiveInfinity) },
        { "trial.suggestFloat: step must be finite and at least 0, but 'x' has step = -0.5",
          trial => trial.SuggestFloat("x", 0, 1, step: -0.5) },
        { "trial.suggestFloat: a logarithmic range has no step, but 'x' has step = 0.5",
          trial => trial.SuggestFloat("x", 1, 2, log: true, step: 0.5) },
        { "trial.suggestFloat: a range must have at most 2^53 steps, but 'x' has step = 1E-300 from -1E+308 to 1E+308",
          trial => trial.SuggestFloat("x", -1e308, 1e308, step: 1e-300) },
        { "trial.suggestInt: low must be at most high, but 'n' has low = 2 and high = 1", trial => trial.SuggestInt("n", 2, 1) },
        { "trial.suggestInt: a logarithmic range must be above 0, but 'n' has low = -3", trial => trial.SuggestInt("n", -3, 1, log: true) },
        { "trial.suggestInt: step must be at least 1, but 'n' has step = 0", trial => trial.SuggestInt("n", 0, 1, step: 0) },
        { "trial.suggestCategorical: at least one choice is needed, but 'a' has none",
          trial => trial.SuggestCategorical("a", Array.Empty<string>()) },
        { "trial.suggestCategorical: choices must differ, but 'a' has 'relu' more than once",
          trial => trial.SuggestCategorical("a", ["relu", "tanh", "relu"]) },
        { "trial.suggestCategorical: choices must differ, but 'a' has '[4, 4]' more than once",
          trial => trial.SuggestCategorical<int[]>("a", [[4, 4], [8], [4, 4]]) },
        { "trial.report: step must be at least 0, but is -1", trial => trial.Report(-1, 0.5) },
        { "trial.setConstraint: a constraint must have a name, but has ' '", trial => trial.SetConstraint(" ", 1) },
        {
            "trial.suggest: a parameter keeps its range within a trial, but 'x' was float 0 to 1 and is now float 0 to 2",
            trial => trial.SuggestFloat("x", 0, trial.SuggestFloat("x", 0, 1) < 2 ? 2 : 1)
        },
        {
            "trial.suggest: a parameter keeps its kind in all trials, but 'n' was int 1 to 8 (log) and is now one of a, b",
            trial =>
            {
                if (trial.Number == 0) trial.SuggestInt("n", 1, 8, log: true);
                else trial.SuggestCategorical("n", ["a", "b"]);
            }
        },
    };

    [Theory]
    [MemberData(nameof(WrongSpaces))]
    public void Suggest_WrongSpace_EndsTheStudyWithItsMessage(string message, Action<Trial> ask)
    {
        using Culture culture = new();
        using Study study = Toy.InMemory();
        StudyException error = Assert.Throws<StudyException>(() => study.Optimize(5, trial =>
        {
            ask(trial);
            return 1;
        }));
        Assert.Equal(message, error.Message);
    }

    public static TheoryData<string, StudyOptions> Others => new()
    {
        { "direction Minimize, but is opened with Maximize", new StudyOptions { Directions = [StudyDirection.Maximize] } },
        { "direction Minimize, but is opened with Minimize, Minimize",
          new StudyOptions { Directions = [StudyDirection.Minimize, StudyDirection.Minimize] } },
        { "seed 0, but is opened with 5", new StudyOptions { Seed = 5 } },
        { "window 2, but is opened with 9", new StudyOptions { Window = 9 } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Study_NameOfAnother_SaysWhatDiffers(string difference, StudyOptions options)
    {
        using TemporaryFolder folder = new();
        new Study("one", new StudyOptions { Store = new SqliteStore(folder.File("studies.db")) }).Dispose();
        using SqliteStore store = new(folder.File("studies.db"));
        StudyOptions asked = new() { Store = store, Directions = options.Directions, Seed = options.Seed, Window = options.Window };
        Assert.Equal(
            $"study: 'one' is in the store with {difference}. Give the new study another name.",
            Assert.Throws<StudyException>(() => new Study("one", asked)).Message);
    }

    [Theory]
    [InlineData("study: Window must be from 0 to 4096, but is -1", -1, 0, 0)]
    [InlineData("study: Workers must be from 0 to Window = 2, but is 3", 2, 3, 0)]
    [InlineData("study: Retries must be at least 0, but is -1", 8, 1, -1)]
    public void Study_WrongOption_SaysWhich(string message, int window, int workers, int retries)
    {
        StudyOptions options = new() { Store = SqliteStore.InMemory(), Window = window, Workers = workers, Retries = retries };
        Assert.Equal(message, Assert.Throws<StudyException>(() => new Study("toy", options)).Message);
    }

    [Fact]
    public void Best_NothingComplete_SaysSo()
    {
        using Study study = Toy.InMemory();
        study.Optimize(2, _ => double.NaN);
        Assert.Equal(
            "study: 'toy' has no complete trial among 2, so there is no best one. Trial 0 failed: study: the objective must be finite, but is NaN",
            Assert.Throws<StudyException>(() => study.BestTrial).Message);
    }

    [Fact]
    public void Optimize_AllTrialsFail_TellsTheFirstErrorInALine()
    {
        List<string> told = [];
        using Study study = new("toy", new StudyOptions { Store = SqliteStore.InMemory(), Tell = told.Add });
        study.Optimize(3, trial => throw new InvalidOperationException($"boom {trial.Number}\nand more"));
        Assert.Equal(["study: all 3 trials of 'toy' failed, trial 0 with: boom 0 and more"], told);
        Assert.Equal(
            "study: 'toy' has no complete trial among 3, so there is no best one. Trial 0 failed: boom 0 and more",
            Assert.Throws<StudyException>(() => study.BestTrial).Message);
    }

    [Fact]
    public void Optimize_ValuesOfAnotherNumber_SaysSo()
    {
        using Study study = Toy.InMemory();
        Assert.Equal(
            "study: the objective must give one value for each of the 1 directions, but gave 2",
            Assert.Throws<StudyException>(() => study.OptimizeMany(2, _ => [1.0, 2.0])).Message);
        using Study two = new("two", new StudyOptions
        {
            Store = SqliteStore.InMemory(),
            Directions = [StudyDirection.Minimize, StudyDirection.Maximize],
        });
        Assert.Equal(
            "study: the objective must give one value for each of the 2 directions, but gave 1;"
            + " several are given to OptimizeMany, or to Tell as a list",
            Assert.Throws<StudyException>(() => two.Optimize(2, _ => 1.0)).Message);
    }
}
