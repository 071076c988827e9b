namespace Crucible.Lab.Studies;

/// <summary>Does something at regular times on a thread of its own, which also gets its turn when all others compute.</summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly ManualResetEvent stop = new(false);
    private readonly TimeSpan interval;
    private readonly Action beat;
    private readonly Thread thread;

    internal Heartbeat(TimeSpan interval, Action beat)
    {
        (this.interval, this.beat) = (interval, beat);
        thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        thread.Start();
    }

    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Run()
    {
        while (!stop.WaitOne(interval)) beat();
    }
}
