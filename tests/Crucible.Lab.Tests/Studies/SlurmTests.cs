using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;
using static System.FormattableString;

namespace Crucible.Lab.Tests.Studies;

/// <summary>scripts/cluster/slurm.sh on a real Slurm, with PostgreSQL as the store.</summary>
[NeedsPostgres]
[Collection(SharedServer.Name)]
[Trait("Speed", "Slow")]
public sealed class SlurmTests(PostgresServer server) : IDisposable
{
    private const int Trials = 60;
    private static readonly string root = Root();
    private static readonly string[] study =
        [Path.Combine("tests", "Crucible.Lab.Tests", "Studies", "slurm-study.fsx"), "--trials", Invariant($"{Trials}"), "--milliseconds"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void AnArray_WithATaskCancelledAndOneRequeued_DoesTheTrialsOfOneProcess()
    {
        if (SlurmCluster.Missing is { } why) Assert.Skip(why);
        string address = server.NewDatabase("?heartbeat=0.5&grace=2.5", password: "");
        string database = PostgresServer.DatabaseOf(address);
        using SlurmCluster cluster = new();
        string job = cluster.Run(
            "sbatch",
            start =>
            {
                start.WorkingDirectory = root;
                start.Environment["CRUCIBLE_STORE"] = address;
                start.Environment["PGPASSWORD"] = PostgresServer.Password;
            },
            ["--parsable", "--array=1-3", "--cpus-per-task=1", $"--output={cluster.File("task-%a.log")}", "--open-mode=append",
                "scripts/cluster/slurm.sh", .. study, "500"]).Trim();
        Until(() => Ended() >= 8 && Workers() == 3);
        cluster.Run("scancel", $"{job}_1");
        cluster.Run("scontrol", "requeue", $"{job}_2");
        long before = Ended();
        Assert.True(before < Trials, "the study ended before a task was cancelled");
        Until(() => cluster.Run("squeue", "-h", "-o", "%T").Trim().Length == 0);

        string[] expected = Table(Alone());
        Assert.Equal(Trials, expected.Length);
        foreach (int task in (int[])[2, 3]) Assert.Equal(expected, Table(File.ReadAllText(cluster.File(Invariant($"task-{task}.log")))));
        Assert.Equal(2, File.ReadAllText(cluster.File("task-2.log")).Split("worker 2 on ").Length - 1); // it began twice
        Assert.Empty(Table(File.ReadAllText(cluster.File("task-1.log"))));
        Assert.Equal((long)Trials, Count("SELECT count(*) FROM crucible.trials WHERE state NOT IN ('Waiting', 'Running')"));
        Assert.Equal((long)Trials, Count("SELECT count(DISTINCT number) FROM crucible.trials"));

        long Count(string sql) => (long)server.Scalar(database, sql)!;

        long Ended() => Exists("trials") ? Count("SELECT count(*) FROM crucible.trials WHERE state NOT IN ('Waiting', 'Running')") : 0;

        long Workers() => Exists("workers") ? Count("SELECT count(*) FROM crucible.workers") : 0;

        bool Exists(string table) => Count($"SELECT count(*) FROM pg_tables WHERE schemaname = 'crucible' AND tablename = '{table}'") == 1;
    }

    /// <summary>What the same study prints that one process does on a SQLite file.</summary>
    private string Alone()
    {
        ProcessStartInfo start = new("dotnet", ["fsi", .. study, "0", "--store", folder.File("alone.db")])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static string[] Table(string output) =>
        [.. output.Split('\n').Where(line => line.StartsWith("trial ", StringComparison.Ordinal)).Select(line => line.TrimEnd())];

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(() =>
    {
        Thread.Sleep(100);
        return condition();
    }, TimeSpan.FromSeconds(240)));

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
