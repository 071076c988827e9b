using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Whose checkpoint a trial finds: its own, and no other's.</summary>
public sealed class StudyFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folder_InterruptedTrial_IsFoundAgain()
    {
        Assert.Null(Interrupt("a.db", "one"));
        Assert.Equal("one", Interrupt("a.db", "one"));
    }

    [Theory]
    [InlineData("a/b", "ab")]
    [InlineData("a", "A")]
    [InlineData("a b", "a-b")]
    [InlineData("..", "../..")]
    [InlineData("CON", "con.txt")]
    [InlineData("Höhe", "高さ")]
    public void Folder_NamesAlike_AreApart(string one, string other)
    {
        Assert.Null(Interrupt("a.db", one));
        Assert.Null(Interrupt("a.db", other));
        Assert.Equal(one, Interrupt("a.db", one));
        Assert.Equal(other, Interrupt("a.db", other));
        Assert.Equal(["a.db", "a.db-trials"], Directory.GetFileSystemEntries(folder.Location).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Folder_LongNames_AreApart()
    {
        string name = new('x', 5000);
        Assert.Null(Interrupt("a.db", name));
        Assert.Null(Interrupt("a.db", name + "y"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("shared")]
    public void Folder_SameNameInAnotherStore_IsApart(string? shared)
    {
        Assert.Null(Interrupt("a.db", "one", shared));
        Assert.Null(Interrupt("b.db", "one", shared));
        Assert.Equal("one", Interrupt("a.db", "one", shared));
    }

    [Fact]
    public void Folder_StudyRemoved_GoesWithIt()
    {
        Interrupt("a.db", "one");
        Interrupt("a.db", "two");
        using (SqliteStore store = new(folder.File("a.db"))) store.Remove("one");
        Assert.Single(Directory.GetDirectories(folder.File("a.db-trials")));
        Assert.Null(Interrupt("a.db", "one"));
        Assert.Equal("two", Interrupt("a.db", "two"));
    }

    [Fact]
    public void Folder_DatabaseDeleted_GoesWhenItIsMadeAgain()
    {
        Interrupt("a.db", "one");
        Directory.CreateDirectory(Path.Combine(folder.File("a.db-trials"), "of somebody else"));
        File.Delete(folder.File("a.db"));
        new SqliteStore(folder.File("a.db")).Dispose();
        Assert.Equal(["of somebody else"], Directory.GetDirectories(folder.File("a.db-trials")).Select(Path.GetFileName));
        Assert.Null(Interrupt("a.db", "one"));
    }

    [Fact]
    public void Folder_StoreInMemory_GoesWithIt()
    {
        string place;
        using (SqliteStore store = SqliteStore.InMemory())
        using (Study study = new("one", new StudyOptions { Store = store }))
        {
            place = study.Ask().Folder;
            Assert.StartsWith(store.Folder, place, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(place));
    }

    [Fact]
    public void Of_IdentityThatOthersWrote_StaysInside() =>
        Assert.Equal(Path.Combine("root", "one--etc-passwd"), StudyFolder.Of("root", "one", "../../etc/passwd"));

    [Fact]
    public void Optimize_StudyBegunAnewByAnother_SaysSo()
    {
        using Study study = Open("a.db", "one", null, CancellationToken.None);
        StudyException error = Assert.Throws<StudyException>(() => study.Optimize(5, trial =>
        {
            if (trial.Number == 2) Anew();
            return trial.Number;
        }));
        Assert.Equal(
            "study: 'one' was removed or begun anew by another process. Start again with the same command to go on with the new one.",
            error.Message);

        void Anew()
        {
            using SqliteStore store = new(folder.File("a.db"));
            store.Remove("one");
            store.Open(new StudyDefinition("one", [StudyDirection.Minimize], 0, "random", "none", 8));
        }
    }

    [Fact]
    public void Claim_StoreStillOpen_KeepsItsTrials()
    {
        using SqliteStore first = new(folder.File("a.db"));
        using SqliteStore second = new(folder.File("a.db"));
        first.Open(new StudyDefinition("one", [StudyDirection.Minimize], 0, "random", "none", 8));
        ClaimRequest request = new() { Worker = "me", Count = 1, Needs = (_, _) => 0, Plan = _ => "{}" };
        Assert.Equal(0, first.Claim("one", request).Row?.Number);
        Assert.Null(second.Claim("one", request).Row); // its worker lives, whatever its host is called
        first.Dispose();
        Assert.Equal(0, second.Claim("one", request).Row?.Number);
        Assert.Single(Directory.GetFiles(second.Folder)); // the lock of the living one
    }

    /// <summary>Begins trial 0, which keeps a checkpoint and is interrupted.</summary>
    /// <returns>What was in the checkpoint before.</returns>
    private string? Interrupt(string store, string name, string? shared = null)
    {
        string? found = null;
        using CancellationTokenSource source = new();
        using Study study = Open(store, name, shared, source.Token);
        Assert.Throws<OperationCanceledException>(() => study.Optimize(1, trial =>
        {
            string checkpoint = Path.Combine(trial.Folder, "checkpoint");
            if (File.Exists(checkpoint)) found = File.ReadAllText(checkpoint);
            File.WriteAllText(checkpoint, name);
            source.Cancel();
            throw new OperationCanceledException();
        }));
        return found;
    }

    private Study Open(string store, string name, string? shared, CancellationToken cancellation) => new(name, new StudyOptions
    {
        Store = new SqliteStore(folder.File(store)),
        Folder = shared is null ? null : folder.File(shared),
        Workers = 1,
        Cancellation = cancellation,
    });
}
