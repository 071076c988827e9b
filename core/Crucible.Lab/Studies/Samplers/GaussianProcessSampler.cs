using MathNet.Numerics;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Fits a Gaussian process to the values and takes the point from which the largest improvement is expected. It finds
/// most with fewest trials, up to some hundred, and takes longest to choose:
/// it suits objectives of seconds and more. Jones, Schonlau and Welch, "Efficient Global Optimization of Expensive
/// Black-Box Functions" (1998).
/// </summary>
public sealed class GaussianProcessSampler : Sampler
{
    private const int Broad = 600; // random points that compete
    private const int Near = 60; // points around each of the best trials that compete
    private const int Starts = 5;
    private const int Climbs = 150;
    private const int MostFitted = 120;
    private const int MostGiven = 250;

    /// <summary>Trials that must have ended before the model is used; those before are random.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        if (context.Directions.Count > 1) throw StudyErrors.SamplerSeveral("gp", context.Directions.Count);
        FrozenTrial[] usable = [.. context.Trials.Where(trial => trial.State == TrialState.Complete)];
        if (usable.Length < Math.Max(StartupTrials, 2)) return RandomSampler.Uniform(context);
        FrozenTrial[] order = [.. usable.OrderBy(trial => context.Loss(trial.Value)).ThenBy(trial => trial.Number)];
        (double[] losses, _) = Standardize([.. order.Select(trial => context.Loss(trial.Value))]);
        double[][] points =
            [.. order.Select(trial => context.Space.Select(parameter => context.Units(parameter.Name)[trial.Number]).ToArray())];
        bool[] isNumeric = [.. context.Space.Select(parameter => parameter.Distribution.IsNumeric)];

        double[] logs = GaussianProcess.Fit([.. Thinned(points, MostFitted)], [.. Thinned(losses, MostFitted)], isNumeric);
        (points, losses) = ([.. Thinned(points, MostGiven)], [.. Thinned(losses, MostGiven)]);
        GaussianProcess process = GaussianProcess.Given(points, losses, isNumeric, logs);
        if (context.Pending.Count > 0)
        {
            // Trials under way are taken to end as predicted, so that parallel trials keep apart: the kriging believer
            // of Ginsbourger, Le Riche and Carraro (2010).
            double[] believed = [.. context.Pending.Select(point => process.At(point).Mean)];
            process = GaussianProcess.Given([.. points, .. context.Pending], [.. losses, .. believed], isNumeric, logs);
        }

        return Best(context, points, place => LogExpectedImprovement(process, place, losses[0]));
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"gp (startup {StartupTrials})");

    /// <summary>
    /// Mean 0 and deviation 1, and what 1 was before. All that is much worse than the median counts alike: how bad a
    /// bad point is says little about where the good ones are.
    /// </summary>
    internal static (double[] Values, double Unit) Standardize(double[] sorted)
    {
        double median = sorted[sorted.Length / 2];
        double[] clipped = [.. sorted.Select(loss => Math.Min(loss, median + (median - sorted[0])))];
        double mean = clipped.Average();
        double deviation = Math.Sqrt(clipped.Average(loss => (loss - mean) * (loss - mean)));
        double unit = deviation > 0 ? deviation : 1;
        return ([.. clipped.Select(loss => (loss - mean) / unit)], unit);
    }

    /// <summary>At most so many of a sorted list: its first half, and every so many of the rest.</summary>
    internal static IEnumerable<T> Thinned<T>(T[] sorted, int most)
    {
        if (sorted.Length <= most) return sorted;
        int half = most / 2;
        double stride = (double)(sorted.Length - half) / (most - half);
        return sorted.Take(half).Concat(Enumerable.Range(0, most - half).Select(i => sorted[half + (int)(i * stride)]));
    }

    /// <summary>ln E[max(best − f, 0)], which keeps its slope where the expectation itself is too small for a double.</summary>
    private static double LogExpectedImprovement(GaussianProcess process, double[] place, double best)
    {
        (double mean, double deviation) = process.At(place);
        double z = (best - mean) / deviation;
        double logDensity = (-0.5 * z * z) - (0.5 * Math.Log(2 * Math.PI));
        if (z < -6) return Math.Log(deviation) + logDensity - (2 * Math.Log(-z)); // the leading term of the tail
        double below = 0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2));
        return Math.Log(deviation * (Math.Exp(logDensity) + (z * below)));
    }

    private static double[] Best(SamplerContext context, double[][] sorted, Func<double[], double> score)
    {
        List<double[]> candidates = [.. Enumerable.Range(0, Broad).Select(_ => RandomSampler.Uniform(context))];
        foreach (double[] start in sorted.Take(Starts))
            candidates.AddRange(Enumerable.Range(0, Near).Select(i => Moved(context, start, Math.Pow(10, -1 - (2.0 * i / Near)))));
        (double Score, double[] Place)[] scored =
            [.. candidates.Select(place => Snapped(context, place)).Select(place => (score(place), place))];
        (double bestScore, double[] best) = scored.MaxBy(entry => entry.Score);
        double width = 0.1;
        for (int i = 0; i < Climbs; i++)
        {
            double[] place = Snapped(context, Moved(context, best, width));
            double tried = score(place);
            width = Math.Clamp(width * (tried > bestScore ? 1.5 : 0.93), 1e-4, 0.3);
            if (tried > bestScore) (bestScore, best) = (tried, place);
        }

        return best;
    }

    /// <summary>A point nearby; now and then a coordinate is drawn anew, without which choices would never change.</summary>
    private static double[] Moved(SamplerContext context, double[] start, double width)
    {
        double[] place = new double[start.Length];
        context.Random.Normal(place, 0, width);
        for (int i = 0; i < place.Length; i++)
        {
            bool isNew = double.IsNaN(start[i]) || context.Random.NextDouble() < (context.Space[i].Distribution.IsNumeric ? 0.02 : 0.2);
            place[i] = isNew
                ? context.Random.NextDouble()
                : context.Space[i].Distribution.IsNumeric ? Math.Clamp(start[i] + place[i], 0, 1) : start[i];
        }

        return place;
    }

    private static double[] Snapped(SamplerContext context, double[] place) =>
        [.. place.Select((unit, i) =>
            context.Space[i].Distribution is { Count: not null } countable ? countable.ToUnit(countable.FromUnit(unit)) : unit)];
}
