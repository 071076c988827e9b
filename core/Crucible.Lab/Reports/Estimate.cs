using System.Globalization;
using System.Text.Json.Nodes;
using Crucible.Statistics;

namespace Crucible.Lab.Reports;

/// <summary>
/// A figure that matters, as the first screen of a report shows it:
/// <c>Estimate("test error (MSE)", 11.26, "($1000s)²", 0.4)</c>.
/// </summary>
/// <param name="Name">What it is, in plain words.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">Its unit, or nothing for a pure number.</param>
/// <param name="Uncertainty">How far off it may be, in the same unit (half of a 95 % interval, or what the name says);
/// NaN where it is not known.</param>
public sealed record Estimate(string Name, double Value, string Unit = "", double Uncertainty = double.NaN)
{
    private const int MostDecimals = 8;

    /// <summary>The value without its unit: as many digits as its uncertainty leaves, else four.</summary>
    internal string Number =>
        Decimals is { } decimals ? Fixed(Value, decimals) : Numeral.Of(Value);

    /// <summary>What stands behind the value: its uncertainty with two digits, and its unit.</summary>
    internal string Rest
    {
        get
        {
            string written = Decimals is { } decimals ? Fixed(Uncertainty, decimals) : Numeral.Of(Uncertainty);
            return $"{(double.IsNaN(Uncertainty) ? "" : $"± {written} ")}{Unit}".Trim();
        }
    }

    private static string Fixed(double value, int decimals) =>
        decimals == 0 ? Numeral.Of(Math.Round(value)) : value.ToString($"F{decimals}", CultureInfo.InvariantCulture);

    private int? Decimals
    {
        get
        {
            if (!(Uncertainty > 0) || !double.IsFinite(Uncertainty) || !double.IsFinite(Value)) return null;
            int decimals = Math.Max(0, 1 - (int)Math.Floor(Math.Log10(Uncertainty)));
            return decimals <= MostDecimals ? decimals : null;
        }
    }

    internal JsonObject ToJson() =>
        new() { ["name"] = Name, ["value"] = Numbers.Json(Value), ["unit"] = Unit, ["uncertainty"] = Numbers.Json(Uncertainty) };
}
