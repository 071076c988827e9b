using System.Globalization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>Prints comparisons as text in columns.</summary>
internal static class Table
{
    private const int NameWidth = 34;

    /// <summary>Prints the title and the heads of the columns.</summary>
    internal static void WriteTitle(string title, int threads)
    {
        Console.WriteLine();
        Console.WriteLine($"{title}; {threads} {(threads == 1 ? "thread" : "threads")}");
        Console.WriteLine($"{"",NameWidth}    Crucible (best)    LibTorch (best)   ratio [min–max]      of peak  setting");
    }

    /// <summary>Prints one line: microseconds or megabytes.</summary>
    internal static void Write(Comparison row)
    {
        string ratio = row.Ratios.Length > 0
            ? string.Create(
                CultureInfo.InvariantCulture, $"{row.Ratio,6:0.00}  {$"[{row.Ratios.Min():0.00}–{row.Ratios.Max():0.00}]",-14}")
            : new string(' ', 22);
        string ofPeak = double.IsNaN(row.OfPeak) ? "" : row.OfPeak.ToString("0.00", CultureInfo.InvariantCulture);
        string slower = row.Ratio < 1 ? "  slower" : "";
        Console.WriteLine($"{row.FullName,-NameWidth} {Figures(row, row.Ours)} {Figures(row, row.Theirs)}  {ratio}  {ofPeak,6}  {row.Setting}{slower}");
    }

    /// <summary>A time in microseconds, or megabytes, with three digits or all before the point.</summary>
    internal static string Figure(Comparison row, double value) => row.IsMemory
        ? value.ToString("0", CultureInfo.InvariantCulture)
        : (value * 1e6).ToString(value < 1e-5 ? "0.00" : value < 1e-4 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Figures(Comparison row, double[] values) => values.Length == 0
        ? $"{"-",18}"
        : $"{Figure(row, Timings.Median(values)),9} {$"({Figure(row, values.Min())})",-9}";
}
