namespace Crucible.Lab.Studies;

/// <summary>Tells values that are far worse than all others, as of trials that diverged, from merely bad ones.</summary>
internal static class Fence
{
    internal const double Width = 15; // so many times as far from the best as the trial that three of four beat

    /// <summary>The worst loss that is not far worse than most.</summary>
    /// <param name="losses">At least one.</param>
    /// <param name="width">How much farther from the best it may be than the trial that three of four beat.</param>
    internal static double Worst(IEnumerable<double> losses, double width = Width)
    {
        double[] sorted = [.. losses.Order()];
        double most = width * (sorted[3 * sorted.Length / 4] - sorted[0]);
        return most > 0 ? Array.FindLast(sorted, loss => loss - sorted[0] <= most) : sorted[^1];
    }
}
