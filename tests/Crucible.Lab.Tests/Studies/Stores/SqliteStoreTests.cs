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
            $"study: {File} was written by a newer Crucible (version 7 of its tables, this one knows 6). Update Crucible or use another store.",
            error.Message);
    }

    [Fact]
    public void Store_New_IsWrittenAheadAndKnowsItsVersion()
    {
        new SqliteStore(File).Dispose();
        Assert.Equal(("wal", 6L), (Ask("PRAGMA journal_mode"), Ask("PRAGMA user_version")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Store_OfAnEarlierVersion_GoesOn(int version)
    {
        using (Study study = Open()) study.Optimize(5, Toy.Bowl);
        foreach (string column in new[] { "given", "attributes", "suggested" }) Execute($"ALTER TABLE trials DROP COLUMN {column}");
        foreach (string table in new[] { "queue", "artifacts", "pieces" }) Execute($"DROP TABLE {table}");
        Execute("ALTER TABLE studies DROP COLUMN attributes");
        if (version < 5) Execute("ALTER TABLE trials DROP COLUMN constraints");
        if (version < 4) Execute("ALTER TABLE studies DROP COLUMN fingerprint");
        if (version < 4) Execute("ALTER TABLE trials DROP COLUMN ranges");
        if (version < 3) Execute("ALTER TABLE studies DROP COLUMN id");
        if (version < 2) Execute("ALTER TABLE trials DROP COLUMN claim");
        Execute($"PRAGMA user_version = {version}");
        using Study again = Open();
        Assert.Equal(6L, Ask("PRAGMA user_version"));
        again.Optimize(10, Toy.Bowl);
        using Study whole = Toy.InMemory();
        whole.Optimize(10, Toy.Bowl);
        Assert.Equal(Toy.Table(whole), Toy.Table(again));
        Assert.Throws<OptionException>(() => again.Optimize(10, Toy.Mixed)); // from now on it is known whose trials they are

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
