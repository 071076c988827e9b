using System.Text.RegularExpressions;
using Crucible.Lab.Commands;
using Crucible.Lab.Reports;
using Crucible.Lab.Tests.House;
using Xunit;

namespace Crucible.Lab.Tests.Commands;

public sealed class CommandLineTests : CommandTests
{
    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    public void Help_ListsEveryCommand(params string[] arguments)
    {
        Assert.Equal(0, Run(arguments));

        Assert.All(
            ["reports", "query", "compare", "repeat", "page", "import", "sweep", "new", "runs", "studies"],
            command => Assert.Contains($"  {command} ", Said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("reports")]
    [InlineData("compare")]
    [InlineData("repeat")]
    [InlineData("sweep")]
    public void Command_Help_SaysWhatItTakes(string command)
    {
        Assert.Equal(0, Run(command, "--help"));

        Assert.Contains($"Usage: dotnet fsi build.fsx {command}", Said, StringComparison.Ordinal);
        Assert.Contains("    --", Said, StringComparison.Ordinal);
        Assert.Empty(Complaint);
    }

    [Theory]
    [InlineData("there is no command 'qeury'; query is nearest. The command 'help' lists them.", "qeury")]
    [InlineData("there is no command 'rnu'; run is nearest. The command 'help' lists them.", "rnu")]
    [InlineData("query: the SQL must be one text in quotes, but there are 0", "query")]
    [InlineData("query: the SQL must be one text in quotes, but there are 2", "query", "select", "script")]
    [InlineData("there is no option --jsno; --json is nearest. The argument 'help' lists the options.", "query", "select 1", "--jsno")]
    [InlineData("sweep: --script must be a file, but there is no none.fsx", "sweep", "none.fsx", "--metric", "m", "--param", "a=1,2")]
    [InlineData("sweep: --metric is about a script, so --script must name one", "sweep", "--metric", "m")]
    [InlineData("sweep: --script needs --metric, the name of a number in its run.json", "sweep", "none.fsx")]
    public void Wrong_IsALineAndExitCode2(string expected, params string[] arguments)
    {
        Directory.CreateDirectory(Reports);

        Assert.Equal(2, Run(arguments));

        Assert.Equal(expected, Complaint);
    }

    [Theory]
    [InlineData("query", "select script from runs")]
    [InlineData("reports")]
    public void Reports_NotThereOrEmpty_IsALineAndExitCode2(params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));
        Assert.Equal($"there is no folder {Reports}: run a script first, or name the folder of all runs by --reports", Complaint);

        Directory.CreateDirectory(Reports);
        Errors.GetStringBuilder().Clear();
        Assert.Equal(2, Run(arguments));
        Assert.Equal($"{Reports} holds no runs: run a script first", Complaint);
    }

    /// <summary>A word means the same behind both doors.</summary>
    [Fact]
    public void BuildScript_LeavesEveryCommandOfTheToolToTheLibrary()
    {
        string script = File.ReadAllText(Path.Combine(Rooms.Root, "build.fsx"));
        string arms = Regex.Match(script, @"(\s+\| \([^()]+\), arguments)+ -> ofLibrary").Value;
        IEnumerable<string> words = CommandLine.Usage.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
        Assert.Equal(words, Regex.Matches(arms, "\"(\\w+)\"").Select(word => word.Groups[1].Value));
        Assert.All(words, word => Assert.Contains($"\n  {word} ", script, StringComparison.Ordinal));
    }

    [Fact]
    public void Reports_WritesTheGalleryAnew()
    {
        Write("housing", "1-seed0");

        Assert.Equal(0, Run("reports", "--no-open"));

        Assert.Equal(Path.Combine(Reports, Gallery.FileName), Said);
        Assert.Contains("housing/1-seed0", File.ReadAllText(Said), StringComparison.Ordinal);
    }

    [Fact]
    public void New_Folder_HasTheTemplatesFiles()
    {
        Assert.Equal(0, Run("new", Folder.File("mine")));

        Assert.All(
            [".gitignore", "data/README.md", "reports/README.md", "scripts/SineNetwork.fs", "scripts/sine.fsx", "tests/tests.fsproj"],
            file => Assert.True(File.Exists(Path.Combine(Folder.File("mine"), file)), file));
        Assert.Matches("#r \"nuget: Crucible.Lab, [0-9]", File.ReadAllText(Folder.File("mine/scripts/sine.fsx")));
        Assert.Equal(2, Run("new", Folder.File("mine")));
        Assert.Equal($"new: {Folder.File("mine")} is there already; name a folder that is new or empty", Complaint);
    }

    [Theory]
    [InlineData("runs", "Usage: dotnet fsi build.fsx runs <command>")]
    [InlineData("studies", "Usage: dotnet fsi build.fsx studies <command>")]
    public void Runs_AndStudies_AreBehindTheSameDoor(string command, string usage)
    {
        Assert.Equal(2, Run(command));

        Assert.StartsWith(usage, Complaint, StringComparison.Ordinal);
    }
}
