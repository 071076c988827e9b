using System.Globalization;

namespace Crucible.Lab.Scripting;

/// <summary>The lines that loops leave behind: about one a second at most, however many loops there are.</summary>
/// <param name="write">Takes a line.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressLog(Action<string> write, TimeProvider time)
{
    private const double LeastSeconds = 1;

    private readonly Lock gate = new();
    private long? last;

    internal TimeProvider Time => time;

    /// <summary>A line on the way; dropped when another was written within the last second.</summary>
    internal void Pass(string line)
    {
        lock (gate)
        {
            if (last is { } before && time.GetElapsedTime(before).TotalSeconds < LeastSeconds) return;
            Write(line);
        }
    }

    /// <summary>A loop's last line, which stays also when many short loops would drown it: a loop of a second or more is worth its line.</summary>
    internal void End(string title, long done, long total, string? note, TimeSpan taken)
    {
        string line = Line(title, done, total, note) + string.Create(CultureInfo.InvariantCulture, $", {taken.TotalSeconds:F1} s");
        if (taken.TotalSeconds < LeastSeconds) Pass(line);
        else lock (gate) Write(line);
    }

    internal static string Line(string title, long done, long total, string? note) =>
        string.Create(CultureInfo.InvariantCulture, $"{title}: {done} of {total}") + (note is null ? "" : ", " + note);

    private void Write(string line)
    {
        last = time.GetTimestamp();
        write(line);
    }
}
