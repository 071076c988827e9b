using System.Diagnostics;
using Crucible.Lab.Workspace;

namespace Crucible.Lab.Scripting;

/// <summary>
/// The processes that a script works for: the command that started it, and the sweep that it is a trial of. When one of
/// them is gone the script ends too, because one that was killed could not end it.
/// </summary>
public static class Parents
{
    /// <summary>The environment variable that names them, as <see cref="WorkerProcess.Name"/> does, between semicolons.</summary>
    internal const string Variable = "CRUCIBLE_PARENTS";

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // for the report of a run that is stopping already

    /// <summary>From here on this process ends with them; <c>scripts/crucible.fsx</c> says it for every script and session.</summary>
    public static void EndWithThem()
    {
        string[] names = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        Environment.SetEnvironmentVariable(Variable, null); // what this process starts is not theirs
        if (names.Length > 0) new Thread(() => Watch(names)) { IsBackground = true, Name = "watch for parents" }.Start();
    }

    private static void Watch(string[] names)
    {
        while (Array.TrueForAll(names, WorkerProcess.IsAlive)) Thread.Sleep(WatchInterval);

        // A terminal that closes tells all processes at once, and its command does not wait for the script's report.
        if (Interruption.IsUnderWay) Thread.Sleep(Patience);
        using Process self = Process.GetCurrentProcess();
        self.Kill();
    }
}
