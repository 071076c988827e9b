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
