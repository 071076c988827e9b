using System.Text.Json.Nodes;

namespace Crucible.Lab.Reports;

/// <summary>
/// How much of the machine a process uses while it works. It is looked at every quarter of a second; in a long run every
/// second point goes and the pause doubles, so that there are never more than a few hundred.
/// </summary>
internal sealed class UsageCurve : IDisposable
{
    internal const string Key = "usage";

    private const int Most = 240; // points
    private const double Megabyte = 1 << 20;

    private readonly List<Usage> points = [];
    private readonly ManualResetEventSlim ended = new();
    private readonly Func<Usage> look;
    private readonly Thread watcher;
    private int pause = 250; // milliseconds

    /// <summary>Begins to watch this process.</summary>
    internal UsageCurve() : this(Look)
    {
    }

    /// <summary>Begins to watch something.</summary>
    internal UsageCurve(Func<Usage> look)
    {
        this.look = look;
        watcher = new Thread(Watch) { IsBackground = true, Name = "usage" };
        watcher.Start();
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        ended.Set();
        if (watcher.IsAlive && Thread.CurrentThread != watcher) watcher.Join();
        ended.Dispose();
    }

    /// <summary>
    /// <c>seconds</c> since the first look, <c>processors</c> in use between it and the one before, and the process's
    /// <c>memory_mb</c>, one number a look each.
    /// </summary>
    internal JsonObject ToJson()
    {
        Usage[] all;
        lock (points) all = [.. points];
        if (all.Length > 0) all = [.. all, look()];
        JsonArray seconds = [], processors = [], memory = [];
        for (int place = 1; place < all.Length; place++)
        {
            double between = (all[place].Time - all[place - 1].Time).TotalSeconds;
            if (between <= 0) continue;
            seconds.Add(Math.Round((all[place].Time - all[0].Time).TotalSeconds, 2));
            processors.Add(Math.Round((all[place].Processor - all[place - 1].Processor).TotalSeconds / between, 2));
            memory.Add(Math.Round(all[place].Memory / Megabyte));
        }

        return new JsonObject { ["seconds"] = seconds, ["processors"] = processors, ["memory_mb"] = memory };
    }

    private static Usage Look() => new(DateTime.UtcNow, Environment.CpuUsage.TotalTime, Environment.WorkingSet);

    private void Watch()
    {
        do
        {
            Usage now = look();
            lock (points)
            {
                points.Add(now);
                if (points.Count >= Most)
                {
                    for (int place = points.Count - 1; place > 0; place -= 2) points.RemoveAt(place);
                    pause *= 2;
                }
            }
        }
        while (!ended.Wait(pause));
    }
}

/// <summary>One look at a process.</summary>
/// <param name="Time">When.</param>
/// <param name="Processor">Time of processors used until then.</param>
/// <param name="Memory">Bytes of memory in use.</param>
internal readonly record struct Usage(DateTime Time, TimeSpan Processor, long Memory);
