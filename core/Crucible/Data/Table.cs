using Microsoft.FSharp.Core;

namespace Crucible.Data;

/// <summary>
/// A small immutable table: named columns of equal length, each of numbers (double) or of text.
/// Every method leaves the table as it is and returns another; columns are shared between them, so selecting is cheap.
/// </summary>
public sealed partial class Table
{
    private const string Operation = "table";
    private readonly TableColumn[] columns;
    private readonly Dictionary<string, TableColumn> byName = new(StringComparer.Ordinal);

    /// <summary>Makes a table of columns, in their order.</summary>
    /// <param name="columns">At least one column; all of the same length, each name once.</param>
    /// <exception cref="DataException">There is no column, a name is empty or stands twice, or lengths differ.</exception>
    public Table(IEnumerable<TableColumn> columns)
    {
        this.columns = [.. columns];
        if (this.columns.Length == 0) throw Errors.Columns(Operation, "there must be at least one column", "there is none");
        RowCount = this.columns[0].Count;
        for (int i = 0; i < this.columns.Length; i++)
        {
            TableColumn column = this.columns[i];
            if (string.IsNullOrWhiteSpace(column.Name)) throw Errors.Columns(Operation, "every column must have a name", $"column {i + 1} has none");
            if (!byName.TryAdd(column.Name, column)) throw Errors.Columns(Operation, "names must differ", $"two columns are named '{column.Name}'");
            if (column.Count != RowCount)
                throw Errors.Columns(Operation, "columns must be equally long", $"'{this.columns[0].Name}' has {RowCount} rows and '{column.Name}' has {column.Count}");
        }
        ColumnNames = Array.AsReadOnly(Array.ConvertAll(this.columns, column => column.Name));
    }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The number of columns.</summary>
    public int ColumnCount => columns.Length;

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Makes a table of numeric columns, as in F# <c>Table.FromColumns ["x", [| 1.0; 2.0 |]; "y", [| 3.0; 4.0 |]]</c>.</summary>
    /// <param name="columns">Pairs of a name and one number a row.</param>
    /// <exception cref="DataException">There is no column, a name is empty or stands twice, or lengths differ.</exception>
    public static Table FromColumns(IEnumerable<Tuple<string, double[]>> columns) =>
        new(columns.Select(column => TableColumn.Numbers(column.Item1, column.Item2)));

    /// <summary>Makes a table of a matrix.</summary>
    /// <param name="values">The numbers, [rows, columns].</param>
    /// <param name="names">One name a column; none at all gives <c>x0</c>, <c>x1</c>, ….</param>
    /// <exception cref="DataException">There is no column, the number of names is another than that of columns, or a name stands twice.</exception>
    public static Table FromMatrix(double[,] values, params string[] names)
    {
        int rows = values.GetLength(0), width = values.GetLength(1);
        if (names.Length != 0 && names.Length != width)
            throw Errors.DataSizes(Operation, "there must be one name a column", $"there are {width} columns and {names.Length} names");
        return new(Enumerable.Range(0, width).Select(column =>
        {
            double[] numbers = new double[rows];
            for (int row = 0; row < rows; row++) numbers[row] = values[row, column];
            return TableColumn.Adopt(names.Length == 0 ? Errors.Text($"x{column}") : names[column], numbers);
        }));
    }

    /// <summary>Whether the column holds numbers.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="DataException">There is no such column.</exception>
    public bool IsNumeric(string name) => Find(name).IsNumeric;

    /// <summary>Whether the table has a column of this name.</summary>
    /// <param name="name">The name looked for.</param>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>A copy of a numeric column, one number a row.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="DataException">There is no such column, or it holds text.</exception>
    public double[] Column(string name) => Numbers(name).ToArray();

    /// <summary>A view of a numeric column, one number a row, without a copy.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="DataException">There is no such column, or it holds text.</exception>
    public ReadOnlySpan<double> Numbers(string name) => Find(name).NumbersFor(Operation);

    /// <summary>A copy of a text column, one text a row.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="DataException">There is no such column, or it holds numbers.</exception>
    public string[] Text(string name) => Find(name).TextFor(Operation).ToArray();

    /// <summary>The table of these columns only, in this order.</summary>
    /// <param name="names">At least one column name, each once.</param>
    /// <exception cref="DataException">There is no such column, or a name stands twice.</exception>
    public Table Select(IEnumerable<string> names) => new(names.Select(Find));

    /// <inheritdoc cref="Select(IEnumerable{string})"/>
    public Table Select(params string[] names) => Select(names.AsEnumerable());

    /// <summary>The table without these columns.</summary>
    /// <param name="names">The columns to leave out; at least one column must remain.</param>
    /// <exception cref="DataException">There is no such column, or none remains.</exception>
    public Table Drop(IEnumerable<string> names)
    {
        HashSet<TableColumn> dropped = [.. names.Select(Find)];
        return new(columns.Where(column => !dropped.Contains(column)));
    }

    /// <inheritdoc cref="Drop(IEnumerable{string})"/>
    public Table Drop(params string[] names) => Drop(names.AsEnumerable());

    /// <summary>The table with a column added at the end, or put in the place of the column of the same name.</summary>
    /// <param name="column">The column, as long as the table.</param>
    /// <exception cref="DataException">The lengths differ.</exception>
    public Table With(TableColumn column) => new(Contains(column.Name)
        ? columns.Select(existing => existing.Name == column.Name ? column : existing)
        : columns.Append(column));

    /// <summary>The table of these rows, in this order; a row may stand more than once.</summary>
    /// <param name="rows">Row numbers, from 0.</param>
    /// <exception cref="DataException">A row lies outside the table.</exception>
    public Table Rows(params int[] rows)
    {
        foreach (int row in rows)
            if ((uint)row >= (uint)RowCount) throw Errors.RowOutOfRange(Operation, row, RowCount);
        return new(columns.Select(column => column.Rows(rows)));
    }

    /// <summary>The rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> - 1.</summary>
    /// <param name="start">The first row, from 0.</param>
    /// <param name="count">How many rows.</param>
    /// <exception cref="DataException">The range leaves the table.</exception>
    public Table Slice(int start, int count)
    {
        if (start < 0 || start > RowCount) throw Errors.RowOutOfRange(Operation, start, RowCount);
        if (count < 0 || count > RowCount - start) throw Errors.RowOutOfRange(Operation, (long)start + count - 1, RowCount);
        return Rows([.. Enumerable.Range(start, count)]);
    }

    /// <summary>F#'s slices of rows, both ends included: <c>table[10..19]</c>, <c>table[..4]</c>.</summary>
    /// <param name="start">The first row; none is 0.</param>
    /// <param name="finish">The last row; none is the table's last.</param>
    /// <exception cref="DataException">The range leaves the table.</exception>
    public Table GetSlice(FSharpOption<int>? start, FSharpOption<int>? finish)
    {
        int first = start?.Value ?? 0;
        int last = finish?.Value ?? RowCount - 1;
        return Slice(first, Math.Max(0, last - first + 1));
    }

    /// <summary>The first rows, fewer when the table is shorter.</summary>
    /// <param name="count">How many rows, at least 0.</param>
    public Table Head(int count = 5) => Slice(0, Math.Min(count, RowCount));

    /// <summary>The numbers as a matrix, [rows, columns].</summary>
    /// <exception cref="DataException">A column holds text.</exception>
    public double[,] ToMatrix()
    {
        double[,] values = new double[RowCount, ColumnCount];
        for (int column = 0; column < ColumnCount; column++)
        {
            ReadOnlySpan<double> numbers = columns[column].NumbersFor(Operation);
            for (int row = 0; row < numbers.Length; row++) values[row, column] = numbers[row];
        }
        return values;
    }

    /// <summary>The table as aligned text: the first rows of the columns that fit a line, then what was left out.</summary>
    public override string ToString() => TablePrinter.Print(columns, RowCount);

    private TableColumn Find(string name) => byName.TryGetValue(name, out TableColumn? column)
        ? column
        : throw Errors.UnknownColumn(Operation, name, ColumnNames, NearestName.Of(name, ColumnNames));
}
