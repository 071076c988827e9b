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

    /// <summary>A sampler or pruner that is new needs a name; one that wraps another pruner has none.</summary>
    [Fact]
    public void Names_OfSamplersAndPruners_AreAllOfTheClasses()
    {
        Assert.Equal(
            Classes<Sampler>(), Enum.GetValues<SamplerName>().Select(name => Search.Named(name).GetType().Name).Order());
        Assert.Equal(
            Classes<Pruner>().Except([nameof(PatientPruner)]),
            Enum.GetValues<PrunerName>().Select(name => Search.Named(name, reports: 9).GetType().Name).Order());
        Assert.Equal("nsga-ii", ScriptOption.KebabCase(nameof(SamplerName.NsgaII)));

        static IEnumerable<string> Classes<T>() => typeof(T).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract).Select(type => type.Name).Order();
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

        Assert.Empty(Run(run =>
        {
            using Study study = Bowl(run, Options);
            Assert.Equal(first, Toy.Table(study));
            Assert.Matches("^12 trials of [0-9:]{5} reused$", study.Reused);
        }));
        Assert.Matches("\nbowl quick tpe none seed 3 window 8: 12 trials of [0-9:]{5} reused\\.\n", output.ToString());
    }

    [Fact]
    public void Run_WithMoreTrialsOrAnew_GoesOnOrBeginsAgain()
    {
        Run(run => Bowl(run, Options).Dispose());

        Run(run =>
        {
            using Study study = Bowl(run, Options with { Trials = 15 });
            Assert.Equal(15, study.Trials.Count);
        });
        Assert.Empty(Run(run =>
        {
            using Study study = Bowl(run, Options with { Anew = true }, 5);
            Assert.Equal(5, study.Trials.Count);
            Assert.Null(study.Reused);
        }));
    }

    [Fact]
    public void Run_ObjectiveEdited_IsRefusedUntilToldWhat()
    {
        Run(run => Bowl(run, Options).Dispose());
        Run(run =>
        {
            OptionException error = Assert.Throws<OptionException>(() => Other(run, Options));
            Assert.Matches(
                "^study: 'bowl quick tpe none seed 3 window 8' has 12 trials of [0-9:]{5}, but the compiled code of the objective was changed "
                    + "since then\\. --anew forgets them and begins again, --reuse goes on with them on purpose\\.$",
                error.Message);
            using Study study = Other(run, Options with { Reuse = true });
            Assert.EndsWith(" reused, though the compiled code of the objective was changed", study.Reused, StringComparison.Ordinal);
            run.Report.Study(study);
            Assert.Contains(
                $" {study.Reused}.", run.Report.Blocks.OfType<TextBlock>().Single().Text, StringComparison.Ordinal);
        });

        static Study Other(ExperimentRun run, SearchOptions options) =>
            new Search(run, options, "bowl", 12).Run(trial => Math.Abs(trial.SuggestFloat("x", -1, 1)));
    }

    [Fact]
    public void Run_OtherData_SaysWhichOption()
    {
        foreach (string name in new[] { "a.csv", "b.csv" }) File.WriteAllText(folder.File(name), name);
        Assert.Equal((0, ""), Searched("a.csv"));
        Assert.Equal((0, ""), Searched("a.csv"));
        (int exitCode, string line) = Searched("b.csv");
        Assert.Equal(2, exitCode);
        Assert.Contains(", but --table was a.csv and is b.csv since then. --anew ", line, StringComparison.Ordinal);
        File.WriteAllText(folder.File("a.csv"), "other rows");
        Assert.Contains(", but --table a.csv has other data since then. ", Searched("a.csv").Line, StringComparison.Ordinal);
        Assert.Equal(
            (2, "study: earlier trials are forgotten or reused, so --anew and --reuse exclude each other"),
            Searched("a.csv", "--anew", "--reuse"));
        Assert.Equal((0, ""), Searched("a.csv", "--anew"));
        Assert.Equal((0, ""), Searched("data.db", "--anew")); // the store itself: it changes by itself
        Assert.Equal((0, ""), Searched("data.db"));
        File.WriteAllText(folder.File("a.fsx"), "let x = 1");
        Assert.Equal((0, ""), Searched("a.fsx", "--anew"));
        File.WriteAllText(folder.File("a.fsx"), "let x = 1 // of a script its source counts, if it is the study's");
        Assert.Equal((0, ""), Searched("a.fsx"));

        (int ExitCode, string Line) Searched(string table, params string[] more)
        {
            using StringWriter errors = new();
            ScriptCall call = new("sample", ["--out", folder.File("run"), "--table", folder.File(table), .. more], IsSession: true);
            int exitCode = Experiment.Execute(
                call, new ScriptConsole(output, errors), "A sample.", new TableOptions("", new SearchOptions()), run =>
                {
                    SearchOptions options = run.Options.Search with { Store = folder.File("data.db") };
                    new Search(run, options, "bowl", 3).Run(Toy.Bowl).Dispose();
                });
            return (exitCode, errors.ToString().Trim());
        }
    }

    private sealed record TableOptions([property: Option("a table", IsFile = true)] string Table, SearchOptions Search);

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
