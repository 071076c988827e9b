using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// A genetic algorithm for several objectives: of the trials so far a population is kept, front after front and within a
/// front those farthest from their neighbours; each trial is a child of two of them, crossed and mutated. 200 trials or more
/// of any kinds of parameters suit it; it takes constraints, and one objective too. Pruned and failed trials have no children.
/// Deb, Pratap, Agarwal and Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II" (2002); Deb and Agrawal,
/// "Simulated Binary Crossover for Continuous Search Space" (1995).
/// </summary>
/// <remarks>
/// Every trial joins the population as soon as it is visible, instead of a generation at a time: workers never wait for the
/// end of a generation, and more is found with the same trials (Durillo, Nebro, Luna and Alba, "On the Effect of the
/// Steady-State Selection Scheme in Multi-Objective Genetic Algorithms", 2009).
/// </remarks>
public sealed class NsgaIISampler : Sampler
{
    private const double Even = 0.5; // the chance that a child's coordinate is crossed, and that a choice is the other parent's
    private const double CrossingIndex = 15; // the larger, the nearer children are to their parents
    private const double MutationIndex = 20;
    private const long FewValues = 16; // of a number, which mutates to any of them: a small step would not leave its share

    private List<FrozenTrial> population = []; // of the first trials, the best first; it saves beginning anew, as it follows from them
    private int count;
    private FrozenTrial? last;

    /// <summary>Trials that may have children, at least 2; as many are drawn at random first.</summary>
    public int Population { get; init; } = 20;

    /// <summary>The probability that a child is crossed from two parents; else it is one of them, mutated.</summary>
    public double Crossover { get; init; } = 0.9;

    /// <summary>The probability that a parameter mutates; one over the number of parameters when null.</summary>
    public double? Mutation { get; init; }

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        Check();
        Advance(context);
        if (context.Trials.Count < Population || population.Count < 2) return RandomSampler.Uniform(context);
        double[] first = Parent(context), second = Parent(context);
        double[] child = context.Random.NextDouble() < Crossover ? Crossed(context, first, second) : first;
        return Mutated(context, child);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        string mutation = Mutation is { } chance ? Invariant($", mutation {chance}") : "";
        return Invariant($"nsga-ii (population {Population}, crossover {Crossover}{mutation})");
    }

    /// <summary>The two children that simulated binary crossover has of two numbers, each inside the unit interval.</summary>
    /// <param name="low">The smaller number.</param>
    /// <param name="high">The larger number.</param>
    /// <param name="uniform">From 0 to 1: 0.5 gives the parents themselves.</param>
    internal static (double Low, double High) Crossed(double low, double high, double uniform)
    {
        double apart = high - low;
        if (apart < 1e-12) return (low, high);
        double middle = 0.5 * (low + high);
        return (middle - (0.5 * apart * Spread(low)), middle + (0.5 * apart * Spread(1 - high)));

        // The distribution of the spread is cut off where the child would leave the interval.
        double Spread(double room)
        {
            double alpha = 2 - Math.Pow(1 + (2 * room / apart), -(CrossingIndex + 1));
            double share = uniform * alpha;
            return Math.Pow(share <= 1 ? share : 1 / (2 - share), 1 / (CrossingIndex + 1));
        }
    }

    /// <summary>A number near another inside the unit interval: polynomial mutation.</summary>
    /// <param name="unit">The number.</param>
    /// <param name="uniform">From 0 to 1: 0.5 leaves it as it is.</param>
    internal static double Moved(double unit, double uniform)
    {
        const double power = MutationIndex + 1;
        return uniform < 0.5
            ? unit - 1 + Math.Pow((2 * uniform) + ((1 - (2 * uniform)) * Math.Pow(1 - unit, power)), 1 / power)
            : unit + 1 - Math.Pow((2 * (1 - uniform)) + (((2 * uniform) - 1) * Math.Pow(unit, power)), 1 / power);
    }

    private void Check()
    {
        if (Population < 2) throw StudyErrors.StudyOption(nameof(Population), "at least 2", Population);
        if (!(Crossover is >= 0 and <= 1)) throw StudyErrors.StudyOption(nameof(Crossover), "from 0 to 1", Crossover);
        if (Mutation is { } chance && !(chance is >= 0 and <= 1)) throw StudyErrors.StudyOption(nameof(Mutation), "from 0 to 1", chance);
    }

    /// <summary>Lets the trials that are new join, one after another; whoever is then one too many, the last of all, leaves.</summary>
    private void Advance(SamplerContext context)
    {
        bool goesOn = count == 0 || (count <= context.Trials.Count && ReferenceEquals(last, context.Trials[count - 1]));
        if (!goesOn) (population, count) = ([], 0);
        for (; count < context.Trials.Count; count++)
        {
            last = context.Trials[count];
            if (last.State != TrialState.Complete) continue;
            population.Add(last);
            double[][] losses = [.. population.Select(trial => trial.Values.Select(context.Loss).ToArray())];
            double[] violations = [.. population.Select(trial => trial.Violation)];
            population = [.. Pareto.Best(losses, violations, Population).Select(place => population[place])];
        }
    }

    /// <summary>The better one of two of the population, drawn at random.</summary>
    private double[] Parent(SamplerContext context)
    {
        int place = Math.Min(context.Random.NextInt(population.Count), context.Random.NextInt(population.Count));
        FrozenTrial trial = population[place];
        return [.. context.Space.Select(parameter => context.Units(parameter.Name)[trial.Number])];
    }

    private static double[] Crossed(SamplerContext context, double[] first, double[] second)
    {
        double[] child = [.. first];
        for (int axis = 0; axis < child.Length; axis++)
        {
            (bool crosses, double uniform, bool takesSecond) =
                (context.Random.NextDouble() < Even, context.Random.NextDouble(), context.Random.NextDouble() < Even);
            if (double.IsNaN(first[axis]) || double.IsNaN(second[axis]))
            {
                if (double.IsNaN(first[axis])) child[axis] = second[axis]; // the parent that asked for it
            }
            else if (crosses && context.Space[axis].Distribution.IsNumeric)
            {
                (double low, double high) =
                    Crossed(Math.Min(first[axis], second[axis]), Math.Max(first[axis], second[axis]), uniform);
                child[axis] = takesSecond == (first[axis] <= second[axis]) ? high : low;
            }
            else if (takesSecond)
            {
                child[axis] = second[axis];
            }
        }

        return child;
    }

    private double[] Mutated(SamplerContext context, double[] child)
    {
        double chance = Mutation ?? (1.0 / child.Length);
        for (int axis = 0; axis < child.Length; axis++)
        {
            (bool mutates, double uniform) = (context.Random.NextDouble() < chance, context.Random.NextDouble());
            Distribution distribution = context.Space[axis].Distribution;
            bool isNew = double.IsNaN(child[axis]) || (mutates && (!distribution.IsNumeric || distribution.Count <= FewValues));
            child[axis] = isNew ? uniform : mutates ? Moved(child[axis], uniform) : child[axis];
        }

        return child;
    }
}
