using System.Globalization;

namespace Crucible.Lab.Scripting;

/// <summary>Progress as lines, for files and pipes: at most one a second, and ever fewer as the loop goes on.</summary>
/// <param name="title">What is going on.</param>
/// <param name="writer">Where the lines go.</param>
/// <param name="time">The clock.</param>
internal sealed class PlainProgress(string title, TextWriter writer, TimeProvider time) : IProgressView
{
    private const double LeastSeconds = 1;
    private const double Share = 0.15; // of the time gone: an hour gives some forty lines

    private readonly long start = time.GetTimestamp();
    private double next = LeastSeconds;

    public void Show(long done, long total, string? note)
    {
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        lock (writer)
        {
            if (seconds < next) return;
            next = seconds + Math.Max(LeastSeconds, Share * seconds);
            string left = done > 0 ? string.Create(CultureInfo.InvariantCulture, $", about {seconds * (total - done) / done:F0} s left") : "";
            writer.WriteLine(Line(done, total, note) + left);
        }
    }

    public void End(long done, long total, string? note)
    {
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        lock (writer) writer.WriteLine(Line(done, total, note) + string.Create(CultureInfo.InvariantCulture, $", {seconds:F1} s"));
    }

    private string Line(long done, long total, string? note) =>
        string.Create(CultureInfo.InvariantCulture, $"{title}: {done} of {total}") + (note is null ? "" : ", " + note);
}
