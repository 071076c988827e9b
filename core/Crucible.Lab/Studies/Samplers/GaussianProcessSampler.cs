using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// Fits a Gaussian process to the values and takes the point from which the largest improvement is expected, times the
/// probability that a trial does not fail there and satisfies its constraints, each of which has a process of its own; before
/// any trial satisfies them, the probability alone. It finds most with fewest trials, up to some hundred, and takes longest to choose:
/// 6 ms in the mean of 300 trials. Jones, Schonlau and Welch, "Efficient Global Optimization of Expensive Black-Box Functions" (1998);
/// Schonlau, Welch and Jones, "Global versus Local Search in Constrained Optimization of Computer Models" (1998); Gelbart, Snoek
/// and Adams, "Bayesian Optimization with Unknown Constraints" (2014).
/// </summary>
public sealed class GaussianProcessSampler : Sampler
{
    private const int MostFitted = 150;
    private const int MostGiven = 500;

    // Saves fitting again: it follows from the trials and the space
    private readonly Dictionary<string, (FrozenTrial[] Of, Parameter[] Space, double[] Logs)> fits = [];

    /// <summary>Trials that must have ended before the model is used; those before are random.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <summary>
    /// How much of the values is noise at the least, as a share of the function's variance from 0 to 1. With 0.1 the process looks
    /// past dents at the lie of the land; what is to be improved on is then its own mean at the trials, not the best value seen.
    /// </summary>
    public double LeastNoise
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw StudyErrors.StudyOption(nameof(LeastNoise), "from 0 to 1", value);
    }

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        if (context.Directions.Count > 1) throw StudyErrors.SamplerSeveral("gp", context.Directions.Count);
        FrozenTrial[] usable = [.. context.Trials.Where(trial => trial.State == TrialState.Complete)];
        if (usable.Length < Math.Max(StartupTrials, 2)) return RandomSampler.Uniform(context);
        ActiveAxes active = new(context);
        double[][] pending = [.. context.Pending.Select(active.Masked)];
        FrozenTrial[] ended = [.. context.Trials.Where(trial => trial.State != TrialState.Pruned)];
        GaussianProcess process = Process(
            "value", context, ended, trials => Values(context, trials), losses => Standardize(losses, out _), pending, LeastNoise);
        List<(GaussianProcess, double)> limits = [];
        if (ended.Length > usable.Length) Limit("failure", ended, Failures);
        foreach (string name in ended.SelectMany(trial => trial.Constraints).Select(one => one.Key).Distinct())
            Limit($"constraint {name}", [.. ended.Where(trial => IsKnown(trial, name))], trials => Missed(trials, name));
        double[] values = LeastNoise > 0
            ? [.. ended.Select(trial => process.At(active.Masked(Place(context, trial))).Mean)]
            : Standardize(Values(context, ended), out _);
        double[] feasible = [.. values.Where((_, i) => ended[i].State == TrialState.Complete && ended[i].IsFeasible)];
        double? least = feasible.Length > 0 ? feasible.Min() : null;
        double[][] best = [.. usable.OrderBy(trial => trial.Violation).ThenBy(trial => context.Loss(trial.Value))
            .ThenBy(trial => trial.Number).Take(ImprovementSearch.Starts).Select(trial => Place(context, trial))];
        return new ImprovementSearch(context, active, new(process, least, limits), best).Best();

        void Limit(string name, FrozenTrial[] trials, Func<FrozenTrial[], double[]> missed) => limits.Add((
            Process(name, context, trials, missed, one => Scaled(one).Values, pending), Scaled(missed(trials)).Zero));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Invariant($"gp (startup {StartupTrials}{(LeastNoise > 0 ? Invariant($", least noise {LeastNoise}") : "")})");

    /// <summary>
    /// Mean 0 and deviation 1, and what 1 was before. All that is much worse than the median counts alike: how bad a
    /// bad point is says little about where the good ones are.
    /// </summary>
    internal static double[] Standardize(double[] losses, out double unit)
    {
        double least = losses.Min(), median = losses.Order().ElementAt(losses.Length / 2);
        (double[] values, _, unit) = Scaled([.. losses.Select(loss => Math.Min(loss, median + (median - least)))]);
        return values;
    }

    /// <summary>Mean 0 and deviation 1, where 0 was before, and what 1 was.</summary>
    private static (double[] Values, double Zero, double Unit) Scaled(double[] values)
    {
        double scale = values.Max(Math.Abs); // squares of very large and very small values are no numbers
        if (scale == 0) scale = 1;
        double[] scaled = [.. values.Select(value => value / scale)];
        double mean = scaled.Average();
        double deviation = Math.Sqrt(scaled.Average(value => (value - mean) * (value - mean)));
        double unit = deviation > 0 ? deviation : 1;
        return ([.. scaled.Select(value => (value - mean) / unit)], -mean / unit, deviation > 0 ? deviation * scale : 1);
    }

    /// <summary>At most so many of a sorted list: its first half, and every so many of the rest.</summary>
    internal static IEnumerable<T> Thinned<T>(T[] sorted, int most)
    {
        if (sorted.Length <= most) return sorted;
        int half = most / 2;
        double stride = (double)(sorted.Length - half) / (most - half);
        return sorted.Take(half).Concat(Enumerable.Range(0, most - half).Select(i => sorted[half + (int)(i * stride)]));
    }

    private static double[] Place(SamplerContext context, FrozenTrial trial) =>
        [.. context.Space.Select(parameter => context.Units(parameter.Name)[trial.Number])];

    /// <summary>Of how many trials the lengths are fitted: of all at first, later not anew with each.</summary>
    private static int Fitted(int trials)
    {
        int every = trials <= 50 ? 1 : trials <= 100 ? 3 : 10;
        return trials / every * every;
    }

    /// <summary>The losses of trials; a failed one counts as a middling one, and beside it stands how likely a trial is to fail.</summary>
    private static double[] Values(SamplerContext context, FrozenTrial[] trials)
    {
        double[] sorted = [.. trials.Where(trial => trial.State == TrialState.Complete).Select(trial => context.Loss(trial.Value)).Order()];
        double median = sorted.Length > 0 ? sorted[sorted.Length / 2] : 0;
        return [.. trials.Select(trial => trial.State == TrialState.Complete ? context.Loss(trial.Value) : median)];
    }

    /// <summary>Whether a trial tells of a constraint: one that says nothing of it satisfies it, unless it failed before.</summary>
    private static bool IsKnown(FrozenTrial trial, string constraint) =>
        trial.State == TrialState.Complete || trial.Constraints.Any(one => one.Key == constraint);

    /// <summary>
    /// By how much trials miss a constraint. All that is more than twice the median away from the limit counts alike: the
    /// limit is what matters.
    /// </summary>
    private static double[] Missed(FrozenTrial[] trials, string constraint)
    {
        double?[] said = [.. trials.Select(trial => trial.Constraints.Where(one => one.Key == constraint)
            .Select(one => (double?)one.Value).FirstOrDefault())];
        double[] sizes = [.. said.OfType<double>().Select(Math.Abs).Where(size => size > 0).Order()];
        double median = sizes.Length > 0 ? sizes[sizes.Length / 2] : 1;
        return [.. said.Select(value => Math.Clamp((value ?? -median) / median, -2, 2))];
    }

    private static double[] Failures(FrozenTrial[] trials) => [.. trials.Select(trial => trial.State == TrialState.Failed ? 1.0 : -1)];

    /// <summary>The process of a value of the trials, among them those under way as if they ended as predicted.</summary>
    private GaussianProcess Process(
        string name, SamplerContext context, FrozenTrial[] trials, Func<FrozenTrial[], double[]> values, Func<double[], double[]> standard,
        double[][] pending, double leastNoise = 0)
    {
        bool[] isNumeric = [.. context.Space.Select(parameter => parameter.Distribution.IsNumeric)];
        FrozenTrial[] some = trials[..Fitted(trials.Length)];
        if (!fits.TryGetValue(name, out (FrozenTrial[] Of, Parameter[] Space, double[] Logs) fit) || !fit.Of.SequenceEqual(some)
            || !fit.Space.SequenceEqual(context.Space))
        {
            (double[][] points, double[] losses) = Data(some, MostFitted);
            fits[name] = fit = (some, [.. context.Space], GaussianProcess.Fit(points, losses, isNumeric, leastNoise));
        }

        (double[][] all, double[] known) = Data(trials, MostGiven);
        GaussianProcess process = GaussianProcess.Given(all, known, isNumeric, fit.Logs);
        if (pending.Length == 0) return process;
        // Trials under way are taken to end as predicted, so that parallel trials keep apart: the kriging believer of
        // Ginsbourger, Le Riche and Carraro (2010).
        double[] believed = [.. pending.Select(point => process.At(point).Mean)];
        return GaussianProcess.Given([.. all, .. pending], [.. known, .. believed], isNumeric, fit.Logs);

        (double[][] Points, double[] Values) Data(FrozenTrial[] chosen, int most)
        {
            double[] found = standard(values(chosen));
            int[] order = [.. Enumerable.Range(0, found.Length).OrderBy(i => found[i]).ThenBy(i => chosen[i].Number)];
            int[] kept = [.. Thinned(order, most)];
            return ([.. kept.Select(i => Place(context, chosen[i]))], [.. kept.Select(i => found[i])]);
        }
    }
}
