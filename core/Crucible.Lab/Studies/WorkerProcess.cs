using System.Diagnostics;
using System.Globalization;

namespace Crucible.Lab.Studies;

/// <summary>Names this process so that another on the same machine can tell whether it still lives. A number alone is given again; number and start time are not.</summary>
internal static class WorkerProcess
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(3); // start times are worked out from the time of the machine's start, which is adjusted now and then

    internal static string Name { get; } = Describe();

    internal static bool IsAlive(string name)
    {
        if (name == Name) return true;
        string[] parts = name.Split(' ');
        if (parts.Length != 3 || parts[0] != Environment.MachineName) return false; // the file is not shared by machines
        try
        {
            using Process process = Process.GetProcessById(int.Parse(parts[1], CultureInfo.InvariantCulture));
            TimeSpan apart = process.StartTime.ToUniversalTime() - new DateTime(long.Parse(parts[2], CultureInfo.InvariantCulture), DateTimeKind.Utc);
            return !process.HasExited && apart.Duration() < ClockTolerance;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Describe()
    {
        using Process process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName} {process.Id} {process.StartTime.ToUniversalTime().Ticks}");
    }
}
