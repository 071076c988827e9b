using Crucible.Lab.Studies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

public sealed class SqliteStoreTests : StoreConformance, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("studies.db");

    public void Dispose() => folder.Dispose();

    protected override IStudyStore Create() => new SqliteStore(folder.File($"{Guid.NewGuid():N}.db"));

    [Fact]
    public void Store_OfANewerVersion_SaysSo()
    {
        new SqliteStore(File).Dispose();
        Execute("PRAGMA user_version = 7");
        StudyException error = Assert.Throws<StudyException>(() => new SqliteStore(File));
        Assert.Equal(
            $"study: {File} was written by a newer Crucible (version 7 of its tables, this one knows 3). Update Crucible or use another store.",
            error.Message);
    }

    [Fact]
    public void Store_New_IsWrittenAheadAndKnowsItsVersion()
    {
        new SqliteStore(File).Dispose();
        Assert.Equal(("wal", 3L), (Ask("PRAGMA journal_mode"), Ask("PRAGMA user_version")));
    }

    [Fact]
    public void Store_OfTheFirstVersion_GoesOn()
    {
        using (Study study = Open()) study.Optimize(5, Toy.Bowl);
        Execute("ALTER TABLE trials DROP COLUMN claim");
        Execute("ALTER TABLE studies DROP COLUMN id");
        Execute("PRAGMA user_version = 1");
        using Study again = Open();
        Assert.Equal(3L, Ask("PRAGMA user_version"));
        again.Optimize(10, Toy.Bowl);
        using Study whole = Toy.InMemory();
        whole.Optimize(10, Toy.Bowl);
        Assert.Equal(Toy.Table(whole), Toy.Table(again));

        Study Open() => new("toy", new StudyOptions { Store = new SqliteStore(File) });
    }

    [Fact]
    public void Store_OfAnotherProgram_SaysSo()
    {
        Execute("CREATE TABLE songs (name TEXT)");
        StudyException error = Assert.Throws<StudyException>(() => new SqliteStore(File));
        Assert.Equal($"study: {File} is a database of another program. Use another store.", error.Message);
    }

    [Fact]
    public void Store_NoDatabase_SaysSo()
    {
        System.IO.File.WriteAllText(File, string.Concat(Enumerable.Repeat("no database ", 100)));
        StudyException error = Assert.Throws<StudyException>(() => new SqliteStore(File));
        Assert.Equal($"study: {File} cannot be used as a store: SQLite Error 26: 'file is not a database'.", error.Message);
    }

    private void Execute(string sql) => Ask(sql);

    private object? Ask(string sql)
    {
        using SqliteConnection connection = new($"Data Source={File};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
