using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Studies;
using Crucible.Lab.Tests.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class SearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
    }

    private SearchOptions Options => new(Workers: 2, Store: folder.File("studies.db"));

    /// <summary>Does something in a run and gives the paragraphs of its report.</summary>
    private string[] Run(Action<ExperimentRun> body)
    {
        string[] texts = [];
        ScriptCall call = new("sample", ["--out", folder.File("run"), "--seed", "3", "--quick"], IsSession: true);
        ScriptConsole console = new(output, output);
        Contract<ExperimentRun> contract =
            new(call, console, "A sample.", null, common => new ExperimentRun(call, common, "A sample.", console));
        int exitCode = contract.Execute(run =>
        {
            body(run);
            texts = [.. run.Report.Blocks.OfType<TextBlock>().Select(block => block.Text)];
        });
        Assert.True(exitCode == 0, output.ToString());
        return texts;
    }

    private static Study Bowl(ExperimentRun run, SearchOptions options, int trials = 12) =>
        new Search(run, options, "bowl", trials).Run(Toy.Bowl);

    [Fact]
    public void Run_GivenAgain_IsTheSameStudyWithoutNewTrials()
    {
        string first = "";
        Assert.Empty(Run(run =>
        {
            using Study study = Bowl(run, Options);
            Assert.Equal(("bowl quick tpe none seed 3 window 8", 12), (study.Name, study.Trials.Count));
            first = Toy.Table(study);
        }));

        string text = Assert.Single(Run(run =>
        {
            using Study study = Bowl(run, Options);
            Assert.Equal(first, Toy.Table(study));
        }));
        Assert.Equal(
            "The study bowl quick tpe none seed 3 window 8 had all its 12 trials already: this is its result again. --anew begins it again, --trials lets it go on.",
            text);
    }

    [Fact]
    public void Run_WithMoreTrialsOrAnew_GoesOnOrBeginsAgain()
    {
        Run(run => Bowl(run, Options).Dispose());

        Assert.Equal(["The study bowl quick tpe none seed 3 window 8 went on from trial 12."], Run(run =>
        {
            using Study study = Bowl(run, Options with { Trials = 15 });
            Assert.Equal(15, study.Trials.Count);
        }));
        Assert.Empty(Run(run =>
        {
            using Study study = Bowl(run, Options with { Anew = true }, 5);
            Assert.Equal(5, study.Trials.Count);
        }));
    }

    [Fact]
    public void Run_ComparedStudies_AreTheSameForAnyNumberOfWorkersAndRandomBesideIt() => Run(run =>
    {
        Search search = new(run, Options, "bowl", 12, reports: 5);
        using Study study = search.Run(Toy.Bowl);
        using Study one = search.RunInMemory(12, 1, Toy.Bowl);
        using Study random = search.RunAtRandom(Toy.Bowl);
        Assert.Equal("bowl quick tpe halving seed 3 window 8", search.Name);
        Assert.Equal(Toy.Table(study), Toy.Table(one));
        Assert.Equal((search.Name + " random", 12), (random.Name, random.Trials.Count));
    });

    [Fact]
    public void New_OptionsThatContradict_AreRefused() => Run(run =>
    {
        Assert.Equal(
            "sweep: --workers must be at most --window = 2, but is 3",
            Assert.Throws<OptionException>(() => new Search(run, new SearchOptions(Workers: 3, Window: 2), "bowl", 5)).Message);
        Assert.Equal(
            "sweep: these trials report nothing on the way, so --pruner must be none",
            Assert.Throws<OptionException>(() => new Search(run, new SearchOptions(Pruner: PrunerName.Median), "bowl", 5)).Message);
    });
}
