using MathNet.Numerics;

namespace Crucible.Statistics;

/// <summary>
/// A power law, y = scale · x^-exponent + floor: how an error falls with the number of training rows. The floor is the
/// error that no number of rows removes.
/// </summary>
/// <remarks>Hestness et al., "Deep learning scaling is predictable, empirically" (2017), section 2.</remarks>
public sealed class PowerLaw
{
    private const string Operation = "power law";
    private const double SmallestExponent = 0.01;
    private const double LargestExponent = 10;
    private const int GridPoints = 120;
    private const double ExponentAccuracy = 1e-10;

    private PowerLaw(double scale, double exponent, double floor, double[] x, double[] y)
    {
        Scale = scale;
        Exponent = exponent;
        Floor = floor;
        RSquared = GoodnessOfFit.CoefficientOfDetermination(x.Select(Predict), y);
    }

    /// <summary>The factor of x^-exponent; above 0 when y falls with x.</summary>
    public double Scale { get; }

    /// <summary>The exponent, above 0 when the curve flattens with growing x.</summary>
    public double Exponent { get; }

    /// <summary>The limit for large x; never below 0.</summary>
    public double Floor { get; }

    /// <summary>The share of y's variance that the curve explains, 1 - Σ(y - prediction)² / Σ(y - mean)²; NaN when y is constant.</summary>
    public double RSquared { get; }

    /// <summary>
    /// Fits scale, exponent and floor ≥ 0 by least squares in y. For a fixed exponent the other two are linear, so only
    /// the exponent is searched, from 0.01 to 10: on a logarithmic grid, then by golden section around the best point.
    /// An exponent at either end means that the points show no such law.
    /// </summary>
    /// <param name="x">Positions above 0, at least three different ones.</param>
    /// <param name="y">One value a position.</param>
    /// <exception cref="DataException">
    /// The lengths differ, a value is not finite, a position is not above 0, or there are too few different positions.
    /// </exception>
    public static PowerLaw Fit(double[] x, double[] y)
    {
        Require.Points(Operation, x, y, 3);
        RequirePositive("x", x);
        double ratio = Math.Log(LargestExponent / SmallestExponent) / GridPoints;
        double At(int point) => SmallestExponent * Math.Exp(ratio * Math.Clamp(point, 0, GridPoints));
        double Error(double exponent) => Linear(x, y, exponent).SquaredError;
        int best = Enumerable.Range(0, GridPoints + 1).MinBy(point => Error(At(point)));
        double exponent = GoldenSection(Error, At(best - 1), At(best + 1));
        (double scale, double floor, double _) = Linear(x, y, exponent);
        return new(scale, exponent, floor, x, y);
    }

    /// <summary>
    /// Fits scale and exponent of a law without a floor, by a straight line through log x and log y: relative errors
    /// count, not absolute ones.
    /// </summary>
    /// <param name="x">Positions above 0, at least two different ones.</param>
    /// <param name="y">One value above 0 a position.</param>
    /// <exception cref="DataException">
    /// The lengths differ, a value is not finite or not above 0, or there are too few different positions.
    /// </exception>
    public static PowerLaw FitWithoutFloor(double[] x, double[] y)
    {
        Require.Points(Operation, x, y, 2);
        RequirePositive("x", x);
        RequirePositive("y", y);
        (double intercept, double slope) = MathNet.Numerics.Fit.Line(Array.ConvertAll(x, Math.Log), Array.ConvertAll(y, Math.Log));
        return new(Math.Exp(intercept), -slope, 0, x, y);
    }

    /// <summary>The law's value.</summary>
    /// <param name="x">A position above 0.</param>
    public double Predict(double x) => (Scale * Math.Pow(x, -Exponent)) + Floor;

    /// <summary>The law as a formula, for a legend.</summary>
    public override string ToString() => $"{Numeral.Of(Scale)} · x^-{Numeral.Of(Exponent, 3)} + {Numeral.Of(Floor)}";

    /// <summary>The best scale and floor ≥ 0 for an exponent. Powers of x / smallest x keep the numbers near 1.</summary>
    private static (double Scale, double Floor, double SquaredError) Linear(double[] x, double[] y, double exponent)
    {
        double smallest = x.Min();
        double[] powers = Array.ConvertAll(x, position => Math.Pow(position / smallest, -exponent));
        (double floor, double scale) = MathNet.Numerics.Fit.Line(powers, y);
        if (floor < 0) (floor, scale) = (0, MathNet.Numerics.Fit.LineThroughOrigin(powers, y));
        double error = powers.Zip(y, (power, value) => value - ((scale * power) + floor)).Sum(residual => residual * residual);
        return (scale * Math.Pow(smallest, exponent), floor, error);
    }

    private static double GoldenSection(Func<double, double> error, double low, double high)
    {
        double share = (Math.Sqrt(5) - 1) / 2;
        while (high - low > ExponentAccuracy)
        {
            double left = high - (share * (high - low)), right = low + (share * (high - low));
            if (error(left) <= error(right)) high = right;
            else low = left;
        }
        return (low + high) / 2;
    }

    private static void RequirePositive(string name, double[] values)
    {
        int bad = Array.FindIndex(values, value => value <= 0);
        if (bad >= 0) throw Errors.NotPositive(Operation, name, bad, values[bad]);
    }
}
