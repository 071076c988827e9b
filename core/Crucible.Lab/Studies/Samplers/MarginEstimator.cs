using Crucible.Tensors;
using MathNet.Numerics;

namespace Crucible.Lab.Studies;

/// <summary>
/// A density along one parameter: a mixture of a kernel a trial that asked for it and a wide one that stands for knowing
/// nothing. A normal kernel is as wide as the farther of its two neighbours is away, so that kernels grow narrow where trials
/// gather: Bergstra, Bardenet, Bengio and Kégl (2011). A choice has a count for each kernel that took it, and a shared one.
/// </summary>
internal sealed class MarginEstimator
{
    private const int Narrowest = 100; // kernels are never narrower than one of so many parts
    private const double NothingLeft = 1500; // z² where e^(−z²/2) is 0 as a double

    private readonly Distribution distribution;
    private readonly double[] centers; // the wide kernel last
    private readonly double[] deviations;
    private readonly double[] areas; // of the kernels inside the interval, but for √2π
    private readonly double[] shares; // of the kernels
    private readonly double[] cumulative;
    private readonly double[] choices; // the shares of the choices; empty for a number

    /// <summary>The density of some places, older ones first.</summary>
    internal MarginEstimator(Distribution distribution, double[] units)
    {
        this.distribution = distribution;
        double[] weights = ParzenEstimator.Weights(units.Length);
        double sum = weights.Sum();
        shares = [.. weights.Select(weight => weight / sum)];
        centers = [.. units, 0.5];
        deviations = distribution.IsNumeric ? Deviations() : [];
        areas = [.. deviations.Select((deviation, i) => deviation * ParzenEstimator.Inside(centers[i], deviation))];
        choices = distribution.IsNumeric ? [] : Choices();
        double[] drawn = distribution.IsNumeric ? shares : choices;
        double below = 0;
        cumulative = [.. drawn.Select(share => below += share)];
    }

    internal double Draw(Generator random)
    {
        int part = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
        part = Math.Min(part < 0 ? ~part : part + 1, cumulative.Length - 1);
        if (!distribution.IsNumeric) return (part + 0.5) / choices.Length;
        double scale = 1 / (deviations[part] * Math.Sqrt(2)), center = centers[part];
        double low = SpecialFunctions.Erf(-center * scale), high = SpecialFunctions.Erf((1 - center) * scale);
        double place = Math.Clamp(center + (SpecialFunctions.ErfInv(low + (random.NextDouble() * (high - low))) / scale), 0, 1);
        return distribution.Count is null ? place : distribution.ToUnit(distribution.FromUnit(place));
    }

    /// <summary>The logarithm of the density.</summary>
    internal double LogDensity(double unit)
    {
        if (!distribution.IsNumeric) return Math.Log(choices[(int)(unit * choices.Length)]);
        double sum = 0;
        for (int i = 0; i < centers.Length; i++)
        {
            double z = (unit - centers[i]) / deviations[i];
            if (z * z < NothingLeft) sum += shares[i] * Math.Exp(-0.5 * z * z) / areas[i];
        }

        return Math.Log(Math.Max(sum, double.Epsilon)) - (0.5 * Math.Log(2 * Math.PI));
    }

    private double[] Deviations()
    {
        int[] order = [.. Enumerable.Range(0, centers.Length).OrderBy(i => centers[i]).ThenBy(i => i)];
        double least = 1.0 / Math.Min(Narrowest, centers.Length + 1);
        if (distribution.Count is { } count) least = Math.Max(least, 0.5 / count);
        double[] widths = new double[centers.Length];
        for (int place = 0; place < order.Length; place++)
        {
            double left = place > 0 ? centers[order[place]] - centers[order[place - 1]] : 0;
            double right = place + 1 < order.Length ? centers[order[place + 1]] - centers[order[place]] : 0;
            widths[order[place]] = Math.Clamp(Math.Max(left, right), least, 1);
        }

        widths[^1] = 1;
        return widths;
    }

    private double[] Choices()
    {
        double[] all = new double[distribution.Count!.Value];
        double share = 1.0 / shares.Length, whole = 1 + (share * all.Length);
        Array.Fill(all, shares[^1] / all.Length);
        for (int i = 0; i < shares.Length - 1; i++)
        {
            int own = (int)(centers[i] * all.Length);
            for (int choice = 0; choice < all.Length; choice++) all[choice] += shares[i] * ((choice == own ? 1 : 0) + share) / whole;
        }

        return all;
    }
}
