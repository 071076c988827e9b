using System.Globalization;

namespace Crucible.Benchmarks.Measuring;

/// <summary>Prints comparisons as text in columns.</summary>
internal sealed class Table
{
    private readonly int nameWidth;
    private int met, missed;

    /// <summary>Prints the title and the heads of the columns.</summary>
    internal Table(string title, int nameWidth)
    {
        this.nameWidth = nameWidth;
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine($"{"".PadRight(nameWidth)}      ours µs (best)    torch µs (best)   times faster [min–max]  target");
    }

    /// <summary>Prints one line.</summary>
    internal void Add(Comparison row)
    {
        string line = $"{row.Name.PadRight(nameWidth)} {Times(row.Ours)} {Times(row.Theirs)}";
        if (row.Ratios.Length > 0)
        {
            line += string.Create(CultureInfo.InvariantCulture,
                $"   {Timings.Median(row.Ratios),6:0.00}  {$"[{row.Ratios.Min():0.00}–{row.Ratios.Max():0.00}]",-14}");
            line +=
                string.Create(CultureInfo.InvariantCulture, $"  {row.Target,5:0.##} {(row.IsMet ? "met   " : "MISSED")}  {row.Setting}");
            if (row.IsMet) met++;
            else missed++;
        }
        Console.WriteLine(row.Note.Length > 0 ? $"{line}  {row.Note}" : line);
    }

    /// <summary>Prints how many targets were met.</summary>
    internal void WriteSummary()
    {
        if (met + missed > 0) Console.WriteLine($"targets met: {met} of {met + missed}");
    }

    private static string Times(double[] seconds) => seconds.Length == 0
        ? "                 -"
        : string.Create(CultureInfo.InvariantCulture, $"{Microseconds(Timings.Median(seconds)),9} {$"({Microseconds(seconds.Min())})",-9}");

    private static string Microseconds(double seconds) =>
        (seconds * 1e6).ToString(seconds < 1e-5 ? "0.00" : seconds < 1e-3 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
