using System.Globalization;
using System.Text;

namespace Crucible.Data;

/// <summary>Prints a table as aligned text.</summary>
internal static class TablePrinter
{
    private const int ShownRows = 10;
    private const int LineWidth = 120;
    private const int LongestText = 24;
    private const string Gap = "  ";

    internal static string Print(IReadOnlyList<TableColumn> columns, int rowCount)
    {
        int shown = Math.Min(rowCount, ShownRows);
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

    /// <summary>Six significant digits, the same number of decimals down the column; very large or small numbers are left in exponent form.</summary>
    private static string[] Format(ReadOnlySpan<double> values)
    {
        string[] cells = new string[values.Length];
        int decimals = 0;
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = values[i].ToString("G6", CultureInfo.InvariantCulture);
            int point = cells[i].IndexOf('.', StringComparison.Ordinal);
            if (point >= 0 && !cells[i].Contains('E', StringComparison.Ordinal)) decimals = Math.Max(decimals, cells[i].Length - point - 1);
        }
        string format = Errors.Text($"F{decimals}");
        for (int i = 0; i < cells.Length; i++)
            if (double.IsFinite(values[i]) && !cells[i].Contains('E', StringComparison.Ordinal)) cells[i] = values[i].ToString(format, CultureInfo.InvariantCulture);
        return cells;
    }

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
