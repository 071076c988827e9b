using Crucible.Lab.Studies;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A study on a PostgreSQL server by several processes, which are killed, paused, and lose the server.</summary>
[NeedsPostgres]
[Collection(SharedServer.Name)]
[Trait("Speed", "Slow")]
public sealed class PostgresProcessTests(PostgresServer server) : IDisposable
{
    private const string Quick = "?heartbeat=0.5&grace=2.5";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Study_WorkersKilledAndServerRestarted_DoesEveryTrialOnce()
    {
        const int trials = 200;
        const int milliseconds = 250;
        string address = Watched();
        Random random = new(7); // of moments, which differ from run to run anyway
        using WorkerProcesses processes = new(folder, address, trials, milliseconds);
        List<WorkerProcesses.Worker> workers = [.. Enumerable.Range(0, 8).Select(_ => processes.Start())];
        Until(() => Ended(address) >= 5);
        for (int death = 0; death < 4; death++)
        {
            Thread.Sleep(random.Next(600));
            int victim = random.Next(workers.Count);
            workers[victim].Kill();
            workers[victim] = processes.Start();
            if (death == 1)
            {
                server.Stop("immediate"); // like a crash
                Thread.Sleep(1500);
                server.Start();
            }
        }

        Assert.True(Ended(address) < trials, "the study ended before the last worker was killed");
        foreach (WorkerProcesses.Worker worker in workers) worker.Wait();
        string expected = Alone(trials);
        Assert.Equal(trials, expected.Split('\n').Length);
        Assert.All(workers, worker => Assert.Equal(expected, worker.Table));
        Assert.Equal((long)trials, Count(address, "SELECT count(*) FROM public.endings"));
        Assert.Equal((long)trials, Count(address, "SELECT count(DISTINCT number) FROM public.endings"));
        Assert.Equal(0L, Count(address, "SELECT count(*) FROM crucible.files"));
    }

    [Fact]
    public void Study_WorkerKilledInATrial_ContinuesItElsewhereFromItsCheckpoint()
    {
        const int trials = 3;
        string address = Watched();
        using WorkerProcesses slow = new(folder, address, trials, 10_000);
        WorkerProcesses.Worker victim = slow.Start();
        Until(() => Count(address, "SELECT count(*) FROM crucible.reports") >= 2);
        victim.Kill();
        Directory.Delete(victim.Folder, recursive: true); // its machine is gone
        using WorkerProcesses fast = new(folder, address, trials, 5);
        WorkerProcesses.Worker heir = fast.Start();
        heir.Wait();
        Assert.Contains("resumed 0 at 2", heir.Output, StringComparison.Ordinal);
        Assert.Equal(Alone(trials), heir.Table);
    }

    [Fact]
    public void Study_WorkerPausedTooLong_LosesItsTrialAndGoesOn()
    {
        const int trials = 12;
        string address = Watched();
        using WorkerProcesses slow = new(folder, address, trials, 3000);
        WorkerProcesses.Worker paused = slow.Start();
        Until(() => Count(address, "SELECT count(*) FROM crucible.reports") >= 1);
        paused.Signal("STOP");
        string claim = (string)server.Scalar(PostgresServer.DatabaseOf(address), "SELECT claim FROM crucible.trials WHERE number = 0")!;
        using WorkerProcesses others = new(folder, address, trials, 400);
        WorkerProcesses.Worker other = others.Start();
        Until(() => Count(address, $"SELECT count(*) FROM crucible.trials WHERE number = 0 AND claim <> '{claim}'") == 1);
        paused.Signal("CONT");
        other.Wait();
        paused.Wait();
        string expected = Alone(trials);
        Assert.Equal(expected, other.Table);
        Assert.Equal(expected, paused.Table);
        Assert.Equal((long)trials, Count(address, "SELECT count(*) FROM public.endings"));
        Assert.Equal(0L, Count(address, $"SELECT count(*) FROM public.endings WHERE claim = '{claim}'"));
    }

    /// <summary>The table of an undisturbed study in a single process, on SQLite.</summary>
    private string Alone(int trials)
    {
        using Study study = WorkerProgram.Open(new SqliteStore(folder.File("alone.db")), folder.File("alone"));
        study.Optimize(trials, trial => WorkerProgram.Objective(trial, 0));
        return WorkerProgram.Table(study);
    }

    /// <summary>A store whose server writes down each end of a trial, and refuses that an ended trial begins again.</summary>
    private string Watched()
    {
        string address = server.NewDatabase(Quick, password: "");
        using (new PostgresStore(
            address.Replace("crucible@", $"crucible:{Uri.EscapeDataString(PostgresServer.Password)}@", StringComparison.Ordinal)))
        {
            server.Execute(PostgresServer.DatabaseOf(address), """
                CREATE TABLE public.endings (number integer, claim text);
                CREATE FUNCTION public.watch() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF old.state NOT IN ('Waiting', 'Running') AND new.state <> old.state THEN
                        RAISE 'trial % had ended', old.number;
                    END IF;
                    IF old.state IN ('Waiting', 'Running') AND new.state NOT IN ('Waiting', 'Running') THEN
                        INSERT INTO public.endings VALUES (new.number, new.claim);
                    END IF;
                    RETURN new;
                END $$;
                CREATE TRIGGER watch BEFORE UPDATE ON crucible.trials FOR EACH ROW EXECUTE FUNCTION public.watch();
                """);
        }

        return address;
    }

    private long Ended(string address) => Count(address, "SELECT count(*) FROM public.endings");

    private long Count(string address, string sql) => (long)server.Scalar(PostgresServer.DatabaseOf(address), sql)!;

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(() =>
    {
        Thread.Sleep(20);
        return condition();
    }, TimeSpan.FromSeconds(120)));
}
