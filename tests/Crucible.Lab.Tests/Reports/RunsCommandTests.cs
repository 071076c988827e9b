using Crucible.Lab.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Reports;

public sealed class RunsCommandTests : IDisposable
{
    private readonly TemporaryFolder root = new();
    private readonly StringWriter output = new();
    private readonly StringWriter errors = new();

    public RunsCommandTests()
    {
        foreach ((string script, string run) in new[] { ("housing", "1-seed0"), ("housing", "2-seed0"), ("sweep", "1-seed0") })
        {
            Directory.CreateDirectory(Folder(script, run));
            File.WriteAllText(Path.Combine(Folder(script, run), RunRecord.FileName), Samples.Record().ToJson());
        }
    }

    public void Dispose()
    {
        root.Dispose();
        output.Dispose();
        errors.Dispose();
    }

    private string Folder(string script, string run) => Path.Combine(root.Location, script, run);

    private string Page => File.ReadAllText(root.File(Gallery.FileName));

    private int Run(params string[] arguments) => RunsCommand.Run(arguments, root.Location, output, errors);

    [Fact]
    public void Tag_OfRuns_IsKeptInTheirFoldersAndShown()
    {
        Assert.Equal(0, Run("tag", "good", "housing/1-seed0", Folder("sweep", "1-seed0")));
        Assert.Equal(0, Run("tag", "<b>", "housing/1-seed0"));
        Assert.Equal(0, Run("note", "best & last", "housing/latest"));

        Assert.Equal(["good", "<b>"], RunMarks.Read(Folder("housing", "1-seed0")).Tags);
        Assert.Equal(2, Page.Split("<span class=\"tag\">good</span>").Length - 1);
        Assert.Contains("<span class=\"tag\">&lt;b&gt;</span>", Page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"note\">best &amp; last</p>", Page, StringComparison.Ordinal);
        Assert.Equal("best & last", RunMarks.Read(Folder("housing", "2-seed0")).Note);

        Assert.Equal(0, Run("untag", "good", "housing/1-seed0", "sweep/1-seed0"));
        Assert.Equal(["<b>"], RunMarks.Read(Folder("housing", "1-seed0")).Tags);
        Assert.False(File.Exists(Path.Combine(Folder("sweep", "1-seed0"), RunMarks.FileName)));
    }

    [Fact]
    public void List_WithWords_NamesTheRunsThatHaveThemAll()
    {
        Run("tag", "good", "housing/1-seed0");

        Assert.Equal(0, Run("list", "good", "completed"));

        Assert.Equal("housing/1-seed0  completed  good  test MSE 9.75", output.ToString().Trim());
    }

    [Fact]
    public void Delete_Runs_TakesThemOutOfTheGallery()
    {
        Assert.Equal(0, Run("delete", "housing/1-seed0", "sweep/1-seed0"));

        Assert.Equal([Path.Combine(root.Location, "housing")], Directory.GetDirectories(root.Location).Except([root.File("gallery")]));
        Assert.DoesNotContain("1-seed0", Page, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(root.File("gallery")));
    }

    [Theory]
    [InlineData("there is no run 'housing/3-seed0'; housing/2-seed0 is nearest", "housing/1-seed0", "housing/3-seed0")]
    [InlineData("there is no run '..'.", "..")]
    [InlineData("there is no run 'housing'.", "housing")]
    [InlineData("there is no run 'housing/1-seed0/..'", "housing/1-seed0/..")]
    [InlineData("there is no run '/'.", "/")]
    public void Delete_WhatIsNoRun_DeletesNothing(string message, params string[] runs)
    {
        Assert.Equal(1, Run(["delete", .. runs]));

        Assert.StartsWith(message, errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(root.Location, RunRecord.FileName, SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Delete_RunningRun_IsRefused()
    {
        string turn = Path.Combine(Folder("housing", "2-seed0"), RunFile.LockName);
        using FileStream held = new(turn, FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal(1, Run("delete", "housing/1-seed0", "housing/2-seed0"));

        Assert.StartsWith("housing/2-seed0 is still running", errors.ToString(), StringComparison.Ordinal);
        Assert.True(Directory.Exists(Folder("housing", "1-seed0")));
    }

    [Theory]
    [InlineData("[3]")]
    [InlineData("""{ "tags": [], "note": null }""")]
    [InlineData("""{ "tags": [null], "note": "" }""")]
    public void Marks_FileThatCannotBeRead_SaysSo(string content)
    {
        File.WriteAllText(Path.Combine(Folder("housing", "1-seed0"), RunMarks.FileName), content);

        Assert.StartsWith("notes.json cannot be read: ", RunMarks.Read(Folder("housing", "1-seed0")).Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("tag", "good")]
    [InlineData("tag", "two words", "housing/1-seed0")]
    [InlineData("remove", "housing/1-seed0")]
    public void Run_WrongCommand_SaysWhatThereIs(params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));

        Assert.StartsWith("Usage: dotnet fsi build.fsx runs <command>", errors.ToString(), StringComparison.Ordinal);
    }
}
