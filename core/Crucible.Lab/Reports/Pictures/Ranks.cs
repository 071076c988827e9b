namespace Crucible.Lab.Reports.Pictures;

/// <summary>Places in the order of losses.</summary>
internal static class Ranks
{
    /// <summary>0 for the smallest loss, 1 for the largest; equal ones share the mean of their places.</summary>
    internal static double[] Of(double[] losses)
    {
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i])];
        double[] ranks = new double[losses.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && losses[order[end]] == losses[order[start]]) end++;
            double middle = losses.Length == 1 ? 0 : (start + end - 1) / 2.0 / (losses.Length - 1);
            for (; start < end; start++) ranks[order[start]] = middle;
        }

        return ranks;
    }
}
