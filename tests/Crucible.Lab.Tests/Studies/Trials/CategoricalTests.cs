using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Choices of any type: each is another, and comes back as what it was.</summary>
public sealed class CategoricalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<object?[], string[]> Choices => new()
    {
        { ["adam", "sgd"], ["adam", "sgd"] },
        { [true, false], ["True", "False"] },
        { [1, 2.5, -3, 1e-7, 1e300], ["1", "2.5", "-3", "1E-07", "1E+300"] },
        { [1, 1.0, "1", "2"], ["1 (Int32)", "1 (Double)", "1 (String)", "2"] },
        { [null, "", "null", "x"], ["null", "", "null (String)", "x"] },
        { [null, 0, false], ["null", "0", "False"] },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Choices), DisableDiscoveryEnumeration = true)]
    public void Suggest_AnyValues_ComeBackAsTheyWere(object?[] choices, string[] texts)
    {
        HashSet<object?> suggested = [];
        using (Study study = Open()) study.Optimize(choices.Length, Objective(choices, suggested));
        Assert.Equal(choices.Length, suggested.Count);
        using Study again = Open(); // the values are the store's now
        Assert.Equal(choices.Length, again.Trials.Count);
        Assert.All(again.Trials, trial => Assert.Equal(choices[(int)trial.Value], Assert.Single(trial.Parameters).Value));
        Assert.All(again.Trials, trial => Assert.Equal(
            choices[(int)trial.Value]?.GetType(), Assert.Single(trial.Parameters).Value?.GetType()));
        Assert.Equal(
            texts.Select(text => $$"""{"a":{{System.Text.Json.JsonSerializer.Serialize(text)}}}""").Order(),
            again.Trials.Select(trial => trial.Set.ToJson()).Order());
        foreach (FrozenTrial trial in again.Trials)
            Assert.Equal(choices[(int)trial.Value], trial.Again().SuggestCategorical("a", choices));
    }

    [Fact]
    public void Suggest_Arrays_AreChosenAndKeptByTheirText()
    {
        int[][] choices = [[40, 40], [8], []];
        using Study study = Open();
        study.Optimize(3, trial => trial.SuggestCategorical("hidden", choices).Sum());
        Assert.Equal([0.0, 8, 80], study.Trials.Select(trial => trial.Value).Order());
        Assert.Equal("[40, 40]", Assert.Single(study.Trials, trial => trial.Value == 80).Parameters[0].Value);
        Assert.Same(choices[0], study.Trials.MaxBy(trial => trial.Value)!.Again().SuggestCategorical("hidden", choices));
    }

    [Fact]
    public void Suggest_StoreOfBeforeValues_GoesOn()
    {
        using (Study study = Open()) study.Optimize(1, Objective([true, false], []));
        using (SqliteStore store = new(folder.File("studies.db")))
        {
            Assert.Equal("""{"kind":"categorical","choices":["True","False"],"values":[true,false]}""",
                store.Parameters("any")["a"].ToJson().ToJsonString());
            Assert.Equal(
                store.Parameters("any")["a"], Distribution.Parse("""{"kind":"categorical","choices":["True","False"]}"""));
        }

        using Study again = Open();
        again.Optimize(2, Objective([true, false], []));
        Assert.Equal(2, again.Trials.Count);
    }

    private static Func<Trial, double> Objective(object?[] choices, HashSet<object?> suggested) => trial =>
    {
        object? choice = trial.SuggestCategorical("a", choices);
        suggested.Add(choice);
        return Array.FindIndex(choices, other => Equals(other, choice));
    };

    private Study Open() => new("any", new StudyOptions { Store = new SqliteStore(folder.File("studies.db")), Workers = 1 });
}
