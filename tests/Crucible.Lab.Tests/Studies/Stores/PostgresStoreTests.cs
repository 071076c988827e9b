using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

[NeedsPostgres]
[Collection(SharedServer.Name)]
[Trait("Speed", "Slow")]
public sealed class PostgresStoreTests(PostgresServer server) : StoreConformance
{
    protected override IStudyStore Create() => new PostgresStore(server.NewDatabase());

    [Fact]
    public void Store_OfANewerVersion_SaysSo()
    {
        string address = server.NewDatabase();
        new PostgresStore(address).Dispose();
        server.Execute(PostgresServer.DatabaseOf(address), "UPDATE crucible.version SET number = 7");
        StudyException error = Assert.Throws<StudyException>(() => new PostgresStore(address));
        Assert.Equal(
            $"study: {Shown(address)} was written by a newer Crucible (version 7 of its tables, this one knows 5). Update Crucible or use another store.",
            error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Store_OfAnEarlierVersion_GetsWhatItLacks(int version)
    {
        string address = server.NewDatabase();
        StudyDefinition study = new("one", [StudyDirection.Minimize], 3, "random", "none", 4);
        using (PostgresStore store = new(address)) store.Open(study);
        string identities = version == 1 ? "ALTER TABLE crucible.studies DROP COLUMN id; " : "";
        string fingerprints = version < 3
            ? "ALTER TABLE crucible.studies DROP COLUMN fingerprint; ALTER TABLE crucible.trials DROP COLUMN ranges; "
            : "";
        string constraints = version < 4 ? "ALTER TABLE crucible.trials DROP COLUMN constraints; " : "";
        server.Execute(
            PostgresServer.DatabaseOf(address),
            $"{identities}{fingerprints}{constraints}ALTER TABLE crucible.studies DROP COLUMN attributes; "
                + "ALTER TABLE crucible.trials DROP COLUMN given, DROP COLUMN attributes, DROP COLUMN suggested; "
                + "DROP TABLE crucible.queue, crucible.artifacts, crucible.pieces; "
                + $"UPDATE crucible.version SET number = {version}");
        using PostgresStore again = new(address);
        using PostgresStore other = new(address);
        Assert.Matches("^[0-9a-f]{32}$", again.Open(study).Id);
        Assert.Equal(again.Open(study).Id, other.Open(study).Id);
        again.Sign("one", "{}");
        Assert.Equal("{}", other.Open(study).Fingerprint);
        Assert.Empty(other.Ended("one", 0)); // every column is there
        Assert.Equal(5, server.Scalar(PostgresServer.DatabaseOf(address), "SELECT number FROM crucible.version"));
    }

    [Fact]
    public void Store_OfAnotherProgram_SaysSo()
    {
        string address = server.NewDatabase();
        server.Execute(PostgresServer.DatabaseOf(address), "CREATE SCHEMA crucible; CREATE TABLE crucible.songs (name text)");
        StudyException error = Assert.Throws<StudyException>(() => new PostgresStore(address));
        Assert.Equal($"study: the schema crucible of {Shown(address)} is a database of another program. Use another store.", error.Message);
    }

    [Fact]
    public void Store_WrongPassword_SaysSoAtOnceWithoutIt()
    {
        string address = server.NewDatabase(password: ":mistaken");
        StudyException error = Assert.Throws<StudyException>(() => new PostgresStore(address));
        Assert.Equal(
            $"study: {Shown(address)} cannot be used as a store: password authentication failed for user \"crucible\"", error.Message);
        Assert.DoesNotContain("mistaken", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Store_NoPassword_SaysHowToGiveIt()
    {
        string address = server.NewDatabase(password: "");
        StudyException error = Assert.Throws<StudyException>(() => new PostgresStore(address));
        Assert.Equal(
            $"study: {Shown(address)} cannot be used as a store: the server wants a password, but none is given. Set PGPASSWORD in the environment.",
            error.Message);
    }

    [Fact]
    public void Store_NoSuchDatabase_SaysSo()
    {
        string address = server.NewDatabase() + "0";
        StudyException error = Assert.Throws<StudyException>(() => new PostgresStore(address));
        Assert.Equal(
            $"study: {Shown(address)} cannot be used as a store: database \"{PostgresServer.DatabaseOf(address)}\" does not exist",
            error.Message);
    }

    [Fact]
    public void Store_BySocket_IsTheSame()
    {
        string address = server.NewDatabase();
        using (PostgresStore store = new(address))
            store.Open(new StudyDefinition("one", [StudyDirection.Minimize], 3, "random", "none", 4));
        Uri parts = new(address);
        using PostgresStore local = new(
            $"postgresql://{parts.UserInfo}@:{parts.Port}{parts.AbsolutePath}?host={Uri.EscapeDataString(server.SocketFolder)}&application_name=here");
        Assert.Equal(3UL, local.Open(new StudyDefinition("one", [StudyDirection.Minimize], 9, "random", "none", 4)).Seed);
    }

    [Fact]
    public async Task Store_OpenedByManyAtOnce_IsMadeOnce()
    {
        string address = server.NewDatabase();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new PostgresStore(address).Dispose())));
        Assert.Equal(1L, server.Scalar(PostgresServer.DatabaseOf(address), "SELECT count(*) FROM crucible.version"));
    }

    [Fact]
    public void Claim_WorkerGone_GivesItsTrialWithItsFiles()
    {
        string address = server.NewDatabase();
        using PostgresStore lost = Opened(address);
        using PostgresStore other = new(address);
        TrialRow early = lost.Claim("one", Request).Row!;
        lost.Report("one", early.Ticket, new Measurement(0, 0.5), [new TrialFile("a", [1, 2]), new TrialFile("sub/b", [])]);
        lost.Report("one", early.Ticket, new Measurement(1, 0.25), [
            new TrialFile("a", [3]), new TrialFile("sub/b", null), new TrialFile("c", [0, 255])
        ]);
        Assert.Null(other.Claim("one", Request).Row); // its worker lives
        server.Execute(PostgresServer.DatabaseOf(address), "DELETE FROM crucible.workers");
        TrialRow late = other.Claim("one", Request).Row!;
        Assert.Equal((0, 2), (late.Number, late.Reports.Count));
        Assert.Equal(["a: 3", "c: 0 255"], other.Files("one", 0).Select(file => $"{file.Path}: {string.Join(' ', file.Content!)}"));
        Assert.Throws<TrialLostException>(() => lost.Report("one", early.Ticket, new Measurement(2, 1), [new TrialFile("a", [9])]));
        lost.Release("one", early.Ticket, [new TrialFile("a", [9])]);
        Assert.Equal([3], other.Files("one", 0)[0].Content!);
        other.Finish("one", new TrialRow { Number = 0, Claim = late.Claim, State = TrialState.Complete, Parameters = "{}", Values = [1] });
        Assert.Empty(other.Files("one", 0));
    }

    [Fact]
    public void Finish_MessageThatPostgresCannotKeep_KeepsTheRest()
    {
        using PostgresStore store = Opened(server.NewDatabase());
        TrialRow row = store.Claim("one", Request).Row!;
        store.Finish(
            "one",
            new TrialRow { Number = 0, Claim = row.Claim, State = TrialState.Failed, Parameters = "{}", Error = "zero \0, half \ud83d" });
        Assert.Equal("zero \ufffd, half \ufffd", store.Ended("one", 0)[0].Error);
    }

    [Fact]
    public void Study_WithAWorkerThatFallsSilent_GoesOnWithoutIt()
    {
        string address = server.NewDatabase("?heartbeat=0.1&grace=0.4");
        using PostgresStore silent = Opened(address);
        TrialRow taken = silent.Claim("one", Request).Row!;
        server.Execute(PostgresServer.DatabaseOf(address),
            "CREATE FUNCTION crucible.deaf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN old; END'; "
                // its signs of life do not arrive
                + "CREATE TRIGGER deaf BEFORE UPDATE ON crucible.workers FOR EACH ROW EXECUTE FUNCTION crucible.deaf()");
        using PostgresStore other = new(address);
        TrialRow? row = null;
        Assert.True(SpinWait.SpinUntil(() => (row = other.Claim("one", Request).Row) is not null, TimeSpan.FromSeconds(60)));
        Assert.Equal(0, row!.Number);
        Assert.Throws<TrialLostException>(() => silent.Settle("one", taken.Ticket, "{}"));
    }

    [Fact]
    public async Task Claim_AnotherStopsWhilePlanning_GoesOnAfterTheServerHasEndedItsTurn()
    {
        string address = server.NewDatabase("?heartbeat=0.1&grace=0.3");
        using PostgresStore stopped = Opened(address);
        using PostgresStore other = new(address);
        using ManualResetEvent planning = new(false);
        using ManualResetEvent goOn = new(false);
        Task<TrialRow?> late = Task.Run(() =>
            stopped.Claim("one", new ClaimRequest { Worker = "me", Count = 9, Needs = (_, _) => 0, Plan = _ => Stop() }).Row);
        planning.WaitOne();
        TrialRow first = other.Claim("one", Request).Row!; // waits for 3 × 0.3 s, and not for ever
        Assert.Equal(0, first.Number);
        other.Settle("one", first.Ticket, "{}");
        goOn.Set();
        Assert.Equal(1, (await late)?.Number);

        string Stop()
        {
            planning.Set();
            goOn.WaitOne();
            return "{}";
        }
    }

    /// <summary>A study of a laptop's file goes to the database, where another machine goes on and reads what was kept.</summary>
    [Fact]
    public void Study_CopiedFromAFile_GoesOnAndHasItsArtifacts()
    {
        using TemporaryFolder folder = new();
        byte[] weights = [.. Enumerable.Range(0, 600_000).Select(i => (byte)(i / 7))];
        File.WriteAllBytes(folder.File("weights"), weights);
        string address = server.NewDatabase();
        using Study laptop = Opened("mine", new SqliteStore(folder.File("studies.db")));
        laptop.Enqueue([new("x", 1.5)]);
        laptop.Optimize(10, Kept);
        using (SqliteStore from = new(folder.File("studies.db")))
        using (PostgresStore to = new(address))
            Study.Copy("mine", "ours", from, to);
        using Study one = Opened("ours", new PostgresStore(address)), other = Opened("ours", new PostgresStore(address));
        one.Enqueue([new("x", 2.5)]);
        laptop.Enqueue([new("x", 2.5)]);
        one.Optimize(20, Kept);
        laptop.Optimize(20, Kept);
        Assert.Equal(Toy.Table(laptop), Toy.Table(other));
        foreach (int number in new[] { 3, 13 })
        {
            Assert.Equal(600_000, Assert.Single(other.Artifacts(number)).Size);
            other.DownloadArtifact(number, "weights", folder.File("back"));
            Assert.Equal(weights, File.ReadAllBytes(folder.File("back")));
            Assert.Equal("here", other.Trials[number].UserAttributes["host"]);
        }

        double Kept(Trial trial)
        {
            if (trial.Number % 10 == 3)
            {
                trial.UploadArtifact(folder.File("weights"));
                trial.SetUserAttribute("host", "here");
            }

            return Toy.Mixed(trial);
        }

        static Study Opened(string name, IStudyStore store) => new(name, new StudyOptions
        {
            Store = store,
            Sampler = new TpeSampler(),
            Window = 4,
            Reuse = true,
        });
    }

    /// <summary>Two processes of one machine, of which one loses its trial to the other.</summary>
    [Fact]
    public async Task Study_TrialLostToAnotherOfTheSameMachine_LeavesTheFolderOfThatOne()
    {
        using TemporaryFolder folder = new();
        string address = server.NewDatabase("?heartbeat=60&grace=120");
        using Study loser = Opened(), winner = Opened();
        string lost = "";
        Task? won = null;
        using ManualResetEvent begun = new(false);
        loser.Optimize(1, trial =>
        {
            lost = trial.Folder;
            server.Execute(PostgresServer.DatabaseOf(address), "DELETE FROM crucible.workers"); // as when it is not heard of
            won = Task.Run(() => winner.Optimize(1, Won));
            Assert.True(begun.WaitOne(TimeSpan.FromSeconds(60)));
            trial.Report(0, 1); // finds out
            return 0;
        });
        await won!;
        Assert.Equal(1, Assert.Single(winner.Trials).Value);

        double Won(Trial trial)
        {
            string own = trial.Folder;
            begun.Set();
            Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(lost), TimeSpan.FromSeconds(60)));
            return Directory.Exists(own) ? 1 : 0;
        }

        Study Opened() => new("one", new StudyOptions { Store = new PostgresStore(address), Folder = folder.Location, Workers = 1 });
    }

    private static ClaimRequest Request => new() { Worker = "me", Count = 9, Needs = (_, _) => 0, Plan = _ => "{}" };

    /// <summary>An address as messages show it.</summary>
    private static string Shown(string address)
    {
        Uri parts = new(address);
        return $"postgres://crucible@{parts.Host}:{parts.Port}{parts.AbsolutePath}";
    }

    private static PostgresStore Opened(string address)
    {
        PostgresStore store = new(address);
        store.Open(new StudyDefinition("one", [StudyDirection.Minimize], 3, "random", "none", 4));
        return store;
    }
}
