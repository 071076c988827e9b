using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Crucible.Statistics;

namespace Crucible.Lab.Reports;

/// <summary>How values are shown and how they enter a figure's JSON, always in the invariant culture.</summary>
internal static class Numbers
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["mse"] = "MSE",
        ["rmse"] = "RMSE",
        ["mae"] = "MAE",
        ["r2"] = "R²",
        ["ols"] = "OLS",
        ["gpt"] = "GPT",
        ["val"] = "validation",
        ["bleu"] = "BLEU",
        ["chrf"] = "chrF",
        ["us"] = "µs",
        ["ms"] = "ms",
        ["gb"] = "GB",
        ["mb"] = "MB",
        ["lr"] = "learning rate",
        ["std"] = "standard deviation",
        ["ppl"] = "perplexity",
        ["bpc"] = "bits per character",
        ["silu"] = "SiLU",
        ["relu"] = "ReLU",
        ["gelu"] = "GELU",
    };

    /// <summary>A value for a person: numbers in four digits, whole ones whole, a flag as yes or no.</summary>
    internal static string Show(object? value) => value switch
    {
        null => "",
        double number => Numeral.Of(number),
        float number => Numeral.Of(number),
        bool flag => flag ? "yes" : "no",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A value in a table, where the digits of large whole numbers are grouped too.</summary>
    internal static string Cell(object? value) =>
        IsNumber(value) ? Numeral.Of(((IConvertible)value!).ToDouble(CultureInfo.InvariantCulture)) : Show(value);

    /// <summary>A value as it can be typed again: all digits of a number, a flag as true or false.</summary>
    internal static string Exact(object? value) =>
        value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value?.ToString() ?? "";

    /// <summary>The words of a name as <c>test_mse</c>, for people: test MSE.</summary>
    internal static string Words(string name) =>
        string.Join(' ', name.Split('_', '.').Where(word => word.Length > 0).Select(word => Known.GetValueOrDefault(word, word)));

    /// <summary>Whether the value is a number, so that a table aligns it to the right.</summary>
    internal static bool IsNumber(object? value) =>
        value is double or float or decimal or int or long or short or byte or uint or ulong or ushort or sbyte;

    /// <summary>A JSON number, or null for what JSON cannot say: NaN and ∞.</summary>
    internal static JsonNode? Json(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    /// <summary>
    /// Plot data: numbers rounded to seven significant digits (a pixel needs four), texts and dates as they are, NaN
    /// and ∞ as gaps.
    /// </summary>
    /// <exception cref="OptionException">A value is none of these.</exception>
    internal static JsonArray Plot(IEnumerable values)
    {
        JsonArray array = [];
        foreach (object? value in values) array.Add(PlotValue(value));
        return array;
    }

    /// <summary>A value of a plot: <see cref="Plot"/>.</summary>
    internal static JsonNode? PlotValue(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(PlainText(text)),
        DateTime time => JsonValue.Create(time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)),
        DateTimeOffset time => PlotValue(time.DateTime),
        DateOnly day => JsonValue.Create(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        int number => JsonValue.Create(number),
        IConvertible number => Json(Round(number.ToDouble(CultureInfo.InvariantCulture))),
        _ => throw ReportErrors.ChartData(value.GetType()),
    };

    /// <summary>Text for plotly.js, which would take <c>&lt;unk&gt;</c> as a tag.</summary>
    internal static string PlainText(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(
            ">", "&gt;", StringComparison.Ordinal)
            .Replace("\n", "<br>", StringComparison.Ordinal);

    private static double Round(double value)
    {
        const int exact = 22; // higher powers of ten are no doubles
        if (!double.IsNormal(value)) return value;
        int digits = 6 - (int)Math.Floor(Math.Log10(Math.Abs(value))); // behind the point
        if (Math.Abs(digits) > exact) return value;
        double scale = Math.Pow(10, Math.Abs(digits));
        return digits >= 0 ? Math.Round(value * scale) / scale : Math.Round(value / scale) * scale;
    }
}
