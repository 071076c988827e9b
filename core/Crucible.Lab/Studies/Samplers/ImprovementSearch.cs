namespace Crucible.Lab.Studies;

/// <summary>
/// Looks for the place of the largest improvement: random places and such near the best trials compete, and from the best of
/// them the search climbs, along numbers by the slope, along choices and few steps by trying each. Of three trials in turn one
/// looks everywhere, and two only around the best trial, as the local steps of Diouane, Picheny, Le Riche and Scotto Di
/// Perrotolo, "TREGO: a Trust-Region Framework for Efficient Global Optimization" (2023).
/// </summary>
internal sealed class ImprovementSearch
{
    internal const int Starts = 5; // best trials around which places compete
    private const int Broad = 500; // random places
    private const int Near = 40; // places around each start
    private const int Climbs = 6;
    private const int Steps = 30;
    private const int Rounds = 3; // of numbers and choices in turn
    private const long FewSteps = 24; // so many values of a number are tried one by one; more are climbed over

    private static readonly double[] Reach = [1, 0.2, 0.05]; // of trials in turn, on both sides of the best one

    private readonly SamplerContext context;
    private readonly ActiveAxes active;
    private readonly Improvement improvement;
    private readonly double[][] best;
    private readonly double[] low;
    private readonly double[] high;
    private readonly int[] smooth;

    internal ImprovementSearch(SamplerContext context, ActiveAxes active, Improvement improvement, double[][] best)
    {
        (this.context, this.active, this.improvement, this.best) = (context, active, improvement, best);
        double reach = Reach[context.Number % Reach.Length];
        low = [.. best[0].Select((x, axis) => IsBound(axis) ? Math.Max(x - reach, 0) : 0)];
        high = [.. best[0].Select((x, axis) => IsBound(axis) ? Math.Min(x + reach, 1) : 1)];
        smooth = [.. Enumerable.Range(0, low.Length)
            .Where(axis => context.Space[axis].Distribution is { IsNumeric: true, Count: null or > FewSteps })];

        bool IsBound(int axis) => context.Space[axis].Distribution.IsNumeric && !double.IsNaN(best[0][axis]);
    }

    /// <summary>The place, one coordinate for each parameter of the space.</summary>
    internal double[] Best()
    {
        List<double[]> candidates = [.. Enumerable.Range(0, Broad).Select(_ =>
            RandomSampler.Uniform(context).Select((unit, axis) => low[axis] + (unit * (high[axis] - low[axis]))).ToArray())];
        foreach (double[] start in best)
            candidates.AddRange(Enumerable.Range(0, Near).Select(i => Moved(start, Math.Pow(10, -1 - (2.0 * i / Near)))));
        (double Score, double[] Place)[] scored = [.. candidates.Select(Snapped)
            .Select(place => (Score(place), place)).OrderByDescending(entry => entry.Item1)];
        (double Score, double[] Place) found = scored[0];
        // Half of them the best, half spread over the others that are good
        for (int i = 0; i < Climbs; i++)
        {
            (double Score, double[] Place) top = Climb(scored[i < Climbs / 2 ? i : 3 * i * i]);
            if (top.Score > found.Score) found = top;
        }

        return found.Place;
    }

    private double Score(double[] place) => improvement.At(active.Masked(place));

    private (double Score, double[] Place) Climb((double Score, double[] Place) top)
    {
        for (int round = 0; round < Rounds; round++)
        {
            double before = top.Score;
            if (smooth.Length > 0) top = Better(top, Snapped(Uphill(top.Place)));
            for (int axis = 0; axis < top.Place.Length; axis++)
            {
                if (smooth.Contains(axis)) continue;
                long count = context.Space[axis].Distribution.Count!.Value;
                double own = top.Place[axis];
                for (long level = 0; level < count; level++)
                {
                    double[] other = [.. top.Place];
                    other[axis] = Value(axis, (level + 0.5) / count);
                    if (other[axis] != own) top = Better(top, other);
                }
            }

            if (!(top.Score > before + 1e-6) || smooth.Length == top.Place.Length) break;
        }

        return top;
    }

    private (double Score, double[] Place) Better((double Score, double[] Place) one, double[] other)
    {
        double score = Score(other);
        return score > one.Score ? (score, other) : one;
    }

    private double[] Uphill(double[] place)
    {
        (_, double[] top) = BoxAscent.Climb(Of(place), Of(low), Of(high), Slopes, Steps);
        return With(top);

        double[] Of(double[] whole) => [.. smooth.Select(axis => whole[axis])];

        (double Value, double[] Slope) Slopes(double[] moved)
        {
            (double value, double[] slope) = improvement.SlopesAt(active.Masked(With(moved)));
            return (value, Of(slope));
        }

        double[] With(double[] moved)
        {
            double[] whole = [.. place];
            for (int i = 0; i < smooth.Length; i++) whole[smooth[i]] = moved[i];
            return whole;
        }
    }

    /// <summary>A point nearby; now and then a coordinate is drawn anew, without which choices would never change.</summary>
    private double[] Moved(double[] start, double width)
    {
        double[] place = new double[start.Length];
        context.Random.Normal(place, 0, width);
        for (int i = 0; i < place.Length; i++)
        {
            bool isNumeric = context.Space[i].Distribution.IsNumeric;
            bool isNew = double.IsNaN(start[i]) || context.Random.NextDouble() < (isNumeric ? 0.02 : 0.2);
            double moved = isNew ? context.Random.NextDouble() : isNumeric ? start[i] + place[i] : start[i];
            place[i] = Math.Clamp(moved, low[i], high[i]);
        }

        return place;
    }

    private double[] Snapped(double[] place) => [.. place.Select((unit, axis) => Value(axis, unit))];

    private double Value(int axis, double unit) => context.Space[axis].Distribution is { Count: not null } countable
        ? countable.ToUnit(countable.FromUnit(unit))
        : unit;
}
