using System.Globalization;
using System.Text;

namespace Crucible.Data;

/// <summary>Prints a table as aligned text.</summary>
internal static class TablePrinter
{
    /// <summary>A table up to this long is shown whole, a longer one by its first rows.</summary>
    private const int WholeRows = 20;
    private const int FirstRows = 10;
    private const int LineWidth = 120;
    private const int LongestText = 24;
    private const string Gap = "  ";

    internal static string Print(IReadOnlyList<TableColumn> columns, int rowCount)
    {
        int shown = rowCount <= WholeRows ? rowCount : FirstRows;
        List<string[]> cells = [];
        int width = 0;
        foreach (TableColumn column in columns)
        {
            string[] columnCells = Aligned(column, shown);
            if (cells.Count > 0 && width + columnCells[0].Length > LineWidth) break;
            width += columnCells[0].Length + Gap.Length;
            cells.Add(columnCells);
        }
        StringBuilder text = new();
        for (int line = 0; line <= shown; line++)
            text.AppendLine(string.Join(Gap, cells.Select(cell => cell[line])).TrimEnd());
        string more = cells.Count < columns.Count ? ", not shown: " + string.Join(", ", columns.Skip(cells.Count).Select(column => column.Name)) : "";
        text.Append(CultureInfo.InvariantCulture, $"[{rowCount} {(rowCount == 1 ? "row" : "rows")} x {columns.Count} {(columns.Count == 1 ? "column" : "columns")}{(shown < rowCount ? $", first {shown} shown" : "")}{more}]");
        return text.ToString();
    }

    /// <summary>The header and the first cells of a column, all of one width: numbers to the right with their points aligned, text to the left.</summary>
    private static string[] Aligned(TableColumn column, int rows)
    {
        string[] cells = column.IsNumeric ? Format(column.NumbersFor("table")[..rows]) : Shorten(column.TextFor("table")[..rows]);
        int width = Math.Max(column.Name.Length, cells.Length == 0 ? 0 : cells.Max(cell => cell.Length));
        Func<string, string> pad = column.IsNumeric ? cell => cell.PadLeft(width) : cell => cell.PadRight(width);
        return [pad(column.Name), .. cells.Select(pad)];
    }

    /// <summary>
    /// The same number of decimals down the column: as many as six significant digits of a value need, but no more than six of the largest need, or four.
    /// Values that this would show as 0, and very large ones, are in exponent form.
    /// </summary>
    private static string[] Format(ReadOnlySpan<double> values)
    {
        int decimals = 0;
        double largest = 0;
        foreach (double value in values)
        {
            string digits = value.ToString("G6", CultureInfo.InvariantCulture);
            int point = digits.IndexOf('.', StringComparison.Ordinal);
            if (IsExponent(digits) || !double.IsFinite(value)) continue;
            if (point >= 0) decimals = Math.Max(decimals, digits.Length - point - 1);
            largest = Math.Max(largest, Math.Abs(value));
        }
        decimals = Math.Min(decimals, Math.Max(4, 5 - (int)Math.Floor(Math.Log10(Math.Max(largest, 1e-5)))));

        string[] cells = new string[values.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            string digits = values[i].ToString("G6", CultureInfo.InvariantCulture);
            string fixedPoint = values[i].ToString(Errors.Text($"F{decimals}"), CultureInfo.InvariantCulture);
            bool vanishes = values[i] != 0 && Math.Abs(values[i]) < Math.Pow(10, -decimals);
            cells[i] = IsExponent(digits) || !double.IsFinite(values[i]) ? digits : vanishes ? values[i].ToString("0.#E+0", CultureInfo.InvariantCulture) : fixedPoint;
        }
        return cells;
    }

    private static bool IsExponent(string digits) => digits.Contains('E', StringComparison.Ordinal);

    private static string[] Shorten(ReadOnlySpan<string> values)
    {
        string[] cells = new string[values.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            string line = values[i].ReplaceLineEndings(" ");
            cells[i] = line.Length <= LongestText ? line : line[..(LongestText - 1)] + "…";
        }
        return cells;
    }
}
