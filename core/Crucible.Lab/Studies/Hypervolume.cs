namespace Crucible.Lab.Studies;

/// <summary>The volume that a set of points dominates below a reference point: one number for how good a Pareto front is.</summary>
public static class Hypervolume
{
    /// <summary>The volume of all places that some point dominates and that dominate the reference, by slicing along the last axis (Zitzler and Thiele, 1998).</summary>
    /// <param name="losses">The points, each loss to be made small.</param>
    /// <param name="reference">A point beyond which nothing counts, as the worst value of each loss.</param>
    /// <returns>The volume; it takes time that grows with the power of the number of losses.</returns>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> losses, IReadOnlyList<double> reference)
    {
        IReadOnlyList<double>[] inside = [.. losses.Where(point => point.Zip(reference, (loss, limit) => loss < limit).All(isBelow => isBelow))];
        return Slice(inside, reference, reference.Count);
    }

    private static double Slice(IReadOnlyList<double>[] points, IReadOnlyList<double> reference, int axes)
    {
        if (points.Length == 0) return 0;
        if (axes == 1) return reference[0] - points.Min(point => point[0]);
        IReadOnlyList<double>[] order = [.. points.OrderBy(point => point[axes - 1])];
        double volume = 0;
        for (int i = 0; i < order.Length; i++)
        {
            double top = i + 1 < order.Length ? order[i + 1][axes - 1] : reference[axes - 1];
            double height = top - order[i][axes - 1];
            if (height > 0) volume += height * Slice(order[..(i + 1)], reference, axes - 1);
        }

        return volume;
    }
}
