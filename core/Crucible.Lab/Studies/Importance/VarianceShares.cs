namespace Crucible.Lab.Studies;

/// <summary>
/// How much of the variance of a function that is constant on boxes comes from each parameter alone, and from each pair
/// beyond its two, when every place of the space is equally likely.
/// Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance" (2014), equations 3
/// to 8, computed exactly from the boxes.
/// </summary>
internal sealed class VarianceShares
{
    private readonly Axis[] axes;
    private readonly List<RegressionTree.Leaf> leaves;
    private readonly double[] volumes;
    private readonly double mean;

    internal VarianceShares(List<RegressionTree.Leaf> leaves)
    {
        this.leaves = leaves;
        axes = [.. Enumerable.Range(0, leaves[0].Box.Length).Select(axis => new Axis([.. leaves.Select(leaf => leaf.Box[axis])]))];
        volumes = [.. leaves.Select(leaf => leaf.Box.Aggregate(1.0, (volume, side) => volume * side.Share))];
        mean = leaves.Select((leaf, i) => volumes[i] * leaf.Value).Sum();
        Total = leaves.Select((leaf, i) => volumes[i] * (leaf.Value - mean) * (leaf.Value - mean)).Sum();
        Single = [.. axes.Select((_, axis) => OfOne(axis))];
    }

    /// <summary>The variance.</summary>
    internal double Total { get; }

    /// <summary>The variance of the mean over all other parameters, for each parameter.</summary>
    internal double[] Single { get; }

    /// <summary>What a pair adds to its two parameters.</summary>
    internal double Pair(int first, int second) => Math.Max(OfTwo(first, second) - Single[first] - Single[second], 0);

    private double OfOne(int axis)
    {
        Axis one = axes[axis];
        if (one.Widths.Length == 1) return 0;
        double[] steps = new double[one.Widths.Length + 1];
        for (int i = 0; i < leaves.Count; i++)
        {
            double part = Part(i, axis);
            foreach ((int start, int end) in one.Covers[i])
            {
                steps[start] += part;
                steps[end] -= part;
            }
        }

        double variance = 0;
        double marginal = 0;
        for (int cell = 0; cell < one.Widths.Length; cell++)
        {
            marginal += steps[cell];
            variance += one.Widths[cell] * marginal * marginal;
        }

        return variance;
    }

    private double OfTwo(int first, int second)
    {
        (Axis one, Axis two) = (axes[first], axes[second]);
        if (one.Widths.Length == 1 || two.Widths.Length == 1) return Single[first] + Single[second];
        // Corners of the boxes with signs: summed along both axes they give the marginal of every cell.
        double[,] corners = new double[one.Widths.Length + 1, two.Widths.Length + 1];
        for (int i = 0; i < leaves.Count; i++)
        {
            double part = Part(i, first, second);
            foreach ((int left, int right) in one.Covers[i])
            {
                foreach ((int bottom, int top) in two.Covers[i])
                {
                    corners[left, bottom] += part;
                    corners[right, bottom] -= part;
                    corners[left, top] -= part;
                    corners[right, top] += part;
                }
            }
        }

        double variance = 0;
        double[] below = new double[two.Widths.Length];
        for (int column = 0; column < one.Widths.Length; column++)
        {
            double marginal = 0;
            for (int row = 0; row < two.Widths.Length; row++)
            {
                marginal += corners[column, row];
                below[row] += marginal;
                variance += one.Widths[column] * two.Widths[row] * below[row] * below[row];
            }
        }

        return variance;
    }

    /// <summary>What a leaf adds to the marginal, less the mean, wherever it covers the parameters.</summary>
    private double Part(int leaf, params ReadOnlySpan<int> kept)
    {
        double volume = volumes[leaf];
        foreach (int axis in kept) volume /= leaves[leaf].Box[axis].Share;
        return volume * (leaves[leaf].Value - mean);
    }

    /// <summary>One parameter cut wherever a box begins or ends, and which of the cells each box covers.</summary>
    private sealed class Axis
    {
        internal Axis(Side[] sides)
        {
            if (sides[0].Choices is { } choices)
            {
                Widths = [.. choices.Select(_ => 1.0 / choices.Length)];
                Covers = [.. sides.Select(side => Runs(side.Choices!))];
                return;
            }

            double[] cuts = [.. sides.SelectMany(side => new[] { side.Low, side.High }).Distinct().Order()];
            Widths = [.. cuts.Skip(1).Select((cut, i) => cut - cuts[i])];
            Covers = [.. sides.Select(side => new[] { (Array.BinarySearch(cuts, side.Low), Array.BinarySearch(cuts, side.High)) })];
        }

        internal double[] Widths { get; }

        /// <summary>For each box, runs of cells: the first, and the one after the last.</summary>
        internal (int Start, int End)[][] Covers { get; }

        private static (int Start, int End)[] Runs(bool[] choices)
        {
            List<(int Start, int End)> runs = [];
            for (int i = 0; i < choices.Length; i++)
            {
                if (!choices[i]) continue;
                if (runs.Count > 0 && runs[^1].End == i) runs[^1] = (runs[^1].Start, i + 1);
                else runs.Add((i, i + 1));
            }

            return [.. runs];
        }
    }
}
