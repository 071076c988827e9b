using System.Globalization;
using Deedle;

namespace Crucible.Lab.Tables;

/// <summary>One column of a frame, cell by cell: a number, a text, or nothing.</summary>
internal sealed class FrameColumn<TRow>
{
    private readonly Frame<TRow, string> frame;
    private readonly Series<TRow, double>? numbers;
    private readonly Series<TRow, object> cells;

    private FrameColumn(Frame<TRow, string> frame, string name, Series<TRow, double>? numbers, Series<TRow, object> cells) =>
        (this.frame, Name, this.numbers, this.cells) = (frame, name, numbers, cells);

    internal string Name { get; }

    internal static FrameColumn<TRow>[] AllOf(Frame<TRow, string> frame)
    {
        if (frame.ColumnCount == 0) throw TableErrors.NoColumn();
        Type[] types = [.. frame.ColumnTypes];
        ColumnSeries<TRow, string> columns = frame.Columns; // which Deedle makes anew, of all columns, each time
        return [.. frame.ColumnKeys.Zip(types, columns.Values).Select(column => new FrameColumn<TRow>(
            frame, column.First, column.Second == typeof(double) ? column.Third.As<double>() : null, column.Third))];
    }

    /// <summary>The text of a row, or null for a number or a missing cell.</summary>
    internal string? TryText(int row) => numbers is null && cells.TryGetAt(row) is { HasValue: true, Value: string text } ? text : null;

    /// <summary>The number of a row; null when it is missing.</summary>
    /// <exception cref="DataException">The cell holds something else.</exception>
    internal double? TryNumber(int row)
    {
        if (numbers is not null) return numbers.TryGetAt(row) is { HasValue: true } number ? number.Value : null;
        if (cells.TryGetAt(row) is not { HasValue: true } cell) return null;
        return cell.Value is bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal
            ? Convert.ToDouble(cell.Value, CultureInfo.InvariantCulture)
            : throw TableErrors.NotNumber(Name, frame.GetRowKeyAt(row), cell.Value);
    }

    /// <summary>The rows that miss no value in some columns.</summary>
    internal static Frame<TRow, string> Whole(Frame<TRow, string> frame, IEnumerable<FrameColumn<TRow>> needed)
    {
        FrameColumn<TRow>[] columns = [.. needed];
        int[] rows = [.. Enumerable.Range(0, frame.RowCount).Where(row => !Array.Exists(columns, column => column.IsMissing(row)))];
        return rows.Length == frame.RowCount ? frame : FrameModule.IlocRows(rows, frame);
    }

    internal int RowCount => frame.RowCount;

    internal IEnumerable<int> Rows => Enumerable.Range(0, frame.RowCount);

    /// <summary>The key of a row, for messages.</summary>
    internal object? KeyOf(int row) => frame.GetRowKeyAt(row);

    /// <summary>Whether a row has no number, no text or an empty one.</summary>
    internal bool IsMissing(int row) => numbers is not null
        ? !numbers.TryGetAt(row).HasValue
        : cells.TryGetAt(row) is not { HasValue: true } cell || cell.Value is "";

    /// <summary>The number of a row that has a value.</summary>
    /// <exception cref="DataException">It is no number.</exception>
    internal double NumberAt(int row) => TryNumber(row) ?? throw TableErrors.Missing(Name, KeyOf(row));

    /// <summary>The text of a row that has a value.</summary>
    /// <exception cref="DataException">It is a number.</exception>
    internal string TextAt(int row) => TryText(row) ?? throw TableErrors.NotText(Name, KeyOf(row));

    /// <summary>All numbers.</summary>
    /// <exception cref="DataException">A cell is missing or no number.</exception>
    internal double[] Numbers() =>
        [.. Enumerable.Range(0, frame.RowCount).Select(row => TryNumber(row) ?? throw TableErrors.Missing(Name, frame.GetRowKeyAt(row)))];
}
