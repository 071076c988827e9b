using System.Security.Cryptography;
using Crucible.Lab.Studies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What only looks into a store leaves it as it was, whoever else is at work there.</summary>
[Collection(SharedServer.Name)]
public sealed class StoreReaderTests(PostgresServer server) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => folder.File("studies.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reader_OfAFileThatCannotBeWritten_ReadsItAndLeavesTheFolderAsItWas()
    {
        Fill(5);
        if (OperatingSystem.IsWindows()) System.IO.File.SetAttributes(File, FileAttributes.ReadOnly);
        else System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        string before = State();
        using (StoreReader reader = StoreReader.Open(File))
        {
            StudyDefinition study = Assert.Single(reader.Studies());
            IReadOnlyList<TrialRow> trials = reader.News(study.Name, new TrialsRead());
            Assert.Equal(Enumerable.Range(0, 5), trials.Select(trial => trial.Number));
            Assert.Equal(["x", "y"], reader.Parameters(study.Name).Keys.Order());
            Assert.Null(reader.Attributes(study.Name));
            Assert.Empty(reader.Artifacts(study.Name, 0));
            Assert.Equal(before, State());
        }

        Assert.Equal(before, State());
    }

    /// <summary>A killed process leaves a log of what is not in the file yet: it is read, and nobody brings it into the file.</summary>
    [Fact]
    [Trait("Speed", "Slow")]
    public void Reader_WhileAnotherProcessWrites_SeesItsTrialsAndWritesNothing()
    {
        using WorkerProcesses processes = new(folder, File, trials: 500, milliseconds: 20);
        WorkerProcesses.Worker worker = processes.Start();
        Wait(() => System.IO.File.Exists(File) && new FileInfo($"{File}-wal") is { Exists: true, Length: > 0 });
        TrialsRead place = new();
        Dictionary<int, TrialState> seen = [];
        using StoreReader reader = StoreReader.Open(File);
        Wait(() =>
        {
            foreach (TrialRow row in reader.News("shared", place))
            {
                // One that has ended does not come again
                Assert.Equal(TrialState.Running, seen.GetValueOrDefault(row.Number, TrialState.Running));
                seen[row.Number] = row.State;
            }

            return seen.Count > 12;
        });
        Assert.Contains(TrialState.Running, seen.Values);
        worker.Kill();
        string before = State();
        using (StoreReader late = StoreReader.Open(File)) Assert.NotEmpty(late.News("shared", new TrialsRead()));
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void Reader_OfAnEarlierVersion_ReadsItAsItIs(int version)
    {
        Fill(4);
        foreach (string column in new[] { "given", "attributes", "suggested" }) Execute($"ALTER TABLE trials DROP COLUMN {column}");
        foreach (string table in new[] { "queue", "artifacts", "pieces" }) Execute($"DROP TABLE {table}");
        Execute("ALTER TABLE studies DROP COLUMN attributes");
        if (version < 5) Execute("ALTER TABLE trials DROP COLUMN constraints");
        if (version < 4) Execute("ALTER TABLE studies DROP COLUMN fingerprint");
        if (version < 3) Execute("ALTER TABLE studies DROP COLUMN id");
        Execute($"PRAGMA user_version = {version}");
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        string before = State();
        using StoreReader reader = StoreReader.Open(File);
        StudyDefinition study = Assert.Single(reader.Studies());
        Assert.Equal(4, reader.News(study.Name, new TrialsRead()).Count);
        Assert.Null(reader.Attributes(study.Name));
        Assert.Empty(reader.Artifacts(study.Name, 0));
        Assert.Equal(before, State());
    }

    [Fact]
    public void Reader_OfNoStoreOfOurs_SaysSoAndMakesNothing()
    {
        Assert.Equal($"study.store: there is no store {File}", Assert.Throws<OptionException>(() => StoreReader.Open(File)).Message);
        Assert.False(System.IO.File.Exists(File));
        Execute("CREATE TABLE others (x)");
        Assert.Equal(
            $"study: {File} is a database of another program. Use another store.",
            Assert.Throws<StudyException>(() => StoreReader.Open(File)).Message);
        System.IO.File.WriteAllText(File, "no database, but long enough to have a head that says so");
        string message = Assert.Throws<StudyException>(() => StoreReader.Open(File)).Message;
        Assert.StartsWith($"study: {File} cannot be used as a store: ", message, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, "");
        using StoreReader empty = StoreReader.Open(File);
        Assert.Empty(empty.Studies());
        Assert.Empty(empty.News("toy", new TrialsRead())); // the tables may come while somebody looks
        Assert.Empty(empty.BriefNews("toy", new TrialsRead()));
        Assert.Empty(empty.Parameters("toy"));
        Assert.Empty(empty.Artifacts("toy", 0));
        Assert.Null(empty.Attributes("toy"));
        Assert.Null(empty.Trial("toy", 0));
    }

    [Fact]
    public void Reader_OfPostgres_NeedsNoRightButToRead()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, PostgresServer.Missing);
        string address = server.NewDatabase(), database = PostgresServer.DatabaseOf(address);
        using (StoreReader empty = StoreReader.Open(address)) Assert.Empty(empty.Studies());
        Assert.Equal(0L, server.Scalar(database, "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'crucible'"));
        using (Study study = new("toy", new StudyOptions { Store = new PostgresStore(address), Sampler = new RandomSampler() }))
            study.Optimize(3, Toy.Bowl);
        string looker = $"looker_{database}";
        server.Execute(database, $"CREATE ROLE {looker} LOGIN PASSWORD 'looks'; GRANT USAGE ON SCHEMA crucible TO {looker}; "
            + $"GRANT SELECT ON ALL TABLES IN SCHEMA crucible TO {looker}");
        string looking = address.Replace("crucible:open%20%25%20sesame", $"{looker}:looks", StringComparison.Ordinal);
        using StoreReader reader = StoreReader.Open(looking);
        Assert.Equal("toy", Assert.Single(reader.Studies()).Name);
        Assert.Equal(3, reader.News("toy", new TrialsRead()).Count);
        Assert.DoesNotContain("looks", reader.Name, StringComparison.Ordinal);
    }

    private static void Wait(Func<bool> isReached)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(120));
        while (!isReached()) limit.Token.WaitHandle.WaitOne(20);
        limit.Token.ThrowIfCancellationRequested();
    }

    private void Fill(int trials)
    {
        using (Study study = new("toy", new StudyOptions { Store = new SqliteStore(File), Sampler = new RandomSampler() }))
            study.Optimize(trials, Toy.Bowl);
        SqliteConnection.ClearAllPools();
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The store's files, but for SQLite's memory that processes share: what is in them and when that was written.</summary>
    private string State() => string.Join(
        '\n', from name in Directory.GetFiles(folder.Location).Order()
              where !name.EndsWith("-shm", StringComparison.Ordinal)
              let hash = Convert.ToHexString(SHA256.HashData(System.IO.File.ReadAllBytes(name)))
              select $"{name} {hash} {System.IO.File.GetLastWriteTimeUtc(name):O}");
}
