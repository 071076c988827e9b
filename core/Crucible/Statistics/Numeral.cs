using System.Globalization;
using static System.FormattableString;

namespace Crucible.Statistics;

/// <summary>How numbers are written for people: in one way, on pages, on the console and in sentences.</summary>
public static class Numeral
{
    private const double Grouped = 10_000; // from here digits are grouped by commas
    private const double Large = 1e15, Small = 1e-4; // beyond these a power of ten is written

    /// <summary>
    /// A number in some significant digits; whole above 1000, as <c>1184</c> or <c>22,650</c>; the very small and large as
    /// <c>1.2e-7</c>; NaN, <c>∞</c> and <c>-∞</c> by their signs.
    /// </summary>
    /// <param name="value">The number.</param>
    /// <param name="digits">How many digits at most, 1 to 4.</param>
    /// <exception cref="OptionException">The digits are not 1 to 4.</exception>
    public static string Of(double value, int digits = 4)
    {
        if (digits is < 1 or > 4) throw Errors.Option("numeral", "digits", "from 1 to 4", digits);
        CultureInfo culture = CultureInfo.InvariantCulture;
        double size = Math.Abs(value);
        return size switch
        {
            double.NaN => "NaN",
            double.PositiveInfinity => value > 0 ? "∞" : "-∞",
            0 => "0",
            < Small or >= Large => value.ToString("0." + new string('#', digits - 1) + "e-0", culture),
            >= Grouped - 0.5 => value.ToString("N0", culture),
            _ when size >= Math.Min(1000, Math.Pow(10, digits) - 0.5) => value.ToString("F0", culture),
            _ => value.ToString(Invariant($"G{digits}"), culture),
        };
    }
}
