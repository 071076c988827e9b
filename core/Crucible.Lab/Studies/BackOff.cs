using System.Diagnostics;

namespace Crucible.Lab.Studies;

/// <summary>Waits between the attempts to reach a server: longer each time, and by chance, so that many workers do not come at once.</summary>
internal sealed class BackOff(TimeSpan patience)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3); // well below the grace period: whoever waits is back before it is given up

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private TimeSpan next = First;

    internal TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Waits.</summary>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Whether another attempt is worth it.</returns>
    internal bool Wait(WaitHandle stop)
    {
        if (watch.Elapsed >= patience) return false;
        TimeSpan delay = next * (0.5 + Random.Shared.NextDouble());
        next = next * 2 < Longest ? next * 2 : Longest;
        return !stop.WaitOne(delay);
    }
}
