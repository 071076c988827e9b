namespace Crucible.Lab.Studies;

/// <summary>
/// Climbs to the top of a smooth function inside a box: steps by the last slopes (L-BFGS; Nocedal and Wright, "Numerical
/// Optimization" (2006), algorithm 7.4), cut off at the box's sides, which hold while the slope points outside.
/// </summary>
internal static class BoxAscent
{
    private const int Memory = 6;
    private const double Sufficient = 1e-4; // of the gain that the slope promises (Armijo)

    /// <summary>The highest place that was found, and its value.</summary>
    internal static (double Value, double[] Place) Climb(
        double[] start, double[] low, double[] high, Func<double[], (double Value, double[] Slope)> function, int iterations)
    {
        double[] place = [.. start.Select((x, i) => Math.Clamp(x, low[i], high[i]))];
        (double value, double[] slope) = function(place);
        List<(double[] Step, double[] Turn, double Scale)> known = []; // of the last steps: 1 / (step · turn)
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            bool[] isFree = [.. place.Select((x, i) => (slope[i] > 0 ? x < high[i] : x > low[i]) && slope[i] != 0)];
            double[] way = Way([.. slope.Select((s, i) => isFree[i] ? s : 0)], known);
            for (int i = 0; i < way.Length; i++) way[i] = isFree[i] ? way[i] : 0;
            double rise = Product(way, slope);
            if (!(rise > 0)) break;
            double longest = way.Zip(high.Zip(low, (h, l) => h - l), (w, width) => width > 0 ? Math.Abs(w) / width : 0).Max();
            double length = Math.Min(1, (known.Count == 0 ? 0.1 : 0.5) / longest); // of the box, at most
            bool hasRisen = false;
            for (int attempt = 0; attempt < 12 && !hasRisen; attempt++, length /= 3)
            {
                double[] next = [.. place.Select((x, i) => Math.Clamp(x + (length * way[i]), low[i], high[i]))];
                double[] step = [.. next.Zip(place, (a, b) => a - b)];
                (double reached, double[] after) = function(next);
                if (!(reached >= value + (Sufficient * Product(step, slope))) || !double.IsFinite(reached)) continue;
                double[] turn = [.. slope.Zip(after, (a, b) => a - b)];
                double bend = Product(step, turn);
                if (bend > 1e-10 * Product(turn, turn)) known.Add((step, turn, 1 / bend));
                if (known.Count > Memory) known.RemoveAt(0);
                hasRisen = reached - value > 1e-9 * (1 + Math.Abs(value));
                if (!hasRisen) attempt = 12; // there is no more to gain
                (place, value, slope) = (next, reached, after);
            }

            if (!hasRisen) break;
        }

        return (value, place);
    }

    /// <summary>The slope times what is known of the inverse of the curvature.</summary>
    private static double[] Way(double[] slope, List<(double[] Step, double[] Turn, double Scale)> known)
    {
        double[] way = [.. slope];
        double[] shares = new double[known.Count];
        for (int k = known.Count - 1; k >= 0; k--)
        {
            shares[k] = known[k].Scale * Product(known[k].Step, way);
            Add(way, -shares[k], known[k].Turn);
        }

        if (known is [.., var last])
        {
            double scale = 1 / (last.Scale * Product(last.Turn, last.Turn));
            for (int i = 0; i < way.Length; i++) way[i] *= scale;
        }

        for (int k = 0; k < known.Count; k++) Add(way, shares[k] - (known[k].Scale * Product(known[k].Turn, way)), known[k].Step);
        return way;
    }

    private static double Product(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    private static void Add(double[] sum, double factor, double[] x)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += factor * x[i];
    }
}
