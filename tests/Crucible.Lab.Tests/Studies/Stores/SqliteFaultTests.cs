using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Crucible.Lab.Studies;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Crucible.Lab.Tests.Studies;

/// <summary>What a study does when its file is locked, or its disk is full or fails.</summary>
[Trait("Speed", "Slow")]
public sealed partial class SqliteFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Optimize_FileLockedForAWhile_OnlyWaits()
    {
        Task? holder = null;
        using Study study = Open();
        study.Optimize(20, trial =>
        {
            if (trial.Number == 6) holder = HoldLock(TimeSpan.FromSeconds(4));
            return Toy.Bowl(trial);
        });
        await holder!;
        Assert.Equal(Alone(20), Toy.Table(study));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Optimize_FileLockedTooLong_SaysSoAndLosesNothing(bool isHidden)
    {
        Task? holder = null;
        int begun = 0;
        using (Study study = Open(patience: 0.5))
        {
            StudyException error = Assert.Throws<StudyException>(() => study.Optimize(20, trial =>
            {
                Interlocked.Increment(ref begun);
                if (trial.Number == 6) holder = HoldLock(TimeSpan.FromSeconds(8));
                if (!isHidden) return Toy.Bowl(trial);
                try
                {
                    trial.Report(0, 1);
                }
                catch (StudyException hidden)
                {
                    throw new InvalidOperationException("mine", hidden);
                }

                return Toy.Bowl(trial);
            }));
            Assert.Matches(Locked(), error.Message);
        }

        await holder!;
        using Study again = Open(reuse: true);
        again.Optimize(20, trial =>
        {
            Interlocked.Increment(ref begun);
            return Toy.Bowl(trial);
        });
        Assert.Equal(Alone(20), Toy.Table(again));
        Assert.Equal(isHidden ? 21 : 20, begun); // what had ended is kept, what had not is done again
    }

    [Fact]
    public void Optimize_DiskFull_SaysSoAndGoesOnLater()
    {
        string disk = folder.File("disk");
        Directory.CreateDirectory(disk);
        bool isMounted = OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk);
        Assert.SkipUnless(isMounted, "no file system may be mounted here");
        try
        {
            using (Study study = Open("disk/studies.db"))
            {
                StudyException error = Assert.Throws<StudyException>(() => study.Optimize(400, Toy.Mixed));
                Assert.Equal(
                    $"study: {folder.File("disk/studies.db")} cannot be used as a store: the disk is full. Make room and start again with the same command: all that had ended is kept.",
                    Kept().Replace(error.Message, ""));
            }

            Assert.True(Run("mount", "-o", "remount,size=16m", disk));
            using Study again = Open("disk/studies.db");
            Assert.InRange(again.Trials.Count, 1, 399);
            again.Optimize(400, Toy.Mixed);
            using Study whole = Toy.InMemory(workers: 1);
            whole.Optimize(400, Toy.Mixed);
            Assert.Equal(Toy.Table(whole), Toy.Table(again));
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Theory]
    [InlineData(true, "cannot be used as a store: SQLite Error 10: 'disk I/O error'")]
    [InlineData(false, "trial 0 was stopped by the disk: Input/output error")]
    public void Optimize_FlushFails_SaysSoAndGoesOnLater(bool isStore, string message)
    {
        string store = folder.File("studies.db");
        new SqliteStore(store).Dispose(); // it is made while the disk is well
        string[] fault = isStore
            ? [.. Failing(from: 1), "-P", store, "-P", $"{store}-wal"]
            : Failing(from: 2); // the first checkpoint of a trial goes well
        bool canTrace = OperatingSystem.IsLinux() && Run("strace", "-o", "/dev/null", "true");
        Assert.SkipUnless(canTrace, "strace is missing, or may not trace (Debian: apt-get install strace)");
        using WorkerProcesses processes = new(folder, store, 8, 5);
        WorkerProcesses.Worker worker = processes.Start(fault);
        Assert.NotEqual(0, worker.End());
        Assert.Contains(message, worker.Errors, StringComparison.Ordinal);
        WorkerProcesses.Worker heir = processes.Start();
        heir.Wait();
        using Study study = WorkerProgram.Open(SqliteStore.InMemory(), folder.File("alone"));
        study.Optimize(8, trial => WorkerProgram.Objective(trial, 0));
        Assert.Equal(WorkerProgram.Table(study), heir.Table);
    }

    /// <summary>A command that runs another with a disk that cannot bring files to safety, from some call of a thread on.</summary>
    private static string[] Failing(int from) =>
    [
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", $"inject=fsync,fdatasync:error=EIO:when={from}+",
    ];

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }

    private static string Alone(int trials)
    {
        using Study study = Toy.InMemory(workers: 1);
        study.Optimize(trials, Toy.Bowl);
        return Toy.Table(study);
    }

    private Task HoldLock(TimeSpan time)
    {
        SqliteConnection connection = new($"Data Source={folder.File("studies.db")};Pooling=False");
        connection.Open();
        using (SqliteCommand begin = connection.CreateCommand())
        {
            begin.CommandText = "BEGIN EXCLUSIVE";
            begin.ExecuteNonQuery();
        }

        return Task.Run(() =>
        {
            Thread.Sleep(time);
            connection.Dispose();
        });
    }

    private Study Open(string file = "studies.db", double patience = 600, bool reuse = false) => new("toy", new StudyOptions
    {
        Store = new SqliteStore(folder.File(file), TimeSpan.FromSeconds(patience)),
        Sampler = new RandomSampler(),
        Workers = 1,
        Window = 8,
        Reuse = reuse,
    });

    // What the study says besides when the result does not fit beside the file either.
    [GeneratedRegex(@" The result of trial \d+ could not be kept on this machine either \(.*\): it is done again\.$")]
    private static partial Regex Kept();

    [GeneratedRegex(
        @"^study: .*studies\.db was locked by another process( for \d+ s)?\. Start again with the same command when it is free: all that had ended is kept\.$")]
    private static partial Regex Locked();
}
