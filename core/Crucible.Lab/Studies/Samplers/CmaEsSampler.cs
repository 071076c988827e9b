using Crucible.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using static System.FormattableString;

namespace Crucible.Lab.Studies;

/// <summary>
/// The covariance matrix adaptation evolution strategy: each generation is drawn from a normal distribution whose mean,
/// width and shape follow the best of the generation before.
/// 1000 to 10000 trials of continuous parameters suit it; choices, and parameters that trial 0 did not ask for, are
/// random. A generation begins when the one before has ended.
/// Hansen, "The CMA Evolution Strategy: A Tutorial" (2016).
/// </summary>
public sealed class CmaEsSampler : Sampler
{
    private const int Attempts = 100; // to draw a point inside the unit cube

    private Parameter[] space = []; // that the state is of: it may have grown since
    private CmaEsState? state; // saves replaying the generations; it follows from the trials
    private FrozenTrial? last;

    /// <summary>Trials of a generation; 4 + ⌊3 ln d⌋ for d parameters when 0.</summary>
    public int Population { get; init; }

    /// <summary>
    /// The standard deviation of the first generation, as a share of each parameter's range. A sixth, with which few
    /// points fall outside, finds more in 100 trials than Hansen's 0.3:
    /// medians of 20 seeds on Ackley-10 11.5 and 15.2, on Rosenbrock-10 2000 and 5600, on Hartmann-6 -3.04 and -2.96.
    /// </summary>
    public double InitialWidth { get; init; } = 1.0 / 6;

    /// <inheritdoc/>
    public override int Needs(int number, int window, int dimensions)
    {
        int population = PopulationOf(dimensions);
        return Math.Max(number / population * population, number - window + 1);
    }

    /// <inheritdoc/>
    public override double[]? Sample(SamplerContext context)
    {
        if (context.Directions.Count > 1) throw StudyErrors.SamplerSeveral("cma-es", context.Directions.Count);
        double[] units = RandomSampler.Uniform(context);
        IReadOnlyList<string> first = context.Trials.Count > 0
            ? [.. context.Trials[0].Set.Entries.Select(entry => entry.Parameter.Name)]
            : [.. context.Space.Select(parameter => parameter.Name)]; // then only trial 0 is known
        int[] places = [.. Enumerable.Range(0, units.Length)
            .Where(i => context.Space[i].Distribution.IsNumeric && first.Contains(context.Space[i].Name))];
        if (places.Length == 0) return units;
        int population = PopulationOf(first.Count);
        CmaEsState distribution = At(context, places, context.Number / population, population);
        double[] point = [];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            point = distribution.Draw(context.Random);
            if (point.All(x => x is >= 0 and <= 1)) break;
        }

        for (int i = 0; i < places.Length; i++) units[places[i]] = Math.Clamp(point[i], 0, 1);
        return units;
    }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"cma-es (population {Population}, width {InitialWidth})");

    private int PopulationOf(int dimensions) => Population switch
    {
        0 => 4 + (int)Math.Floor(3 * Math.Log(Math.Max(dimensions, 1))),
        >= 2 => Population,
        _ => throw StudyErrors.StudyOption(nameof(Population), "0 or at least 2", Population),
    };

    private CmaEsState At(SamplerContext context, int[] places, int generation, int population)
    {
        bool isKnown = state is not null
            && state.Generation <= generation
            && (state.Generation == 0 || context.Trials[(state.Generation * population) - 1] == last);
        Parameter[] now = [.. places.Select(place => context.Space[place])];
        if (!isKnown || !now.SequenceEqual(space)) (space, state) = (now, new CmaEsState(places.Length, population, InitialWidth));
        while (state!.Generation < generation)
        {
            int start = state.Generation * population;
            FrozenTrial[] trials = [.. context.Trials.Skip(start).Take(population)];
            // Complete trials by what they miss of their constraints, then by value, then pruned ones, then failed ones.
            IEnumerable<FrozenTrial> order = trials.OrderBy(trial => trial.State).ThenBy(trial => trial.Violation)
                .ThenBy(trial => trial.Values.Count > 0 ? context.Loss(trial.Value) : 0).ThenBy(trial => trial.Number);
            bool anyComplete = trials.Any(trial => trial.State == TrialState.Complete);
            state.Advance(
                [.. order.Select(trial => places.Select(place => context.Units(context.Space[place].Name)[trial.Number]).ToArray())],
                anyComplete);
            last = trials[^1];
        }

        return state;
    }
}

/// <summary>
/// The normal distribution of one generation and what it takes to get to the next. Letters and constants are those of
/// Hansen's tutorial, table 1.
/// </summary>
internal sealed class CmaEsState
{
    private const double LeastWidth = 1e-9; // below, points of a generation are equal in double precision

    private readonly double[] weights; // of the best half
    private readonly double muEff;
    private readonly double cc;
    private readonly double cSigma;
    private readonly double c1;
    private readonly double cMu;
    private readonly double dSigma;
    private readonly double chi; // the expected length of a standard normal vector

    private Vector<double> mean;
    private Matrix<double> covariance;
    private Matrix<double> axes; // B
    private Vector<double> lengths; // D
    private Vector<double> path;
    private Vector<double> pathSigma;
    private double sigma;

    internal CmaEsState(int dimensions, int population, double width)
    {
        double n = dimensions;
        int mu = population / 2;
        double[] raw = [.. Enumerable.Range(1, mu).Select(i => Math.Log((population + 1) / 2.0) - Math.Log(i))];
        weights = [.. raw.Select(weight => weight / raw.Sum())];
        muEff = 1 / weights.Sum(weight => weight * weight);
        cc = (4 + (muEff / n)) / (n + 4 + (2 * muEff / n));
        cSigma = (muEff + 2) / (n + muEff + 5);
        c1 = 2 / (((n + 1.3) * (n + 1.3)) + muEff);
        cMu = Math.Min(1 - c1, 2 * (muEff - 2 + (1 / muEff)) / (((n + 2) * (n + 2)) + muEff));
        dSigma = 1 + (2 * Math.Max(0, Math.Sqrt((muEff - 1) / (n + 1)) - 1)) + cSigma;
        chi = Math.Sqrt(n) * (1 - (1 / (4 * n)) + (1 / (21 * n * n)));
        (Dimensions, sigma) = (dimensions, width);
        mean = Vector<double>.Build.Dense(dimensions, 0.5);
        covariance = Matrix<double>.Build.DenseIdentity(dimensions);
        axes = Matrix<double>.Build.DenseIdentity(dimensions);
        lengths = Vector<double>.Build.Dense(dimensions, 1);
        path = Vector<double>.Build.Dense(dimensions);
        pathSigma = Vector<double>.Build.Dense(dimensions);
    }

    internal int Dimensions { get; }

    /// <summary>How many generations it has learned from.</summary>
    internal int Generation { get; private set; }

    internal double[] Draw(Generator random)
    {
        double[] normal = new double[Dimensions];
        random.Normal(normal);
        return [.. mean + (sigma * (axes * lengths.PointwiseMultiply(Vector<double>.Build.Dense(normal))))];
    }

    /// <summary>Learns from the points of a generation, best first. One without a complete trial teaches nothing.</summary>
    internal void Advance(double[][] points, bool isUsable)
    {
        Generation++;
        if (!isUsable) return;
        // A coordinate that a trial did not ask for says nothing: it stays at the mean.
        Vector<double>[] steps = [.. points.Take(weights.Length)
            .Select(point => Vector<double>.Build.Dense(Dimensions, i => double.IsNaN(point[i]) ? 0 : (point[i] - mean[i]) / sigma))];
        Vector<double> step = Vector<double>.Build.Dense(Dimensions);
        for (int i = 0; i < steps.Length; i++) step += weights[i] * steps[i];
        mean += sigma * step;

        Vector<double> whitened = axes * (axes.TransposeThisAndMultiply(step) / lengths);
        pathSigma = ((1 - cSigma) * pathSigma) + (Math.Sqrt(cSigma * (2 - cSigma) * muEff) * whitened);
        double decay = Math.Sqrt(1 - Math.Pow(1 - cSigma, 2 * Generation));
        double stalls = pathSigma.L2Norm() / decay < (1.4 + (2.0 / (Dimensions + 1))) * chi ? 1 : 0;
        path = ((1 - cc) * path) + (stalls * Math.Sqrt(cc * (2 - cc) * muEff) * step);

        double kept = 1 - c1 - cMu + (c1 * (1 - stalls) * cc * (2 - cc));
        covariance = (kept * covariance) + (c1 * path.OuterProduct(path));
        for (int i = 0; i < steps.Length; i++) covariance += cMu * weights[i] * steps[i].OuterProduct(steps[i]);
        sigma = Math.Clamp(sigma * Math.Exp(cSigma / dSigma * ((pathSigma.L2Norm() / chi) - 1)), LeastWidth, 1);
        Decompose();
    }

    private void Decompose()
    {
        covariance = (covariance + covariance.Transpose()) / 2;
        Evd<double> parts = covariance.Evd(Symmetricity.Symmetric);
        axes = parts.EigenVectors;
        lengths = parts.EigenValues.Map(value => Math.Sqrt(Math.Max(value.Real, 1e-20)));
    }
}
