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

    /// <summary>
    /// All positions, front after front, by constrained domination: points that satisfy their constraints are better than all
    /// others, of which those that miss less are. Deb, Pratap, Agarwal and Meyarivan, "A Fast and Elitist Multiobjective
    /// Genetic Algorithm: NSGA-II" (2002), section VI.
    /// </summary>
    /// <param name="losses">The points.</param>
    /// <param name="violations">By how much each misses its constraints.</param>
    internal static IEnumerable<int[]> Fronts(IReadOnlyList<IReadOnlyList<double>> losses, IReadOnlyList<double> violations)
    {
        int[] rest = [.. Enumerable.Range(0, losses.Count).Where(i => violations[i] == 0)];
        while (rest.Length > 0)
        {
            int[] front = [.. Front([.. rest.Select(i => losses[i])]).Select(i => rest[i])];
            yield return front;
            rest = [.. rest.Except(front)];
        }

        IEnumerable<int> infeasible = Enumerable.Range(0, losses.Count).Where(i => violations[i] > 0);
        foreach (IGrouping<double, int> equal in infeasible.GroupBy(i => violations[i]).OrderBy(group => group.Key))
            yield return [.. equal];
    }

    /// <summary>The best positions, the best first: front after front, within a front the least crowded first, then by position.</summary>
    internal static List<int> Best(IReadOnlyList<IReadOnlyList<double>> losses, IReadOnlyList<double> violations, int count)
    {
        List<int> best = [];
        foreach (int[] front in Fronts(losses, violations))
        {
            if (best.Count == count) break;
            double[] distances = Crowding(losses, front);
            IEnumerable<int> order = Enumerable.Range(0, front.Length).OrderByDescending(i => distances[i]).ThenBy(i => front[i]);
            best.AddRange(order.Take(count - best.Count).Select(i => front[i]));
        }

        return best;
    }

    /// <summary>
    /// How far those of a front lie from their neighbours: the crowding distance of Deb and others (2002), infinite at the ends.
    /// </summary>
    internal static double[] Crowding(IReadOnlyList<IReadOnlyList<double>> losses, int[] front)
    {
        double[] distances = new double[front.Length];
        for (int axis = 0; axis < losses[front[0]].Count; axis++)
        {
            int[] order = [.. Enumerable.Range(0, front.Length).OrderBy(i => losses[front[i]][axis]).ThenBy(i => front[i])];
            double width = Loss(order[^1]) - Loss(order[0]);
            distances[order[0]] = distances[order[^1]] = double.PositiveInfinity;
            for (int i = 1; i < order.Length - 1 && width > 0; i++)
                distances[order[i]] += (Loss(order[i + 1]) - Loss(order[i - 1])) / width;

            double Loss(int place) => losses[front[place]][axis];
        }

        return distances;
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
