using System.Diagnostics;

namespace Crucible.Benchmarks.Sides;

/// <summary>Which time is measured.</summary>
internal enum Clock
{
    /// <summary>
    /// The processor time of the whole process: what other programs on the machine do not lengthen. Right where one
    /// thread works.
    /// </summary>
    Processor,

    /// <summary>The time on the wall: right where several threads share the work.</summary>
    Wall,
}

/// <summary>Reads clocks.</summary>
internal static class ClockReading
{
    /// <summary>Seconds since some moment that does not change.</summary>
    internal static double Seconds(this Clock clock) => clock == Clock.Processor
        ? Environment.CpuUsage.TotalTime.TotalSeconds
        : (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
}
