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
    // Idle workers of OpenBLAS spin for about 25 ms before they sleep, and would take the processor from us.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(30);

    private readonly double burst = quick ? 0.01 : 0.04;
    private readonly int rounds = quick ? 3 : 9;

    /// <summary>The PyTorch processes.</summary>
    internal PeerPool Peers => peers;

    /// <summary>Whether the run is to be short.</summary>
    internal bool IsQuick => quick;

    /// <summary>Prints what is compared with what.</summary>
    internal void WriteHeader()
    {
        string width = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}, {width}-bit vectors, {Environment.ProcessorCount} processors");
        Console.WriteLine(peers.Python == null
            ? "PyTorch is not installed here: only our own times are shown. (Debian: apt-get install python3-torch libopenblas0-pthread)"
            : $"PyTorch, one thread: {peers[PeerSetting.OneThread[0]].Description}");
        Console.WriteLine($"medians of {rounds} bursts of {1000 * burst} ms, ours and PyTorch's in turn; the ratio is taken pair by pair");
    }

    /// <summary>Measures our work and the peer's in turn, the peer under the best of its settings.</summary>
    /// <param name="name">What the line of the table is called.</param>
    /// <param name="ours">One call of our work.</param>
    /// <param name="theirs">The same work as a command of <c>peer.py</c>.</param>
    /// <param name="settings">The peer's settings to try first.</param>
    /// <param name="target">How many times the peer's speed is asked for, if any.</param>
    internal Comparison Compare(string name, Action ours, string theirs, IReadOnlyList<PeerSetting> settings, double? target)
    {
        Burst.SecondsPerCall(ours, burst / 2);
        if (peers.Python == null)
            return new(name, [.. Enumerable.Range(0, rounds).Select(_ => Burst.SecondsPerCall(ours, burst))], [], target, "");
        PeerSetting best = peers.Best(theirs, settings, burst / 2);
        bool pause = best.AtenThreads + best.BlasThreads > 2;
        double[] our = new double[rounds], their = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            if (pause) Thread.Sleep(Settle);
            our[round] = Burst.SecondsPerCall(ours, burst);
            their[round] = peers[best].SecondsPerCall(theirs, burst);
        }
        return new(name, our, their, target, settings.Count > 1 ? best.ToString() : "");
    }
}
