using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using static System.FormattableString;

namespace Crucible.Lab.Tests.Studies;

/// <summary>
/// A real Slurm of one machine in a temporary folder, its daemons without systemd: munge, the controller, and the
/// node's, which says it has 8 processors. Nothing outside the folder is touched.
/// </summary>
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] programs = ["munged", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "squeue", "sinfo"];

    private readonly List<Process> daemons = [];
    private readonly ConcurrentQueue<string> log = []; // what the daemons say

    internal SlurmCluster()
    {
        foreach (string part in (string[])["state", "spool"]) Directory.CreateDirectory(File(part));
        System.IO.File.WriteAllBytes(File("munge.key"), RandomNumberGenerator.GetBytes(1024));
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(File("munge.key"), UnixFileMode.UserRead);
        System.IO.File.WriteAllText(Configuration, Invariant($"""
            ClusterName=test
            SlurmctldHost={Dns.GetHostName()}(127.0.0.1)
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={File("munge.socket")}
            CredType=cred/munge
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            StateSaveLocation={File("state")}
            SlurmdSpoolDir={File("spool")}
            SlurmctldPidFile={File("slurmctld.pid")}
            SlurmdPidFile={File("slurmd.pid")}
            SlurmdParameters=config_overrides
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            ReturnToService=2
            MpiDefault=none
            JobCompType=jobcomp/none
            AccountingStorageType=accounting_storage/none
            KillWait=5
            BatchStartTimeout=60
            SchedulerParameters=batch_sched_delay=1,sched_interval=2
            NodeName={Dns.GetHostName()} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """));
        Daemon("munged", "--foreground", "--force", "--num-threads=2", $"--socket={File("munge.socket")}", $"--key-file={File("munge.key")}",
            $"--pid-file={File("munged.pid")}", $"--seed-file={File("munged.seed")}");
        Until(() => System.IO.File.Exists(File("munge.socket")), "munged did not start");
        Daemon("slurmctld", "-D", "-f", Configuration);
        Daemon("slurmd", "-D", "-f", Configuration);
        Until(() => Run("sinfo", "-h", "-o", "%T").Trim() == "idle", "the node did not get ready");
    }

    /// <summary>Why there can be no cluster here, or null.</summary>
    internal static string? Missing { get; } =
        programs.FirstOrDefault(program => Find(program) is null) is { } missing
            ? $"Slurm's {missing} is not installed (Debian: apt-get install slurm-wlm munge)."
            : Environment.UserName == "root" ? null : "Slurm's daemons are started by root only.";

    /// <summary>Its folder, without a space, which Slurm's configuration does not allow.</summary>
    private string Folder { get; } = Directory.CreateTempSubdirectory("slurm-").FullName;

    private string Configuration => File("slurm.conf");

    /// <summary>Runs a command of Slurm and gives what it printed.</summary>
    internal string Run(string program, params string[] arguments) => Run(program, null, arguments);

    /// <summary>The same with more of the environment, in a folder.</summary>
    internal string Run(string program, Action<ProcessStartInfo>? prepare, params string[] arguments)
    {
        ProcessStartInfo start = Start(program, arguments);
        prepare?.Invoke(start);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {errors.Result}");
    }

    public void Dispose()
    {
        // Their jobs first: a daemon leaves them running.
        try
        {
            Run("scancel", "--signal=KILL", "--full", "--user=root");
        }
        catch (InvalidOperationException)
        {
            // The controller is gone; nothing is left to cancel.
        }
        foreach (Process daemon in Enumerable.Reverse(daemons))
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A file in its folder.</summary>
    internal string File(string name) => Path.Combine(Folder, name);

    private void Daemon(string program, params string[] arguments)
    {
        Process daemon = Process.Start(Start(program, arguments))!;
        daemon.OutputDataReceived += (_, line) => log.Enqueue($"{program}: {line.Data}");
        daemon.ErrorDataReceived += (_, line) => log.Enqueue($"{program}: {line.Data}");
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        daemons.Add(daemon);
    }

    private ProcessStartInfo Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_CONF"] = Configuration;
        return start;
    }

    private void Until(Func<bool> condition, string otherwise)
    {
        bool came = SpinWait.SpinUntil(() =>
        {
            Thread.Sleep(100);
            try
            {
                return condition();
            }
            catch (InvalidOperationException)
            {
                return false; // the controller does not answer yet
            }
        }, TimeSpan.FromSeconds(60));
        if (came) return;
        Dispose();
        throw new InvalidOperationException($"{otherwise}\n{string.Join('\n', log)}");
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/bin"])
            .Select(place => Path.Combine(place, program)).FirstOrDefault(System.IO.File.Exists);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
