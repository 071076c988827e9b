using System.Diagnostics;
using Crucible.Lab.Studies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Studies listed and deleted, in code and by the command.</summary>
public sealed class StudyDeletionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("studies.db");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("own")]
    public void Delete_Study_TakesTrialsAndFolderAndNoOthers(string? own)
    {
        string? place = own is null ? null : folder.File(own);
        foreach (string name in new[] { "mine", "other" }) Begin(name, place);
        string root = place ?? $"{File}-trials";
        Assert.Equal(2, Directory.GetDirectories(root).Length);
        using SqliteStore store = new(File);
        Study.Delete("mine", store, place);
        Assert.Equal("other", Assert.Single(Study.List(store)).Name);
        Assert.StartsWith("other-", Path.GetFileName(Assert.Single(Directory.GetDirectories(root))), StringComparison.Ordinal);
        foreach (string table in new[] { "trials", "reports", "parameters" })
            Assert.Equal(0L, Ask($"SELECT count(*) FROM {table} WHERE study = 'mine'"));
    }

    [Fact]
    public void Delete_UnknownName_SaysTheNearest()
    {
        Begin("mine", null);
        using SqliteStore store = new(File);
        Assert.Equal(
            "study: there is no study 'minr' among the 1 of this store; 'mine' is nearest",
            Assert.Throws<OptionException>(() => Study.Delete("minr", store)).Message);
    }

    [Fact]
    public void Delete_WhileAnotherIsAtIt_EndsThatOneWithALine()
    {
        using Study study = new("mine", new StudyOptions { Store = new SqliteStore(File), Workers = 1 });
        StudyException error = Assert.Throws<StudyException>(() => study.Optimize(9, trial =>
        {
            if (trial.Number == 3)
            {
                using SqliteStore store = new(File);
                Study.Delete("mine", store);
            }

            return trial.SuggestFloat("x", 0, 1);
        }));
        Assert.Contains("'mine' was removed or begun anew by another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Delete_Killed_LeavesAllOrNothing()
    {
        Begin("mine", null);
        Begin("other", null);
        const long reports = 300_000;
        Ask(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 100099) INSERT INTO reports "
                + "SELECT 'mine', i, step, 0.5 FROM n, (SELECT 0 AS step UNION SELECT 1 UNION SELECT 2)");
        long before = (long)Ask("SELECT count(*) FROM reports WHERE study = 'mine'")!;
        Assert.True(before >= reports);
        int whole = 0;
        for (int milliseconds = 0; IsThere(); milliseconds += 25)
        {
            Assert.InRange(milliseconds, 0, 20_000);
            using Process process = Start();
            process.StandardOutput.ReadLine();
            Thread.Sleep(milliseconds);
            process.Kill();
            process.WaitForExit();
            if (!IsThere()) continue;
            Assert.Equal(before, Ask("SELECT count(*) FROM reports WHERE study = 'mine'"));
            whole++;
        }

        Assert.True(whole > 0, "no process was killed before it had deleted the study");
        Assert.Equal(0L, Ask("SELECT count(*) FROM reports WHERE study = 'mine'"));
        Assert.Equal(0L, Ask("SELECT count(*) FROM trials WHERE study = 'mine'"));
        Assert.StartsWith("other-", Path.GetFileName(Assert.Single(Directory.GetDirectories($"{File}-trials"))), StringComparison.Ordinal);

        bool IsThere() => (long)Ask("SELECT count(*) FROM studies WHERE name = 'mine'")! == 1;

        Process Start() => Process.Start(new ProcessStartInfo(
            "dotnet", ["exec", typeof(WorkerProgram).Assembly.Location, WorkerProgram.Deletion, File, "mine"])
        { RedirectStandardOutput = true })!;
    }

    [Fact]
    public void Command_ListAndDelete_DoWhatTheySay()
    {
        Begin("houses tpe", null);
        Begin("gates", null);
        Assert.Equal((0, 2), (Command("list").ExitCode, Command("list").Output.Split('\n').Length));
        Assert.Matches("^houses tpe: 1 complete, 1 not ended, [0-9: -]{16}$", Command("list", "HOUSES").Output);
        Assert.Equal(
            (2, "study: there is no study 'gate' among the 2 of this store; 'gates' is nearest"),
            (Command("delete", "houses tpe", "gate").ExitCode, Command("delete", "houses tpe", "gate").Errors)); // none goes
        Assert.Equal((0, "deleted gates", ""), Command("delete", "gates"));
        Assert.Matches("^houses tpe: ", Command("list").Output);
    }

    [Fact]
    public void Command_Copy_DoesWhatItSays()
    {
        Begin("gates", null);
        string other = folder.File("other.db");
        Assert.Equal((0, "copied gates to doors", ""), Command("copy", "gates", "doors"));
        Assert.Equal((0, $"copied gates to doors in {other}", ""), Command("copy", "gates", "doors", "--to", other));
        Assert.Equal(
            (2, "study.copy: there is a study 'doors' already. Give the copy another name."),
            (Command("copy", "gates", "doors").ExitCode, Command("copy", "gates", "doors").Errors));
        Assert.Matches("^doors: 1 complete, [0-9: -]{16}$", Command("list", "doors").Output);
    }

    [Theory]
    [InlineData("Usage: ")]
    [InlineData("Usage: ", "copy", "one")]
    [InlineData("Usage: ", "list", "--to", "x.db")]
    [InlineData("Usage: ", "delete")]
    [InlineData("Usage: ", "remove", "x")]
    [InlineData("Usage: ", "list", "--stroe", "x.db")]
    [InlineData("study.store: there is no store none.db", "list", "--store", "none.db")]
    public void Command_Wrong_SaysWhyAndMakesNothing(string message, params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        Assert.Equal(2, StudiesCommand.Run(arguments, output, errors));
        Assert.StartsWith(message, errors.ToString(), StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists("none.db"));
    }

    private (int ExitCode, string Output, string Errors) Command(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int exitCode = StudiesCommand.Run([.. arguments, "--store", File], output, errors);
        return (exitCode, output.ToString().Trim(), errors.ToString().Trim());
    }

    /// <summary>Makes a study with a trial that has ended, and one that was interrupted and has a checkpoint.</summary>
    private void Begin(string name, string? place)
    {
        using CancellationTokenSource source = new();
        using Study study = new(name, new StudyOptions
        {
            Store = new SqliteStore(File),
            Folder = place,
            Workers = 1,
            Cancellation = source.Token,
        });
        Assert.Throws<OperationCanceledException>(() => study.Optimize(5, trial =>
        {
            double x = trial.SuggestFloat("x", 0, 1);
            System.IO.File.WriteAllText(Path.Combine(trial.Folder, "checkpoint"), name);
            trial.Report(0, x);
            if (trial.Number == 0) return x;
            source.Cancel();
            throw new OperationCanceledException();
        }));
    }

    private object? Ask(string sql)
    {
        using SqliteConnection connection = new($"Data Source={File};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
