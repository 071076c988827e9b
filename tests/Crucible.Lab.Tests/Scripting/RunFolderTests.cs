using Crucible.Lab.Reports;
using Crucible.Lab.Scripting;
using Crucible.Lab.Tests.Reports;
using Xunit;

namespace Crucible.Lab.Tests.Scripting;

public sealed class RunFolderTests
{
    [Fact]
    public void New_IdSortsByTimeAndNamesTheSeed()
    {
        using TemporaryFolder root = new();

        RunFolder folder = RunFolder.New(root.Location, Samples.Record());

        Assert.Equal(Path.Combine(root.Location, "sample", "20260102-020405-seed7"), folder.Location);
        Assert.Equal(root.Location, folder.IndexRoot);
    }

    [Fact]
    public void New_ManyInOneSecond_HaveFoldersOfTheirOwn()
    {
        using TemporaryFolder root = new();

        string[] folders = [.. Enumerable.Range(0, 12).AsParallel().WithDegreeOfParallelism(12)
            .Select(_ => RunFolder.New(root.Location, Samples.Record()).Location)];

        Assert.Equal(folders.Length, folders.Distinct().Count());
    }

    [Fact]
    public void Named_WhileAnotherRunWritesThere_SaysWho()
    {
        using TemporaryFolder root = new();
        string message;
        using (RunFolder.Named(root.Location, Samples.Record(RunStatus.Running)))
            message = Assert.Throws<UsageException>(() => RunFolder.Named(root.Location, Samples.Record())).Message;

        Assert.Equal(
            $"--out {root.Location} is written by another run (process {Environment.ProcessId}, since 2026-01-02 02:04:05 UTC). "
            + "Name another folder, or wait until it has ended.",
            message);
        RunFolder.Named(root.Location, Samples.Record()).Dispose(); // it has ended
    }

    [Fact]
    public void Discard_BringsBackWhatLayThere()
    {
        using TemporaryFolder root = new();
        File.WriteAllText(root.File(RunRecord.FileName), "an earlier run's");

        RunFolder.Named(root.Location, Samples.Record()).Discard();

        Assert.Equal("an earlier run's", File.ReadAllText(root.File(RunRecord.FileName)));
        Assert.Equal([root.File(RunRecord.FileName)], Directory.GetFileSystemEntries(root.Location));
    }

    [Fact]
    public void Discard_OfANewRun_LeavesNothing()
    {
        using TemporaryFolder root = new();

        RunFolder.New(root.Location, Samples.Record()).Discard();

        Assert.Empty(Directory.GetFileSystemEntries(root.Location));
    }

    [Fact]
    public void Named_UnderAFile_IsOneLineWithTheFolder()
    {
        using TemporaryFolder root = new();
        File.WriteAllText(root.File("file"), "");
        string folder = Path.Combine(root.File("file"), "reports");

        string message = Assert.Throws<UsageException>(() => RunFolder.Named(folder, Samples.Record())).Message;

        Assert.StartsWith($"reports cannot be written to {folder}: ", message, StringComparison.Ordinal);
        Assert.EndsWith("Name another folder with --out.", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
