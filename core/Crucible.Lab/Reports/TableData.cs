using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using static System.FormattableString;

namespace Crucible.Lab.Reports;

/// <summary>A table to be shown, on the console or on a page.</summary>
/// <param name="Columns">The headings.</param>
/// <param name="Rows">One value a heading in each row.</param>
internal sealed record TableData(string[] Columns, object?[][] Rows)
{
    /// <summary>Takes rows as tuples, sequences or, for a single column, plain values.</summary>
    /// <exception cref="ShapeException">A row does not have one value a column.</exception>
    internal static TableData From<TRow>(IEnumerable<string> columns, IEnumerable<TRow> rows)
    {
        string[] headings = [.. columns];
        object?[][] cells = [.. rows.Select(row => Cells(row))];
        for (int row = 0; row < cells.Length; row++)
        {
            if (cells[row].Length != headings.Length)
                throw ReportErrors.PerItem("table", Invariant($"row {row}"), cells[row].Length, headings.Length, "columns");
        }

        return new TableData(headings, cells);
    }

    /// <summary>
    /// Whether a column holds numbers, and so is aligned to the right: all of its cells that are not empty do, if only as
    /// texts, or half of them are numbers, and a word among them, as "never", says why one is missing.
    /// </summary>
    internal bool IsNumeric(int column)
    {
        object[] full = [.. Rows.Select(row => row[column]).OfType<object>().Where(cell => cell is not "")];
        int numbers = full.Count(cell => cell is Html.Raw { IsNumber: true } || Numbers.IsNumber(cell));
        return Rows.Length > 0 && (2 * numbers >= full.Length || full.Length == numbers + full.Count(IsNumberInText));
    }

    private static bool IsNumberInText(object cell) =>
        cell is string text && double.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);

    private static object?[] Cells(object? row) => row switch
    {
        string text => [text],
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(place => tuple[place])],
        IEnumerable values => [.. values.Cast<object?>()],
        _ => [row],
    };
}
