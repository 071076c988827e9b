using System.Diagnostics;

namespace Crucible.Lab.Scripting;

/// <summary>Shows how far a loop came: a bar on a terminal, now and then a line elsewhere. The last step, or disposing it, ends the bar.</summary>
public sealed class Progress : IDisposable
{
    private static readonly long ShownEvery = Stopwatch.Frequency / 15; // a terminal shows no more, and a tight loop must not pay for it

    private readonly IProgressView view;
    private readonly CancellationToken token;
    private readonly long total;
    private long done;
    private long shown;
    private int ended;
    private string? note;

    internal Progress(IProgressView view, long total, CancellationToken token)
    {
        this.view = view;
        this.total = total;
        this.token = token;
    }

    /// <summary>Counts one step.</summary>
    /// <param name="note">What to show beside the bar, as the loss; without one the last stays.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed: the run ends here, with a report of what was done.</exception>
    public void Step(string? note = null) => Report(Interlocked.Increment(ref done), note);

    /// <summary>Says how many steps are done in all.</summary>
    /// <param name="done">Steps done, at most the total.</param>
    /// <param name="note">What to show beside the bar.</param>
    /// <exception cref="OperationCanceledException">Ctrl-C was pressed.</exception>
    public void Report(long done, string? note = null)
    {
        Interlocked.Exchange(ref this.done, done);
        if (note is not null) this.note = note;
        token.ThrowIfCancellationRequested();
        if (done >= total)
        {
            Dispose();
            return;
        }

        long now = Stopwatch.GetTimestamp();
        if (now - Interlocked.Read(ref shown) < ShownEvery) return;
        Interlocked.Exchange(ref shown, now);
        view.Show(done, total, this.note);
    }

    /// <summary>Ends the bar with the last state.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref ended, 1) == 0) view.End(Interlocked.Read(ref done), total, note);
    }
}
