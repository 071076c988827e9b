using MathNet.Numerics;

namespace Crucible.Lab.Studies;

/// <summary>
/// How much each parameter tells whether a trial is among the best: with p the density of a parameter's values in the best
/// trials, a share γ of all, and q that in all trials, v = γ² ∫ q (p/q − 1)², the variance that the parameter alone explains of
/// "it is among the best". The densities need one pass over the trials, and no model of the objective:
/// Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces" (2023),
/// section 4. Where only some trials ask for a parameter, γ, p and q are those of these trials, and v counts by their share.
/// </summary>
/// <remarks>
/// The density of a number is that of normal kernels, cut off at the ends of its range, whose deviation follows Scott's rule,
/// 1.059 min(s, r / 1.34) n^(-1/5) for n values with deviation s and interquartile range r; it is summed in at most 50 equal
/// cells, one a value where there are fewer, and no kernel is narrower than half a cell. Each density counts one value
/// more, spread evenly, so that nothing is divided by 0.
/// </remarks>
internal static class PedAnova
{
    private const int MostCells = 50;

    /// <summary>The shares of the parameters, which sum to 1; none if the best trials have no values of their own.</summary>
    /// <param name="places">A row a trial, with its place along each parameter; NaN where it did not ask for it.</param>
    /// <param name="losses">A loss a trial; ∞ for one that is never among the best.</param>
    /// <param name="space">The parameters.</param>
    /// <param name="quantile">The share of the trials that are the best; those as good as the worst of them are, too.</param>
    internal static double[]? Shares(double[][] places, double[] losses, IReadOnlyList<Parameter> space, double quantile)
    {
        double limit = losses.Order().ElementAt((int)Math.Ceiling(quantile * losses.Length) - 1);
        double[] variances = [.. space.Select((parameter, axis) => Variance(
            [.. places.Select((place, i) => (place[axis], losses[i] <= limit && double.IsFinite(losses[i])))
                    .Where(one => !double.IsNaN(one.Item1))],
            parameter.Distribution) / losses.Length)];
        double total = variances.Sum();
        return total > 1e-12 ? [.. variances.Select(variance => variance / total)] : null;
    }

    /// <summary>What a parameter explains alone, times the number of trials that asked for it.</summary>
    private static double Variance((double Unit, bool IsBest)[] asked, Distribution distribution)
    {
        double[] best = [.. asked.Where(one => one.IsBest).Select(one => one.Unit)];
        if (best.Length == 0) return 0;
        double[] p = Density(best, distribution), q = Density([.. asked.Select(one => one.Unit)], distribution);
        double share = best.Length / (double)asked.Length;
        return asked.Length * share * share * Divergence(p, q);
    }

    /// <summary>Pearson's divergence ∑ q (p/q − 1)².</summary>
    internal static double Divergence(double[] p, double[] q) => p.Select((one, i) => q[i] * Math.Pow((one / q[i]) - 1, 2)).Sum();

    /// <summary>How much of the density lies in each cell.</summary>
    internal static double[] Density(double[] units, Distribution distribution)
    {
        long count = distribution.Count ?? MostCells;
        double[] cells = new double[distribution.IsNumeric ? Math.Min(count, MostCells) : count];
        Array.Fill(cells, 1.0 / cells.Length);
        double scale = 1 / (Math.Sqrt(2) * Deviation(units, 0.5 / cells.Length));
        foreach (double unit in units)
        {
            if (distribution.IsNumeric) Spread(cells, unit, scale);
            else cells[Side.Choice(unit, cells.Length)]++;
        }

        return [.. cells.Select(cell => cell / (units.Length + 1))];
    }

    private static void Spread(double[] cells, double unit, double scale)
    {
        double low = SpecialFunctions.Erf(-unit * scale), whole = SpecialFunctions.Erf((1 - unit) * scale) - low;
        for (int cell = 0; cell < cells.Length; cell++)
        {
            double high = SpecialFunctions.Erf((((cell + 1.0) / cells.Length) - unit) * scale);
            cells[cell] += (high - low) / whole;
            low = high;
        }
    }

    private static double Deviation(double[] units, double least)
    {
        double[] sorted = [.. units.Order()];
        double mean = units.Average();
        double spread = Math.Sqrt(units.Sum(unit => (unit - mean) * (unit - mean)) / Math.Max(1, units.Length - 1));
        double quartiles = (sorted[3 * (sorted.Length - 1) / 4] - sorted[(sorted.Length - 1) / 4]) / 1.34;
        return Math.Max(least, 1.059 * (quartiles > 0 ? Math.Min(spread, quartiles) : spread) * Math.Pow(units.Length, -0.2));
    }
}
