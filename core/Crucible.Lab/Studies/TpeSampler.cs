namespace Crucible.Lab.Studies;

/// <summary>
/// The tree-structured Parzen estimator: models where good trials lie, l(x), and where the others do, g(x), and takes of some draws from l the one with the largest l(x) / g(x).
/// The kernels span all parameters at once (multivariate), so that parameters which only work together are found together. 100 to 1000 trials suit it.
/// Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (2011); Watanabe, "Tree-Structured Parzen Estimator" (2023).
/// </summary>
public sealed class TpeSampler : Sampler
{
    private const int MostGood = 25;
    private const int MostBad = 2000; // beyond it, one of every few stands for its neighbours in time, so that a choice costs the same after any number of trials

    /// <summary>Trials that must have ended before the model is used; those before are random.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <summary>How many draws compete.</summary>
    public int Candidates { get; init; } = 24;

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        int[] usable = [.. context.Trials.Where(trial => trial.Values.Count > 0).Select(trial => trial.Number)];
        if (usable.Length < Math.Max(StartupTrials, 2)) return RandomSampler.Uniform(context);
        HashSet<int> good = [.. Good(context, usable)];
        ParzenEstimator below = new(context, [.. good.Order()], []);
        // Trials under way count as bad ones, so that parallel trials keep apart: the constant liar of Ginsbourger, Le Riche and Carraro (2010).
        ParzenEstimator above = new(context, Thinned([.. usable.Where(number => !good.Contains(number))]), context.Pending);
        double[] units = [];
        double best = double.NegativeInfinity;
        for (int i = 0; i < Candidates; i++)
        {
            double[] candidate = below.Draw(context.Random);
            double score = below.LogHeight(candidate) - above.LogHeight(candidate);
            if (score > best) (best, units) = (score, candidate);
        }

        return units;
    }

    /// <inheritdoc/>
    public override string ToString() => Errors.Text($"tpe (startup {StartupTrials}, candidates {Candidates})");

    /// <summary>A tenth of the trials, at most 25: complete ones by value, then pruned ones, those that came farther first.</summary>
    private static IEnumerable<int> Good(SamplerContext context, int[] usable)
    {
        int count = Math.Min((int)Math.Ceiling(0.1 * usable.Length), MostGood);
        if (context.Directions.Count > 1)
        {
            return Pareto.Best([.. usable.Select(number => context.Trials[number].Values.Select(context.Loss).ToArray())], count).Select(i => usable[i]);
        }

        int[] complete = [.. Of(TrialState.Complete).OrderBy(number => context.Loss(context.Trials[number].Value)).Take(count)];
        IEnumerable<int> pruned = Of(TrialState.Pruned).OrderByDescending(number => context.Trials[number].Reports.Count).ThenBy(number => context.Loss(context.Trials[number].Value));
        return complete.Concat(pruned.Take(count - complete.Length));

        IEnumerable<int> Of(TrialState state) => usable.Where(number => context.Trials[number].State == state);
    }

    private static int[] Thinned(int[] numbers) =>
        numbers.Length <= MostBad ? numbers : [.. Enumerable.Range(0, MostBad).Select(i => numbers[(int)((long)i * numbers.Length / MostBad)])];
}
