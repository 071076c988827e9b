using System.Diagnostics;
using System.Globalization;

namespace Crucible.Lab.Workspace;

/// <summary>
/// Names this process so that another on the same machine can tell whether it still lives, and ends one whose parent is
/// gone. A number alone is given again; number and start time are not.
/// </summary>
internal static class WorkerProcess
{
    /// <summary>The environment variable that names the process whose end is a script's end too.</summary>
    internal const string ParentVariable = "CRUCIBLE_PARENT";

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(500);

    // Start times are worked out from the time of the machine's start, which is adjusted now and then.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(3);

    internal static string Name { get; } = Describe();

    internal static bool IsAlive(string name)
    {
        if (name == Name) return true;
        string[] parts = name.Split(' ');
        if (parts.Length != 3 || parts[0] != Environment.MachineName) return false; // the file is not shared by machines
        try
        {
            using Process process = Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture));
            TimeSpan apart =
                process.StartTime.ToUniversalTime() - new DateTime(long.Parse(parts[2], CultureInfo.InvariantCulture), DateTimeKind.Utc);
            return !process.HasExited && apart.Duration() < ClockTolerance;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Ends this process when the one that started it for a sweep is gone: one that was killed could not end it.</summary>
    internal static void EndWithParent()
    {
        if (Environment.GetEnvironmentVariable(ParentVariable) is not { Length: > 0 } parent) return;
        new Thread(() =>
        {
            while (IsAlive(parent)) Thread.Sleep(WatchInterval);
            using Process self = Process.GetCurrentProcess();
            self.Kill(); // at once: nobody waits for its report
        })
        { IsBackground = true, Name = "parent watch" }.Start();
    }

    private static string Describe()
    {
        using Process process = Process.GetCurrentProcess();
        return string.Create(
            CultureInfo.InvariantCulture, $"{Environment.MachineName} {process.Id} {process.StartTime.ToUniversalTime().Ticks}");
    }
}
