using System.Diagnostics;
using Crucible.Lab.Studies;

namespace Crucible.Lab.Scripting;

/// <summary>Ends a script that a sweep started when the sweep is gone: one that was killed could not end it.</summary>
internal static class ParentWatch
{
    /// <summary>The environment variable that names the process to watch.</summary>
    internal const string Variable = "CRUCIBLE_PARENT";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>The value by which this process's scripts watch it.</summary>
    internal static string Self => WorkerProcess.Name;

    /// <summary>Begins to watch, if this process was started by a sweep.</summary>
    internal static void Begin()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } parent) return;
        new Thread(() =>
        {
            while (WorkerProcess.IsAlive(parent)) Thread.Sleep(Interval);
            using Process self = Process.GetCurrentProcess();
            self.Kill(); // at once: nobody waits for its report
        })
        { IsBackground = true, Name = "parent watch" }.Start();
    }
}
