using System.Diagnostics;
using System.Globalization;
using Crucible.Lab.Reports;
using Crucible.Statistics;

namespace Crucible.Lab.Scripting;

/// <summary>
/// Shows how far a loop came: a bar on a terminal, now and then a line elsewhere. The last step, or disposing it, ends
/// the bar.
/// </summary>
public sealed class Progress : IDisposable
{
    private static readonly long ShownEvery = Stopwatch.Frequency / 15; // a terminal shows no more, and a tight loop must not pay for it

    private readonly IProgressView view;
    private readonly LiveLoop? live;
    private readonly CancellationToken token;
    private readonly long total;
    private long done;
    private long shown;
    private int ended;
    private string? note;
    private double lastLoss = double.NaN;

    internal Progress(IProgressView view, long total, CancellationToken token, LiveLoop? live = null)
    {
        (this.view, this.live) = (view, live);
        this.total = total;
        this.token = token;
    }

    private string? Note => double.IsNaN(lastLoss) ? note : $"loss {Numeral.Of(lastLoss)}";

    /// <summary>Counts one step.</summary>
    /// <param name="note">What to show beside the bar; without one the last stays.</param>
    /// <param name="loss">The loss at this step, to show beside the bar and, with <c>--live</c>, as a curve.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed: the run ends here, with a report of what was done.</exception>
    public void Step(string? note = null, double loss = double.NaN) => Report(Interlocked.Increment(ref done), note, loss);

    /// <summary>Says how many steps are done in all.</summary>
    /// <param name="done">Steps done, at most the total.</param>
    /// <param name="note">What to show beside the bar.</param>
    /// <param name="loss">The loss at this step.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed.</exception>
    public void Report(long done, string? note = null, double loss = double.NaN)
    {
        Interlocked.Exchange(ref this.done, done);
        if (note is not null) this.note = note;
        else if (!double.IsNaN(loss)) lastLoss = loss;
        live?.Losses.Add(done, loss);
        token.ThrowIfCancellationRequested();
        if (done >= total)
        {
            Dispose();
            return;
        }

        long now = Stopwatch.GetTimestamp();
        if (now - Interlocked.Read(ref shown) < ShownEvery) return;
        Interlocked.Exchange(ref shown, now);
        view.Show(done, total, Note);
        live?.Show(done, Note);
    }

    /// <summary>Ends the bar with the last state.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) != 0) return;
        long last = Interlocked.Read(ref done);
        view.End(last, total, Note);
        live?.End(last, Note);
    }
}

/// <summary>Where a loop's progress is shown.</summary>
internal interface IProgressView
{
    /// <summary>Shows a state between start and end.</summary>
    void Show(long done, long total, string? note);

    /// <summary>Shows the last state.</summary>
    void End(long done, long total, string? note);
}

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

    /// <summary>
    /// A loop's last line, which stays also when many short loops would drown it: a loop of a second or more is worth
    /// its line.
    /// </summary>
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
