using System.Text;
using Crucible.Files;
using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class TrialFolderTests : IDisposable
{
    private readonly TemporaryFolder parent = new();
    private readonly List<TrialFile> stored = [];

    public void Dispose() => parent.Dispose();

    [Fact]
    public void Changes_Written_Rewritten_Deleted_AreFound()
    {
        TrialFolder folder = Create("11111111");
        Assert.Empty(folder.Changes()); // nobody has asked for it
        Write(folder.Open(), "a", "one");
        Write(folder.Open(), "deep/b", "two");
        Assert.Equal(["a: one", "deep/b: two"], Shown(folder.Changes()));
        Assert.Empty(folder.Changes());
        DateTime time = File.GetLastWriteTimeUtc(Path.Combine(folder.Location, "a"));
        Write(folder.Location, "a", "six");
        File.SetLastWriteTimeUtc(Path.Combine(folder.Location, "a"), time); // as short and as old as before, as within a tick of the clock
        Write(folder.Location, "deep/b", "two"); // newer, but the same
        Assert.Equal(["a: six"], Shown(folder.Changes()));
        File.Delete(Path.Combine(folder.Location, "deep/b"));
        Assert.Equal(["deep/b: gone"], Shown(folder.Changes()));
        Directory.Delete(folder.Location, recursive: true);
        Assert.Equal(["a: gone"], Shown(folder.Changes()));
    }

    [Fact]
    public void Open_StoredFiles_AreThereAndNotNew()
    {
        stored.Add(new TrialFile("deep/a", Encoding.UTF8.GetBytes("kept")));
        TrialFolder folder = Create("11111111");
        Assert.Equal("kept", File.ReadAllText(Path.Combine(folder.Open(), "deep", "a")));
        Assert.Empty(folder.Changes());
    }

    [Fact]
    public void Open_StoredFileOutsideTheFolder_IsRefused()
    {
        stored.Add(new TrialFile("../a", [1]));
        Assert.Equal(
            "study: the store has a file '../a' for trial 3, which lies outside the trial's folder. It is not written.",
            Assert.Throws<StudyException>(() => Create("11111111").Open()).Message);
        Assert.False(File.Exists(parent.File("a")));
    }

    [Fact]
    public void Changes_MoreThanAStoreTakes_SaysSo()
    {
        TrialFolder folder = Create("11111111");
        using (FileStream large = File.Create(Path.Combine(folder.Open(), "a"))) large.SetLength((256L << 20) + (1 << 19));
        Assert.Equal(
            "trial.report: the files of a trial's folder must be at most 256 MiB for this store, but those of trial 3 are 256.5 MiB",
            Assert.Throws<StudyException>(folder.Changes).Message);
    }

    [Fact]
    public void Delete_TrialEnded_ClearsWhatEarlierClaimsLeft()
    {
        Write(Create("11111111").Open(), "a", "one");
        Write(new TrialFolder(31, "33333333", parent.Location, () => []).Open(), "a", "another trial's");
        TrialFolder last = Create("22222222");
        last.Open();
        last.Delete();
        Assert.Equal(["trial-31-33333333"], Directory.GetDirectories(parent.Location).Select(Path.GetFileName));
    }

    private TrialFolder Create(string claim) => new(3, claim, parent.Location, () => stored);

    private static void Write(string folder, string name, string content) => AtomicFile.WriteText(Path.Combine(folder, name), content);

    private static IEnumerable<string> Shown(IEnumerable<TrialFile> files) =>
        files.OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => $"{file.Path}: {(file.Content is null ? "gone" : Encoding.UTF8.GetString(file.Content))}");
}
