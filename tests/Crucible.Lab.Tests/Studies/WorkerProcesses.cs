using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>Workers of one study in processes of their own, which share nothing but the store.</summary>
internal sealed class WorkerProcesses(TemporaryFolder folder, string store, int trials, int milliseconds) : IDisposable
{
    private readonly ConcurrentBag<Process> all = [];
    private int started;

    /// <param name="around">A command with its options that runs it, if one does.</param>
    internal Worker Start(params string[] around)
    {
        string own = folder.File($"worker {Interlocked.Increment(ref started)}");
        string[] arguments =
            [store, own, trials.ToString(CultureInfo.InvariantCulture), milliseconds.ToString(CultureInfo.InvariantCulture)];
        string[] command = [.. around, "dotnet", "exec", typeof(WorkerProgram).Assembly.Location, WorkerProgram.Command, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = PostgresServer.Password;
        start.Environment["DOTNET_TieredCompilation"] = "1"; // the tests' setting would compile everything twice as long
        Process process = Process.Start(start)!;
        all.Add(process);
        return new Worker(process, own);
    }

    public void Dispose()
    {
        foreach (Process process in all)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
    }

    /// <summary>A worker and what it said.</summary>
    internal sealed class Worker
    {
        private readonly Process process;
        private readonly ConcurrentQueue<string> output = [];
        private readonly ConcurrentQueue<string> errors = [];

        internal Worker(Process process, string folder)
        {
            (this.process, Folder) = (process, folder);
            process.OutputDataReceived += (_, line) => output.Enqueue(line.Data ?? "");
            process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        internal string Folder { get; }

        internal string Output => string.Join('\n', output);

        internal string Errors => string.Join('\n', errors);

        internal string Table => Output[(Output.IndexOf("table\n", StringComparison.Ordinal) + 6)..].TrimEnd('\n');

        internal void Kill()
        {
            process.Kill(); // SIGKILL
            process.WaitForExit();
        }

        internal void Signal(string name) =>
            Process.Start("kill", ["-s", name, process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

        /// <summary>Waits for its end, which must be a good one.</summary>
        internal void Wait()
        {
            int code = End();
            Assert.True(code == 0, $"exit code {code}: {Errors}");
        }

        /// <summary>Waits for its end.</summary>
        /// <returns>Its exit code.</returns>
        internal int End()
        {
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(120)), $"the worker does not end: {Output}");
            process.WaitForExit(); // for the rest of its output
            return process.ExitCode;
        }
    }
}
