using MathNet.Numerics;

namespace Crucible.Statistics;

/// <summary>A least-squares polynomial, y = c₀ + c₁·x + … + c_d·x^d.</summary>
public sealed class PolynomialFit
{
    private const string Operation = "polynomial fit";
    private readonly Polynomial polynomial;

    private PolynomialFit(double[] coefficients)
    {
        polynomial = new Polynomial(coefficients);
        Coefficients = Array.AsReadOnly(coefficients);
    }

    /// <summary>The coefficients from the constant up, degree + 1 of them.</summary>
    public IReadOnlyList<double> Coefficients { get; }

    /// <summary>Fits a polynomial by QR. Above degree 5 or so, centre and scale x first: its powers grow nearly parallel.</summary>
    /// <param name="x">The positions, at least degree + 1 different ones.</param>
    /// <param name="y">One value a position.</param>
    /// <param name="degree">At least 0.</param>
    /// <exception cref="DataException">The lengths differ, a value is not finite, or there are too few different positions.</exception>
    /// <exception cref="OptionException">The degree is negative.</exception>
    public static PolynomialFit Fit(double[] x, double[] y, int degree)
    {
        if (degree < 0) throw Errors.Option(Operation, "degree", "at least 0", degree);
        Require.Points(Operation, x, y, degree + 1);
        return new(MathNet.Numerics.Fit.Polynomial(x, y, degree, MathNet.Numerics.LinearRegression.DirectRegressionMethod.QR));
    }

    /// <summary>The polynomial's value.</summary>
    /// <param name="x">The position.</param>
    public double Predict(double x) => polynomial.Evaluate(x);
}
