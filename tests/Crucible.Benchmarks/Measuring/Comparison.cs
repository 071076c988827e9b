using System.Text.Json.Serialization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>One line of a table: our bursts and those of one way in LibTorch, taken in turn.</summary>
/// <param name="Workload">What the workload is, for README.</param>
/// <param name="Table">The title of its table.</param>
/// <param name="Name">What was done.</param>
/// <param name="Way">LibTorch's way, or null without LibTorch.</param>
/// <param name="Threads">Threads of both.</param>
/// <param name="Ours">Our bursts, in seconds a call, or megabytes.</param>
/// <param name="Theirs">LibTorch's, each taken right after ours at the same place; empty without LibTorch.</param>
internal sealed record Comparison(
    string Workload, string Table, string Name, Way? Way, int Threads, double[] Ours, double[] Theirs)
{
    /// <summary>The name, and the way's where it has one.</summary>
    internal string FullName => Way is { Name.Length: > 0 } ? $"{Name}; their {Way.Name}" : Name;

    /// <summary>What is in megabytes and not in seconds.</summary>
    [JsonInclude]
    internal bool IsMemory { get; init; }

    /// <summary>Whether both compute in bfloat16.</summary>
    [JsonInclude]
    internal bool IsMixed { get; init; }

    /// <summary>LibTorch's setting that was found best.</summary>
    [JsonInclude]
    internal string Setting { get; init; } = "";

    /// <summary>
    /// What share of the processor's peak we reach: of its products or of its memory, whichever the work needs longer; or NaN.
    /// </summary>
    [JsonInclude]
    internal double OfPeak { get; init; } = double.NaN;

    /// <summary>LibTorch's time by ours, pair by pair: above 1 we are the faster.</summary>
    internal double[] Ratios { get; } = [.. Ours.Zip(Theirs, (ours, theirs) => theirs / ours)];

    /// <summary>The median ratio, or NaN without LibTorch.</summary>
    internal double Ratio => Ratios.Length > 0 ? Timings.Median(Ratios) : double.NaN;
}
