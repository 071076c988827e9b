using System.Globalization;

namespace Crucible.Lab.Scripting;

/// <summary>Progress as lines, for files and pipes: ever fewer as the loop goes on.</summary>
/// <param name="title">What is going on.</param>
/// <param name="log">Takes the lines.</param>
internal sealed class PlainProgress(string title, ProgressLog log) : IProgressView
{
    private const double FirstAfter = 1; // second
    private const double Share = 0.15; // of the time gone: an hour gives some forty lines

    private readonly long start = log.Time.GetTimestamp();
    private double next = FirstAfter;

    public void Show(long done, long total, string? note)
    {
        double seconds = log.Time.GetElapsedTime(start).TotalSeconds;
        if (seconds < next) return;
        next = seconds + Math.Max(FirstAfter, Share * seconds);
        string left = done > 0 ? string.Create(CultureInfo.InvariantCulture, $", about {seconds * (total - done) / done:F0} s left") : "";
        log.Pass(ProgressLog.Line(title, done, total, note) + left);
    }

    public void End(long done, long total, string? note) => log.End(title, done, total, note, log.Time.GetElapsedTime(start));
}
