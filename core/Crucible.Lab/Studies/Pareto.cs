namespace Crucible.Lab.Studies;

/// <summary>Comparisons of points by several losses at once, each to be made small.</summary>
public static class Pareto
{
    /// <summary>Whether the first point is nowhere worse and somewhere better.</summary>
    /// <param name="first">Its losses.</param>
    /// <param name="second">The other's losses, as many.</param>
    public static bool Dominates(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        bool isBetter = false;
        for (int i = 0; i < first.Count; i++)
        {
            if (first[i] > second[i]) return false;
            isBetter |= first[i] < second[i];
        }

        return isBetter;
    }

    /// <summary>The positions of the points that no other dominates, in their order.</summary>
    /// <param name="losses">The points.</param>
    public static IReadOnlyList<int> Front(IReadOnlyList<IReadOnlyList<double>> losses)
    {
        List<int> front = [];
        for (int i = 0; i < losses.Count; i++)
        {
            // What the candidates so far dominate is out; what it dominates of them is out too.
            if (front.Any(j => Dominates(losses[j], losses[i]))) continue;
            front.RemoveAll(j => Dominates(losses[i], losses[j]));
            front.Add(i);
        }

        return front;
    }

    /// <summary>The best positions: front after front, within a front by what a point adds to the volume, then by position.</summary>
    internal static List<int> Best(IReadOnlyList<IReadOnlyList<double>> losses, int count)
    {
        List<int> rest = [.. Enumerable.Range(0, losses.Count)];
        List<int> best = [];
        while (best.Count < count && rest.Count > 0)
        {
            int[] front = [.. Front([.. rest.Select(i => losses[i])]).Select(i => rest[i])];
            best.AddRange(front.Length <= count - best.Count ? front : Spread(losses, front, count - best.Count));
            rest = [.. rest.Except(front)];
        }

        return best;
    }

    /// <summary>Those of a front that lie farthest from their neighbours: the crowding distance of Deb and others (2002).</summary>
    private static IEnumerable<int> Spread(IReadOnlyList<IReadOnlyList<double>> losses, int[] front, int count)
    {
        Dictionary<int, double> distance = front.ToDictionary(i => i, _ => 0.0);
        for (int axis = 0; axis < losses[front[0]].Count; axis++)
        {
            int[] order = [.. front.OrderBy(i => losses[i][axis]).ThenBy(i => i)];
            double width = losses[order[^1]][axis] - losses[order[0]][axis];
            distance[order[0]] = distance[order[^1]] = double.PositiveInfinity;
            for (int i = 1; i < order.Length - 1 && width > 0; i++)
                distance[order[i]] += (losses[order[i + 1]][axis] - losses[order[i - 1]][axis]) / width;
        }

        return front.OrderByDescending(i => distance[i]).ThenBy(i => i).Take(count);
    }
}

/// <summary>The volume that a set of points dominates below a reference point: one number for how good a Pareto front is.</summary>
public static class Hypervolume
{
    /// <summary>
    /// The volume of all places that some point dominates and that dominate the reference, by slicing along the last
    /// axis (Zitzler and Thiele, 1998).
    /// </summary>
    /// <param name="losses">The points, each loss to be made small.</param>
    /// <param name="reference">A point beyond which nothing counts, as the worst value of each loss.</param>
    /// <returns>The volume; it takes time that grows with the power of the number of losses.</returns>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> losses, IReadOnlyList<double> reference)
    {
        IReadOnlyList<double>[] inside =
            [.. losses.Where(point => point.Zip(reference, (loss, limit) => loss < limit).All(isBelow => isBelow))];
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
