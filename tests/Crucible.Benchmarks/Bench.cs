using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Crucible.Benchmarks.Measuring;
using Crucible.Benchmarks.Peers;

namespace Crucible.Benchmarks;

/// <summary>How to measure: the peers, and how long and how often.</summary>
/// <param name="peers">The PyTorch processes.</param>
/// <param name="quick">Fewer and shorter bursts.</param>
internal sealed class Bench(PeerPool peers, bool quick)
{
    // Idle workers of OpenBLAS spin for 2²⁶ ticks of the time stamp counter before they sleep, 32 ms at 2.1 GHz, and
    // would take the processor from us.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(60);

    private readonly double usualBurst = quick ? 0.01 : 0.04;
    private readonly int rounds = quick ? 3 : 9;

    /// <summary>The PyTorch processes.</summary>
    internal PeerPool Peers => peers;

    /// <summary>Whether the run is to be short.</summary>
    internal bool IsQuick => quick;

    /// <summary>Prints what is compared with what.</summary>
    internal void WriteHeader()
    {
        string? torch = peers.Python == null ? null : peers[new PeerSetting(1, 1)].Description;
        string width = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        Console.WriteLine(
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {width}-bit vectors, {Environment.ProcessorCount} processors");
        Console.WriteLine(torch == null
            ? "PyTorch is not installed here: only our own times are shown. (Debian: apt-get install python3-torch libopenblas0-pthread)"
            : $"PyTorch, one thread: {torch}");
        if (torch?.Contains("reference BLAS", StringComparison.Ordinal) == true)
            Console.WriteLine(
                "PyTorch runs on the reference BLAS, which is no opponent: its matrix products are 20 times slower than with libopenblas0-pthread");
        Console.WriteLine(
            $"medians of {rounds} bursts of {1000 * usualBurst} ms, ours and PyTorch's in turn; the ratio is taken pair by pair");
        Console.WriteLine(
            "one thread: processor time; two threads: time on the wall, PyTorch under the best of its settings ATen/OpenBLAS threads");
    }

    /// <summary>Measures our work and the peer's in turn, on one thread each, in processor time.</summary>
    /// <param name="name">What the line of the table is called.</param>
    /// <param name="ours">One call of our work.</param>
    /// <param name="theirs">The same work as a command of <c>peer.py</c>.</param>
    /// <param name="target">How many times the peer's speed is asked for.</param>
    /// <param name="core">The processor OpenBLAS is to choose its kernels for, or null for its best.</param>
    /// <param name="seconds">How long a burst is at least: for work of which a usual burst would hold too little.</param>
    internal Comparison CompareOneThread(string name, Action ours, string theirs, double target, string? core = null, double seconds = 0) =>
        Compare(
            name,
            ours,
            theirs,
            [core == null ? new PeerSetting(1, 1) : new PeerSetting(1, 1, Core: core)],
            target,
            Clock.Processor,
            seconds);

    /// <summary>
    /// Measures our work and the peer's in turn, on two threads each, in time on the wall, the peer under the best of
    /// its settings.
    /// </summary>
    /// <inheritdoc cref="CompareOneThread"/>
    internal Comparison CompareTwoThreads(string name, Action ours, string theirs, double target, double seconds = 0) =>
        Compare(name, ours, theirs, PeerSetting.TwoThreads, target, Clock.Wall, seconds);

    private Comparison Compare(
        string name, Action ours, string theirs, IReadOnlyList<PeerSetting> settings, double target, Clock clock, double seconds)
    {
        double burst = Math.Max(usualBurst, seconds);
        using IDisposable limit = Threads.Use(clock == Clock.Processor ? 1 : 2);
        using IDisposable? together = clock == Clock.Processor ? peers.ShareProcessor(settings[0]) : null;
        Burst.SecondsPerCall(ours, burst / 2, clock);
        if (peers.Python == null)
            return new(name, [.. Enumerable.Range(0, rounds).Select(_ => Burst.SecondsPerCall(ours, burst, clock))], [], target);
        PeerSetting best = peers.Best(theirs, settings, burst / 2, clock);
        double[] our = new double[rounds], their = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            if (clock == Clock.Wall) Thread.Sleep(Settle);
            our[round] = Burst.SecondsPerCall(ours, burst, clock);
            their[round] = peers[best].SecondsPerCall(theirs, burst, clock);
        }

        return new(name, our, their, target, settings.Count > 1 ? best.ToString() : "");
    }
}
