namespace Crucible.Benchmarks.Measuring;

/// <summary>Figures of a handful of measurements.</summary>
internal static class Timings
{
    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
