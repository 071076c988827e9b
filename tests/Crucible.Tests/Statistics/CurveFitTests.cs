using Crucible.Statistics;
using Xunit;

namespace Crucible.Tests.Statistics;

public class CurveFitTests
{
    /// <summary>
    /// The exponent is searched to 1e-10, and near the best one the error is flat, so it is found to about √(2⁻⁵²)
    /// relative to the data.
    /// </summary>
    private const double Search = 1e-6;

    /// <summary>A linear solve of a few numbers.</summary>
    private const double Rounding = 1e-10;

    private static readonly double[] Rows = [25, 50, 75, 100, 150, 200, 300];

    [Fact]
    public void PowerLaw_ExactPoints_FindsItsNumbers()
    {
        PowerLaw law = PowerLaw.Fit(Rows, Array.ConvertAll(Rows, x => (300 * Math.Pow(x, -0.7)) + 9));
        Assert.Equal(0.7, law.Exponent, Search);
        Assert.Equal(300, law.Scale, 300 * 10 * Search);
        Assert.Equal(9, law.Floor, 10 * Search);
        Assert.Equal(1, law.RSquared, Search);
        Assert.Equal((300 * Math.Pow(1000, -0.7)) + 9, law.Predict(1000), 10 * Search);
    }

    [Fact]
    public void PowerLaw_FloorWouldBeNegative_IsZero()
    {
        PowerLaw law = PowerLaw.Fit(Rows, Array.ConvertAll(Rows, x => 50 - (8 * Math.Log(x))));
        Assert.Equal(0, law.Floor);
        Assert.True(law.Exponent > 0 && law.Scale > 0);
    }

    [Fact]
    public void PowerLaw_RisingCurve_HasANegativeScale()
    {
        PowerLaw law = PowerLaw.Fit(Rows, Array.ConvertAll(Rows, x => 1 - (2 * Math.Pow(x, -0.5))));
        Assert.Equal(-2, law.Scale, 100 * Search);
        Assert.Equal(1, law.Floor, Search);
    }

    [Fact]
    public void PowerLawWithoutFloor_ExactPoints_FindsItsNumbers()
    {
        PowerLaw law = PowerLaw.FitWithoutFloor(Rows, Array.ConvertAll(Rows, x => 120 * Math.Pow(x, -0.4)));
        Assert.Equal(0.4, law.Exponent, Rounding);
        Assert.Equal(120, law.Scale, 120 * Rounding);
        Assert.Equal(0, law.Floor);
        Assert.Equal("120 · x^-0.4 + 0", law.ToString());
    }

    [Fact]
    public void Polynomial_ExactParabola_FindsItsNumbers()
    {
        PolynomialFit fit = PolynomialFit.Fit([-1, 0, 1, 2], [6, 3, 2, 3], 2);
        Assert.Equal([3, -2, 1], fit.Coefficients, (a, b) => Math.Abs(a - b) < Rounding);
        Assert.Equal(18, fit.Predict(5), Rounding);
    }

    [Fact]
    public void CurveFits_WrongInput_SaysWhatIsWrong()
    {
        static string Data(Action action) => Assert.Throws<DataException>(action).Message;
        Assert.Equal("power law: different positions x must be at least 3, got 2", Data(() => PowerLaw.Fit([1, 2, 2], [3, 2, 2])));
        Assert.Equal(
            "power law: x and y must be equally long, but x has 3 values and y has 2", Data(() => PowerLaw.Fit([1, 2, 3], [3, 2])));
        Assert.Equal("power law: 'x' must be above 0, but is 0 in row 0", Data(() => PowerLaw.Fit([0, 2, 3], [3, 2, 1])));
        Assert.Equal("power law: 'y' must be above 0, but is -1 in row 1", Data(() => PowerLaw.FitWithoutFloor([1, 2], [3, -1])));
        Assert.Equal("power law: values must be finite, but 'y' in row 2 is NaN", Data(() => PowerLaw.Fit([1, 2, 3], [3, 2, double.NaN])));
        Assert.Equal("polynomial fit: different positions x must be at least 3, got 2", Data(() => PolynomialFit.Fit([1, 2], [1, 2], 2)));
        Assert.Equal(
            "polynomial fit: degree must be at least 0, but is -1",
            Assert.Throws<OptionException>(() => PolynomialFit.Fit([1], [1], -1)).Message);
    }
}
