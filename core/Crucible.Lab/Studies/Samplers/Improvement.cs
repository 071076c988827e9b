using MathNet.Numerics;

namespace Crucible.Lab.Studies;

/// <summary>
/// ln E[max(best − f, 0)] + Σ ln P(limit ≤ most), the logarithm of the improvement that is expected of a place, times the
/// probability that each limit, a process too, is at most what it may be there; without a best value the probability alone.
/// Logarithms keep their slope where the expectation itself is too small for a
/// double: Ament and others, "Unexpected Improvements to Expected Improvement for Bayesian Optimization" (2023).
/// </summary>
internal sealed class Improvement(GaussianProcess process, double? best, IReadOnlyList<(GaussianProcess Process, double Most)> limits)
{
    private const double Tail = -6; // below, series say what differences of small numbers cannot

    /// <summary>The value at a place.</summary>
    internal double At(double[] place)
    {
        double sum = 0;
        if (best is { } known)
        {
            (double mean, double deviation) = process.At(place);
            sum = Math.Log(deviation) + Expected((known - mean) / deviation).Value;
        }

        foreach ((GaussianProcess limit, double most) in limits)
        {
            (double mean, double deviation) = limit.At(place);
            sum += Below((most - mean) / deviation).Value;
        }

        return sum;
    }

    /// <summary>The value at a place, and its slopes along the axes of numbers.</summary>
    internal (double Value, double[] Slope) SlopesAt(double[] place)
    {
        double value = 0;
        double[] slopes = new double[place.Length];
        if (best is { } known)
        {
            (double mean, double deviation, double[] ofMean, double[] ofDeviation) = process.SlopesAt(place);
            double z = (known - mean) / deviation;
            (value, double slope) = Expected(z);
            value += Math.Log(deviation);
            slopes = [.. ofMean.Zip(ofDeviation, (m, d) => (d / deviation) - (slope * (m + (z * d)) / deviation))];
        }

        foreach ((GaussianProcess limit, double most) in limits)
        {
            (double mean, double deviation, double[] ofMean, double[] ofDeviation) = limit.SlopesAt(place);
            double z = (most - mean) / deviation;
            (double more, double slope) = Below(z);
            value += more;
            for (int i = 0; i < slopes.Length; i++) slopes[i] -= slope * (ofMean[i] + (z * ofDeviation[i])) / deviation;
        }

        return (value, slopes);
    }

    /// <summary>ln (φ(z) + z Φ(z)) and its slope.</summary>
    private static (double Value, double Slope) Expected(double z)
    {
        double logDensity = LogDensity(z);
        if (z < Tail)
        {
            double square = 1 / (z * z), rest = 1 - (3 * square) + (15 * square * square);
            double turn = ((6 * square) - (60 * square * square)) / (z * rest);
            return (logDensity - (2 * Math.Log(-z)) + Math.Log(rest), -z - (2 / z) + turn);
        }

        double share = Share(z), height = Math.Exp(logDensity) + (z * share);
        return (Math.Log(height), share / height);
    }

    /// <summary>ln Φ(z) and its slope.</summary>
    private static (double Value, double Slope) Below(double z)
    {
        double logDensity = LogDensity(z);
        double value = z < Tail ? logDensity - Math.Log(-z) + Math.Log(1 - (1 / (z * z)) + (3 / Math.Pow(z, 4))) : Math.Log(Share(z));
        return (value, Math.Exp(logDensity - value));
    }

    private static double LogDensity(double z) => (-0.5 * z * z) - (0.5 * Math.Log(2 * Math.PI));

    private static double Share(double z) => 0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2));
}
