using System.Globalization;

namespace Crucible.Lab.Data;

/// <summary>Builds the errors of CSV files: file, line and column first, then what must be, what is, and the remedy.</summary>
internal static class CsvErrors
{
    internal static DataException NoFile(string path) => At(path, $"the file must exist, but there is none at {Path.GetFullPath(path)}");

    internal static DataException Unreadable(string path, Exception error) => At(path, $"the file must be readable, but is not ({error.Message})", error);

    internal static DataException Unwritable(string path, Exception error) => At(path, $"the file must be writable, but is not ({error.Message})", error);

    internal static DataException Empty(string path) => At(path, $"the first line must name the columns, but the file is empty");

    internal static DataException NoRows(string path) => At(path, $"there must be rows of data, but there are none");

    internal static DataException AllDropped(string path, int rows) => At(path, $"a row without missing values is needed, but all {rows} rows have one; fill the gaps instead of dropping their rows");

    internal static DataException NoHeader(string path, long line, int columns) =>
        At(path, line, $"the first line must name the columns, but all its {columns} cells are numbers; set CsvOptions.HasHeader to false if the data begins there");

    internal static DataException DuplicateName(string path, long line, string name, int first, int second) =>
        At(path, line, $"column names must differ, but columns {first} and {second} are both named '{name}'");

    internal static DataException UnknownTextColumn(string path, string name, IEnumerable<string> columns) =>
        At(path, $"CsvOptions.TextColumns must name columns of the file, but '{name}' is none of {string.Join(", ", columns)}");

    internal static DataException CellCount(string path, long line, int expected, int actual) =>
        At(path, line, $"a row must have the first line's {expected} cells, but has {actual}");

    internal static DataException Malformed(string path, long line, string problem) =>
        At(path, line, $"a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but {problem}");

    internal static DataException NotUtf8(string path, long line, string column) => At(path, line, column, $"text must be UTF-8, but is not; save the file in that encoding");

    internal static DataException MissingValue(string path, long line, string column, string cell) =>
        At(path, line, column, $"a value is needed, but the cell {Shown(cell)}; CsvOptions.Missing can drop such rows or fill such cells");

    internal static DataException NotNumber(string path, long line, string column, string cell) =>
        At(path, line, column, $"a number is needed, as in the rows above, but the cell {Shown(cell)}; CsvOptions.TextColumns can keep the column as text");

    internal static DataException NotFinite(string path, long line, string column, string cell) => At(path, line, column, $"a finite number is needed, but the cell {Shown(cell)}");

    internal static DataException NothingToFillFrom(string path, string column) =>
        new(Text($"csv: {path}, column '{column}': at least one value is needed to fill the gaps from, but all are missing"));

    internal static OptionException FillNotFinite(double value) => new(Text($"csv: a value that fills gaps must be finite, but is {value}"));

    private static string Shown(string cell) => cell.Length == 0 ? "is empty" : $"is '{cell}'";

    private static DataException At(string path, FormattableString problem, Exception? inner = null) => new(Text($"csv: {path}: {Text(problem)}"), inner);

    private static DataException At(string path, long line, FormattableString problem) => new(Text($"csv: {path}, line {line}: {Text(problem)}"));

    private static DataException At(string path, long line, string column, FormattableString problem) =>
        new(Text($"csv: {path}, line {line}, column '{column}': {Text(problem)}"));

    private static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);
}
