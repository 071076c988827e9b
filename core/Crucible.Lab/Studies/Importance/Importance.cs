using Crucible.Tensors;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// How much each parameter of a study matters: which share of the variance of the objective over the whole search space
/// comes from it alone, from each pair beyond its two, and from the rest.
/// The objective is known at the trials only, so a random forest stands for it, whose variance is divided exactly
/// (fANOVA: Hutter, Hoos and Leyton-Brown,
/// "An Efficient Approach for Assessing Hyperparameter Importance", 2014).
/// </summary>
/// <remarks>
/// Every place of the space counts alike, by ratios along a logarithmic range, though a sampler looks more often where
/// values are good. A parameter that only some trials ask for counts as one
/// without effect where it is not asked for. Values far worse than most (15 times as far from the best as the trial
/// that three of four beat) count as the worst of the others: a few diverged trials would
/// otherwise be all the variance there is. The same trials give the same shares.
/// </remarks>
public sealed class Importance
{
    private const int Trees = 64;
    private const int MostRows = 1000; // a tree; of more trials each tree learns from others
    private const int LeastTrials = 8;
    private const double LeastFit = 0.2; // below it the shares say nothing
    private const double LeastShare = 0.05; // that is worth a word
    private const double LeastLeaf = 1;
    private const double UsualBest = 0.1; // of the trials

    private Importance(
        ImportanceMethod method, IReadOnlyList<ParameterShare> parameters, IReadOnlyList<PairShare> pairs, double fit, string? reason) =>
        (Method, Parameters, Pairs, Fit, Reason) = (method, parameters, pairs, fit, reason);

    /// <summary>What the shares are of.</summary>
    public ImportanceMethod Method { get; }

    /// <summary>Every parameter with its share, the largest first.</summary>
    public IReadOnlyList<ParameterShare> Parameters { get; }

    /// <summary>
    /// Every pair of parameters with what they do together beyond what each does alone, the largest first; PED-ANOVA, which
    /// looks at one parameter at a time, has none.
    /// </summary>
    public IReadOnlyList<PairShare> Pairs { get; }

    /// <summary>
    /// How well the forest foretells trials that it has not seen: 1 − squared error / variance, 1 at best. Near 0 the
    /// shares say nothing: too few trials, or an objective that is mostly noise. NaN for PED-ANOVA, which foretells nothing.
    /// </summary>
    public double Fit { get; }

    /// <summary>Why nothing can be said, if so; the shares are then 0.</summary>
    public string? Reason { get; }

    /// <summary>Computes the shares from a study's complete trials.</summary>
    /// <param name="study">The study.</param>
    /// <param name="objective">Which of its values.</param>
    /// <exception cref="StudyException">The study has no such objective.</exception>
    public static Importance Of(Study study, int objective = 0) => Of(study, objective, Of);

    /// <summary>
    /// Computes by PED-ANOVA which parameters tell whether a trial is among the best: unlike the shares of the whole space's
    /// variance it asks what matters where values are good, and takes no time to speak of with any number of trials.
    /// Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces" (2023).
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="objective">Which of its values.</param>
    /// <param name="best">The share of the complete trials that are the best, above 0 and below 1; of these, those that satisfy
    /// their constraints.</param>
    /// <exception cref="StudyException">The study has no such objective, or the share is another.</exception>
    public static Importance PedAnova(Study study, int objective = 0, double best = UsualBest)
    {
        if (!(best is > 0 and < 1)) throw StudyErrors.StudyOption(nameof(best), "above 0 and below 1", best);
        return Of(study, objective, (trials, space, losses) => OfBest(trials, space, losses, best));
    }

    private static Importance Of(
        Study study, int objective, Func<IReadOnlyList<FrozenTrial>, IReadOnlyList<Parameter>, double[], Importance> compute)
    {
        if (objective < 0 || objective >= study.Directions.Count) throw StudyErrors.NoSuchObjective(objective, study.Directions.Count);
        (Parameter[] space, FrozenTrial[] complete) =
            SearchSpace.Of([.. study.Trials.Where(trial => trial.State == TrialState.Complete)]);
        double sign = study.Directions[objective] == StudyDirection.Minimize ? 1 : -1;
        return compute(complete, space, [.. complete.Select(trial => sign * trial.Values[objective])]);
    }

    /// <summary>What mattered, in words.</summary>
    public override string ToString()
    {
        if (Reason is not null) return $"What mattered cannot be told: {Reason}.";
        if (Method == ImportanceMethod.PedAnova)
        {
            string[] parts = [.. Parameters.Where(parameter => parameter.Share >= LeastShare).Select(Named)];
            return $"What sets the best trials apart from all, by PED-ANOVA: {string.Join(", ", parts)}.";
        }

        string forest = Invariant($"1 - squared error / variance = {Fit:F2}");
        if (Fit < LeastFit)
        {
            return "What mattered cannot be told from these trials: a random forest predicts trials that it has not seen hardly better than their mean does "
                + $"({forest}). The search looks mostly where values are good, and there the rest is chance.";
        }

        string[] named = [.. Parameters.Where(parameter => parameter.Share >= LeastShare)
            .Select(Named)];
        if (named.Length == 0) return "No parameter explains 5 % or more of the variance alone.";
        string together = Pairs.FirstOrDefault(pair => pair.Share >= LeastShare) is { } pair
            ? $" {pair.First} and {pair.Second} do {Percent(pair.Share)} together beyond what each does alone."
            : "";
        return $"What mattered, as shares of the variance over the whole search space: {string.Join(", ", named)}.{together} All others stay below 5 % alone. "
            + $"The forest behind these figures predicts trials that it has not seen with {forest}.";

        static string Named(ParameterShare parameter) => $"{parameter.Name} ({Percent(parameter.Share)})";

        static string Percent(double share) => Invariant($"{100 * share:F0} %");
    }

    internal static Importance Of(IReadOnlyList<FrozenTrial> trials, IReadOnlyList<Parameter> space, double[] losses)
    {
        if (ReasonAgainst(trials, space, losses) is { } reason) return Unknown(ImportanceMethod.Fanova, space, reason);
        double worst = Fence.Worst(losses);
        return Of(
            Places(trials, space),
            [.. losses.Select(loss => Math.Min(loss, worst))],
            [.. space.Select(parameter => Side.Whole(parameter.Distribution))],
            space);
    }

    internal static Importance OfBest(
        IReadOnlyList<FrozenTrial> trials, IReadOnlyList<Parameter> space, double[] losses, double best = UsualBest)
    {
        if (ReasonAgainst(trials, space, losses) is { } reason) return Unknown(ImportanceMethod.PedAnova, space, reason);
        if (!trials.Any(trial => trial.IsFeasible)) return Unknown(ImportanceMethod.PedAnova, space, "no trial satisfies its constraints");
        double[] ranked = [.. losses.Select((loss, i) => trials[i].IsFeasible ? loss : double.PositiveInfinity)];
        if (Studies.PedAnova.Shares(Places(trials, space), ranked, space, best) is not { } shares)
            return Unknown(ImportanceMethod.PedAnova, space, "the best trials have the values that all have");
        return new Importance(
            ImportanceMethod.PedAnova,
            [.. space.Select((parameter, i) => new ParameterShare(parameter.Name, shares[i], 0)).OrderByDescending(share => share.Share)],
            [], double.NaN, null);
    }

    private static string? ReasonAgainst(IReadOnlyList<FrozenTrial> trials, IReadOnlyList<Parameter> space, double[] losses) =>
        trials.Count < LeastTrials ? Invariant($"it takes {LeastTrials} complete trials, and there are {trials.Count}")
        : space.Count == 0 ? "the trials have no parameters"
        : losses.Distinct().Count() == 1 ? "all trials have the same value"
        : null;

    private static Importance Unknown(ImportanceMethod method, IReadOnlyList<Parameter> space, string reason) =>
        new(method, [.. space.Select(parameter => new ParameterShare(parameter.Name, 0, 0))], [], double.NaN, reason);

    private static double[][] Places(IReadOnlyList<FrozenTrial> trials, IReadOnlyList<Parameter> space) =>
        [.. trials.Select(trial => space.Select(parameter =>
            trial.Set[parameter.Name] is { } value ? parameter.Distribution.ToUnit(value) : double.NaN).ToArray())];

    private static Importance Of(double[][] places, double[] losses, Side[] whole, IReadOnlyList<Parameter> space)
    {
        List<VarianceShares> shares = [];
        double[] guesses = new double[losses.Length];
        int[] guessed = new int[losses.Length];
        for (int tree = 0; tree < Trees; tree++)
        {
            double[] weights = Drawn(losses.Length, new Generator(0).Split((ulong)tree));
            RegressionTree grown = RegressionTree.Of(places, losses, weights, whole, LeastLeaf);
            VarianceShares divided = new(grown.Leaves());
            if (divided.Total > 0) shares.Add(divided);
            for (int i = 0; i < losses.Length; i++)
            {
                if (weights[i] > 0) continue;
                guesses[i] += grown.At(places[i]);
                guessed[i]++;
            }
        }

        return new Importance(
            ImportanceMethod.Fanova,
            [.. space.Select((parameter, axis) => Share(parameter.Name, [.. shares.Select(tree => tree.Single[axis] / tree.Total)]))
                .OrderByDescending(share => share.Share)],
            [.. PairsOf(shares, space).OrderByDescending(pair => pair.Share)],
            Determination(losses, guesses, guessed),
            shares.Count == 0 ? "the values do not depend on the parameters in a way that a forest finds" : null);
    }

    private static ParameterShare Share(string name, double[] shares)
    {
        double mean = shares.Length == 0 ? 0 : shares.Average();
        return new ParameterShare(name, mean, shares.Length == 0 ? 0 : Math.Sqrt(shares.Average(share => (share - mean) * (share - mean))));
    }

    private static IEnumerable<PairShare> PairsOf(List<VarianceShares> shares, IReadOnlyList<Parameter> space) =>
        from first in Enumerable.Range(0, space.Count)
        from second in Enumerable.Range(first + 1, space.Count - first - 1)
        select new PairShare(
            space[first].Name, space[second].Name, shares.Count == 0 ? 0 : shares.Average(tree => tree.Pair(first, second) / tree.Total));

    /// <summary>How often each trial is drawn when as many are drawn as there are, each time from all.</summary>
    private static double[] Drawn(int count, Generator random)
    {
        double[] weights = new double[count];
        for (int i = 0; i < Math.Min(count, MostRows); i++) weights[random.NextInt(count)]++;
        return weights;
    }

    private static double Determination(double[] losses, double[] guesses, int[] guessed)
    {
        int[] seen = [.. Enumerable.Range(0, losses.Length).Where(i => guessed[i] > 0)];
        if (seen.Length < 2) return double.NaN;
        double mean = seen.Average(i => losses[i]);
        double error = seen.Sum(i => Math.Pow(losses[i] - (guesses[i] / guessed[i]), 2));
        return 1 - (error / seen.Sum(i => Math.Pow(losses[i] - mean, 2)));
    }
}

/// <summary>What the shares of importance are of.</summary>
public enum ImportanceMethod
{
    /// <summary>The variance of the objective over the whole space, as a random forest has it.</summary>
    Fanova,

    /// <summary>The variance of whether a trial is among the best.</summary>
    PedAnova,
}

/// <summary>What a parameter does alone.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Share">Its share of the variance, from 0 to 1.</param>
/// <param name="Deviation">How much the trees of the forest differ about it: one standard deviation.</param>
public sealed record ParameterShare(string Name, double Share, double Deviation);

/// <summary>What two parameters do together beyond what each does alone.</summary>
/// <param name="First">One parameter.</param>
/// <param name="Second">The other.</param>
/// <param name="Share">Their share of the variance, from 0 to 1.</param>
public sealed record PairShare(string First, string Second, double Share);
