using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// The tree-structured Parzen estimator: models where good trials lie, l(x), and where the others do, g(x), and takes
/// of some draws from l the one with the largest l(x) / g(x).
/// 100 to 1000 trials suit it.
/// Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (2011); Watanabe,
/// "Tree-Structured Parzen Estimator" (2023).
/// </summary>
public sealed class TpeSampler : Sampler
{
    private const int MostGood = 25;
    // Beyond it, one of every few stands for its neighbours in time, so that a choice costs the same after any number
    // of trials
    private const int MostBad = 2000;

    private const int OnlyTogether = 60; // trials

    /// <summary>Trials that must have ended before the model is used; those before are random.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <summary>How many draws compete.</summary>
    public int Candidates { get; init; } = 24;

    /// <summary>
    /// Whether kernels span all parameters at once, as finds in few trials parameters that only work together, or each
    /// parameter is chosen alone, with kernels that grow narrower; null, the default, for the first up to trial 60, and from
    /// then on both in turn.
    /// </summary>
    public bool? Multivariate { get; init; }

    /// <summary>
    /// Whether parameters that the same trials asked for, as those of one kind of model, are chosen by these trials alone, of
    /// which a tenth is good; else by all, a parameter that a trial did not ask for being free in its kernel. It finds more where
    /// kinds of model have next to nothing in common, and usually less: docs/log.md.
    /// </summary>
    public bool Grouped { get; init; }

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        bool isKnown = context.Trials.Any(trial => trial.Values.Count > 0);
        if (context.Trials.Count < Math.Max(StartupTrials, 2) || !isKnown) return RandomSampler.Uniform(context);
        bool isTogether = Multivariate ?? (context.Number < OnlyTogether || context.Number % 2 == 0);
        double[] chosen = new double[context.Space.Count];
        foreach (int[] axes in Grouped ? Groups(context) : [[.. Enumerable.Range(0, chosen.Length)]])
        {
            (int[] good, int[] others) = Split(context, axes);
            double[] part = isTogether ? Together(context, axes, good, others) : Alone(context, axes, good, others);
            for (int i = 0; i < axes.Length; i++) chosen[axes[i]] = part[i];
        }

        return chosen;
    }

    /// <summary>The parameters in groups that the same trials asked for, as those of one kind of model.</summary>
    private static IEnumerable<int[]> Groups(SamplerContext context)
    {
        // One that failed may have asked for less
        int[] ended = [.. context.Trials.Where(trial => trial.State != TrialState.Failed).Select(trial => trial.Number)];
        return Enumerable.Range(0, context.Space.Count).GroupBy(Asked).Select(group => group.ToArray());

        string Asked(int axis)
        {
            ReadOnlySpan<double> units = context.Units(context.Space[axis].Name);
            char[] asked = new char[ended.Length];
            for (int i = 0; i < asked.Length; i++) asked[i] = double.IsNaN(units[ended[i]]) ? '0' : '1';
            return new string(asked);
        }
    }

    /// <summary>The good ones of the trials that a group of parameters is chosen by, and the others, each by number.</summary>
    private (int[] Good, int[] Others) Split(SamplerContext context, int[] axes)
    {
        double[] units = context.Units(context.Space[axes[0]].Name).ToArray();
        FrozenTrial[] own = [.. context.Trials.Where(trial => !Grouped || !double.IsNaN(units[trial.Number]))];
        HashSet<int> good = [.. Good(context, [.. own.Where(trial => trial.Values.Count > 0)])];
        // A trial that failed is a bad one: else the search would go where nothing is known but failures
        return ([.. good.Order()], Thinned([.. own.Select(trial => trial.Number).Where(number => !good.Contains(number))]));
    }

    private double[] Together(SamplerContext context, int[] axes, int[] good, int[] others)
    {
        ParzenEstimator below = new(context, axes, good, []);
        // Trials under way count as bad ones, so that parallel trials keep apart: the constant liar of Ginsbourger, Le
        // Riche and Carraro (2010).
        ParzenEstimator above = new(context, axes, others, context.Pending);
        return Best(() => below.Draw(context.Random), candidate => below.LogHeight(candidate) - above.LogHeight(candidate));
    }

    private double[] Alone(SamplerContext context, int[] axes, int[] good, int[] others)
    {
        double[] chosen = new double[axes.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            (string name, Distribution distribution) = context.Space[axes[i]];
            double[] units = context.Units(name).ToArray();
            MarginEstimator below = new(distribution, Known(good.Select(number => units[number])));
            IEnumerable<double> pending = context.Pending.Select(point => point[axes[i]]);
            MarginEstimator above = new(distribution, Known([.. others.Select(number => units[number]), .. pending]));
            chosen[i] = Best(() => below.Draw(context.Random), place => below.LogDensity(place) - above.LogDensity(place));
        }

        return chosen;

        static double[] Known(IEnumerable<double> places) => [.. places.Where(place => !double.IsNaN(place))];
    }

    private T Best<T>(Func<T> draw, Func<T, double> score)
    {
        T best = draw();
        double highest = score(best);
        for (int i = 1; i < Candidates; i++)
        {
            T candidate = draw();
            if (score(candidate) is double tried && tried > highest) (highest, best) = (tried, candidate);
        }

        return best;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string kind = Multivariate switch { null => "", true => ", multivariate", false => ", univariate" };
        return Invariant($"tpe (startup {StartupTrials}, candidates {Candidates}{kind}{(Grouped ? ", grouped" : "")})");
    }

    /// <summary>
    /// A tenth of the trials, at most 25: complete ones by value, then pruned ones, those that came farther first, then those
    /// that do not satisfy their constraints, those that miss less first.
    /// </summary>
    private static IEnumerable<int> Good(SamplerContext context, FrozenTrial[] usable)
    {
        int count = Math.Min((int)Math.Ceiling(0.1 * usable.Length), MostGood);
        if (context.Directions.Count > 1)
        {
            double[][] losses = [.. usable.Select(trial => trial.Values.Select(context.Loss).ToArray())];
            return Pareto.Best(losses, [.. usable.Select(trial => trial.Violation)], count).Select(i => usable[i].Number);
        }

        return usable.OrderBy(trial => trial.Violation).ThenBy(trial => trial.State)
            .ThenByDescending(trial => trial.State == TrialState.Pruned ? trial.Reports.Count : 0)
            .ThenBy(trial => context.Loss(trial.Value)).ThenBy(trial => trial.Number).Take(count).Select(trial => trial.Number);
    }

    private static int[] Thinned(int[] numbers) =>
        numbers.Length <= MostBad
            ? numbers
            : [.. Enumerable.Range(0, MostBad).Select(i => numbers[(int)((long)i * numbers.Length / MostBad)])];
}
