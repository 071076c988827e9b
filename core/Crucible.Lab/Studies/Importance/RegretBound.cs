using Crucible.Tensors;

namespace Crucible.Lab.Studies;

/// <summary>
/// What further search may still improve, and the error of an evaluation, after some trials. Of a Gaussian process with
/// mean µ and deviation σ, given t trials of d parameters, the improvement is at most
/// min over the trials of (µ + √β σ) − min over the search space of (µ − √β σ), β = (2/5) ln(d t² π² / (6 · 0.1)),
/// which holds with probability 0.9 when the objective is drawn from such a process.
/// Makarova and others, "Automatic Termination for Hyperparameter Optimization" (2022), section 3, with the scale of β
/// from Srinivas and others, "Gaussian Process Optimization in the Bandit
/// Setting" (2010), section 6. There the error is that of cross-validation, whose folds a study does not know: here it
/// is the deviation of the noise that the process was fitted with.
/// </summary>
/// <remarks>
/// The minimum over the space is looked for among random places and around the best of them, so the bound may be a
/// little too small. Losses far worse than the median are clipped before the fit.
/// </remarks>
/// <param name="Trial">The last of the trials.</param>
/// <param name="Improvement">The bound, in the unit of the objective.</param>
/// <param name="Error">The error, in the same unit.</param>
internal sealed record RegretBound(int Trial, double Improvement, double Error)
{
    internal const int LeastTrials = 20;
    private const int Moments = 12; // of the search, that are looked at
    private const int MostGiven = 120;
    private const int Broad = 400;
    private const int Climbs = 100;

    /// <summary>The bounds at some moments of a search; none if all losses are equal.</summary>
    internal static IReadOnlyList<RegretBound> History(
        IReadOnlyList<FrozenTrial> complete, IReadOnlyList<Parameter> space, Func<FrozenTrial, double> loss)
    {
        double[][] places = [.. complete.Select(trial => space.Select(parameter =>
            trial.Set[parameter.Name] is { } value ? parameter.Distribution.ToUnit(value) : double.NaN).ToArray())];
        double[] losses = [.. complete.Select(loss)];
        int moments = Math.Min(Moments, complete.Count - LeastTrials + 1);
        return [..
            from i in Enumerable.Range(1, moments)
            let count = moments == 1 ? complete.Count : LeastTrials + (int)((long)(i - 1) * (complete.Count - LeastTrials) / (moments - 1))
            where losses.Take(count).Distinct().Count() > 1
            let bound = At(places[..count], losses[..count], space)
            select new RegretBound(complete[count - 1].Number, bound.Improvement, bound.Error)];
    }

    private static (double Improvement, double Error) At(double[][] places, double[] losses, IReadOnlyList<Parameter> space)
    {
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i])];
        double[] standard = GaussianProcessSampler.Standardize([.. order.Select(i => losses[i])], out double unit);
        double[] values = [.. GaussianProcessSampler.Thinned(standard, MostGiven)];
        double[][] points = [.. GaussianProcessSampler.Thinned([.. order.Select(i => places[i])], MostGiven)];
        bool[] isNumeric = [.. space.Select(parameter => parameter.Distribution.IsNumeric)];
        GaussianProcess process = GaussianProcess.Given(points, values, isNumeric, GaussianProcess.Fit(points, values, isNumeric));

        double width = Math.Sqrt(0.4 * Math.Log(space.Count * Math.Pow(losses.Length, 2) * Math.PI * Math.PI / 0.6));
        double best = points.Min(point => Bound(point, width));
        return (Math.Min(unit * Math.Max(best - Lowest(), 0), double.MaxValue), Math.Min(unit * process.Noise, double.MaxValue));

        double Bound(double[] place, double widths)
        {
            (double mean, double deviation) = process.At(place);
            return mean + (widths * deviation);
        }

        double Lowest()
        {
            Generator random = new(0);
            IEnumerable<double[]> broad = Enumerable.Range(0, Broad).Select(i => Moved(points[i % points.Length], 1));
            (double lowest, double[] at) = points.Concat(broad).Select(place => (Bound(place, -width), place)).MinBy(pair => pair.Item1);
            for (int i = 0; i < Climbs; i++)
            {
                double[] place = Moved(at, Math.Pow(10, -2.0 * i / Climbs));
                double tried = Bound(place, -width);
                if (tried < lowest) (lowest, at) = (tried, place);
            }

            return lowest;

            // With a step of 1 anywhere; parameters that a trial did not ask for stay away, so that only places are
            // tried that can exist.
            double[] Moved(double[] start, double step) =>
                [.. start.Select((unit, axis) => double.IsNaN(unit) ? unit : Snapped(space[axis].Distribution, step, unit, random))];
        }
    }

    private static double Snapped(Distribution distribution, double step, double unit, Generator random)
    {
        double drawn = random.NextDouble();
        double moved = step == 1 ? drawn : Math.Clamp(unit + (step * (drawn - 0.5)), 0, 1);
        if (!distribution.IsNumeric && step < 1) moved = unit;
        return distribution.Count is null ? moved : distribution.ToUnit(distribution.FromUnit(moved));
    }
}
