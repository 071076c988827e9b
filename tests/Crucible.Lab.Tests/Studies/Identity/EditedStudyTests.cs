using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A study whose objective is another one than that of its trials.</summary>
public sealed class EditedStudyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> told = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Optimize_ObjectiveEdited_IsRefusedBeforeItRuns()
    {
        using (Study study = Open()) study.Optimize(5, Slow);
        using Study again = Open();
        int calls = 0;
        OptionException error = Assert.Throws<OptionException>(() => again.Optimize(9, trial => Math.Sin(9 * ++calls)));
        Assert.Matches(
            "^study: 'mine' has 5 trials of [0-9:]{5}, but the compiled code of the objective was changed since then\\. "
                + "StudyOptions\\(Anew = true\\) forgets them and begins again, "
                + "StudyOptions\\(Reuse = true\\) goes on with them on purpose\\.$",
            error.Message);
        Assert.Equal((0, 5), (calls, again.Trials.Count));
        again.Optimize(9, Slow);
        Assert.Equal(9, again.Trials.Count);
        Assert.Matches("^mine: 5 trials of [0-9:]{5} reused\\.$", Assert.Single(told));
        Assert.Throws<OptionException>(() => again.Optimize(12, Fast)); // in a session, the study stays open
    }

    [Fact]
    public void Optimize_Reused_IsTheStudyOfTheNewOne()
    {
        using (Study study = Open()) study.Optimize(5, Slow);
        using (Study study = Open(new StudyOptions { Reuse = true }))
        {
            study.Optimize(7, Fast);
            Assert.EndsWith(" reused, though the compiled code of the objective was changed", study.Reused, StringComparison.Ordinal);
            Assert.Equal($"mine: {study.Reused}.", Assert.Single(told));
        }

        using (Study study = Open()) study.Optimize(9, Fast);
        using Study last = Open();
        Assert.Throws<OptionException>(() => last.Optimize(10, Slow));
    }

    [Fact]
    public void Optimize_Anew_HasNoTrialsAndAnyOptions()
    {
        using (Study study = Open()) study.Optimize(5, Slow);
        using Study anew = Open(new StudyOptions { Anew = true, Seed = 7 });
        Assert.Null(anew.Reused);
        Assert.Empty(anew.Trials);
        anew.Optimize(3, Fast);
        Assert.Equal(3, anew.Trials.Count);
        Assert.Empty(told);
    }

    [Fact]
    public void Optimize_SourceEdited_SaysTheLine()
    {
        File.WriteAllText(folder.File("mine.fsx"), "let f x = sin (3.0 * x)");
        StudyOptions options = new() { Source = folder.File("mine.fsx") };
        using (Study study = Open(options)) study.Optimize(5, Slow);
        File.WriteAllText(folder.File("mine.fsx"), "// a comment\nlet f x =  sin (3.0 * x)\n");
        using (Study study = Open(options)) study.Optimize(5, Fast); // the source counts, not the code
        File.WriteAllText(folder.File("mine.fsx"), "// a comment\nlet f x = sin (9.0 * x)\n");
        using (Study study = Open(options)) Assert.Equal(5, study.Trials.Count); // who only looks is not refused
        using Study edited = Open(options);
        const string change = ", but mine.fsx was edited (line 2: let f x = sin (9.0 * x)) since then. ";
        Assert.Contains(change, Assert.Throws<OptionException>(() => edited.Optimize(5, Fast)).Message, StringComparison.Ordinal);
        Assert.Contains(change, Assert.Throws<OptionException>(edited.Ask).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimize_NothingDoneYet_TakesTheNewOne()
    {
        using (Study study = Open()) study.Optimize(0, Slow);
        using Study again = Open();
        again.Optimize(2, Fast);
        Assert.Equal(2, again.Trials.Count);
    }

    [Fact]
    public void Optimize_TrialInterrupted_IsNotGivenToAnotherObjective()
    {
        using (Study study = Open()) study.Ask();
        File.WriteAllText(folder.File("data.csv"), "1");
        using (Study study = Open(new StudyOptions { Data = [folder.File("data.csv")] })) study.Ask();
        File.WriteAllText(folder.File("data.csv"), "2");
        using Study again = Open(new StudyOptions { Data = [folder.File("data.csv")] });
        Assert.Matches(
            "^study: 'mine' has 1 trial begun at [0-9:]{5}, but data\\.csv has other data since then\\. ",
            Assert.Throws<OptionException>(again.Ask).Message);
    }

    [Fact]
    public void New_AnewAndReuse_ExcludeEachOther() => Assert.Equal(
        "study: earlier trials are forgotten or reused, so StudyOptions(Anew = true) and StudyOptions(Reuse = true) exclude each other",
        Assert.Throws<OptionException>(() => Open(new StudyOptions { Anew = true, Reuse = true })).Message);

    private static double Slow(Trial trial) => Math.Sin(3 * trial.SuggestFloat("x", 0, 1));

    private static double Fast(Trial trial) => Math.Sin(9 * trial.SuggestFloat("x", 0, 1));

    private Study Open(StudyOptions? options = null) => new("mine", new StudyOptions
    {
        Store = new SqliteStore(folder.File("studies.db")),
        Source = options?.Source,
        Data = options?.Data ?? [],
        Anew = options?.Anew ?? false,
        Reuse = options?.Reuse ?? false,
        Seed = options?.Seed ?? 0,
        Tell = told.Add,
    });
}
