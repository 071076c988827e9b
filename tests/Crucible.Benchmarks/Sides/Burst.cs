namespace Crucible.Benchmarks.Sides;

/// <summary>Work repeated for a given time.</summary>
internal static class Burst
{
    /// <summary>Seconds of one call: the work is repeated in ever longer runs until one of them lasts <paramref name="seconds"/>.</summary>
    /// <param name="work">One call.</param>
    /// <param name="seconds">How long the run that counts lasts at least.</param>
    /// <param name="clock">Which time.</param>
    /// <param name="calls">How many calls the first run has: known from the burst before.</param>
    internal static double SecondsPerCall(Action work, double seconds, Clock clock, long calls = 1)
    {
        while (true)
        {
            double start = clock.Seconds();
            for (long i = 0; i < calls; i++) work();
            double elapsed = clock.Seconds() - start;
            if (elapsed >= seconds) return elapsed / calls;
            calls = Math.Max(2 * calls, (long)(1.1 * calls * seconds / Math.Max(elapsed, 1e-6)));
        }
    }
}
