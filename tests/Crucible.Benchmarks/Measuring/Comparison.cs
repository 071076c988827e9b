namespace Crucible.Benchmarks.Measuring;

/// <summary>One line of a table: our bursts and the peer's, taken in turn, in seconds per call.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Ours">Our bursts.</param>
/// <param name="Theirs">The peer's bursts, each taken right after ours at the same place; empty without a peer.</param>
/// <param name="Target">How many times the peer's speed is asked for.</param>
/// <param name="Setting">The peer's thread setting that was found best, if several were tried.</param>
/// <param name="Note">Anything else worth a column.</param>
internal sealed record Comparison(string Name, double[] Ours, double[] Theirs, double Target, string Setting = "", string Note = "")
{
    /// <summary>The peer's time by ours, pair by pair: above 1 we are the faster.</summary>
    internal double[] Ratios { get; } = [.. Ours.Zip(Theirs, (ours, theirs) => theirs / ours)];

    /// <summary>Whether the median ratio reaches the target.</summary>
    internal bool IsMet => Timings.Median(Ratios) >= Target;
}
