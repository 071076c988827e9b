using static System.FormattableString;

namespace Crucible.Lab.Tables;

/// <summary>Builds the errors of tables: for files file, line and column first, then what must be, what is, and the remedy.</summary>
internal static class TableErrors
{
    internal static DataException NoFile(string path) => At(path, $"the file must exist, but there is none at {Path.GetFullPath(path)}");

    internal static DataException Unreadable(string path, Exception error) =>
        At(path, $"the file must be readable, but is not ({error.Message})", error);

    internal static DataException Unwritable(string path, Exception error) =>
        At(path, $"the file must be writable, but is not ({error.Message})", error);

    internal static DataException Empty(string path) => At(path, $"the first line must name the columns, but the file is empty");

    internal static DataException NoRows(string path) => At(path, $"there must be rows of data, but there are none");

    internal static DataException NoHeader(string path, long line, int columns) => At(
        path,
        line,
        $"the first line must name the columns, but all its {columns} cells are numbers; set CsvOptions.HasHeader to false if the data begins there");

    internal static DataException DuplicateName(string path, long line, string name, int first, int second) =>
        At(path, line, $"column names must differ, but columns {first} and {second} are both named '{name}'");

    internal static DataException UnknownTextColumn(string path, string name, IEnumerable<string> columns) =>
        At(path, $"CsvOptions.TextColumns must name columns of the file, but '{name}' is none of {string.Join(", ", columns)}");

    internal static DataException CellCount(string path, long line, int expected, int actual) =>
        At(path, line, $"a row must have the first line's {expected} cells, but has {actual}");

    internal static DataException Malformed(string path, long line, string problem) =>
        At(path, line, $"a quoted cell must begin and end with a quote, and quotes inside it must be doubled, but {problem}");

    internal static DataException NotUtf8(string path, long line, string column) =>
        At(path, line, column, $"text must be UTF-8, but is not; save the file in that encoding");

    internal static DataException NullCharacter(string path, long line, string column) => At(
        path, line, column, $"a cell must be text, but holds the character of code 0; the file is damaged, or not UTF-8");

    internal static DataException NotNumber(string path, long line, string column, string cell) => At(
        path,
        line,
        column,
        $"a number is needed, as in the rows above, but the cell is '{cell}'; CsvOptions.TextColumns can keep the column as text");

    internal static DataException NotFinite(string path, long line, string column, string cell) =>
        At(path, line, column, $"a finite number is needed, but the cell is '{cell}'");

    internal static DataException UnknownColumn(string name, IEnumerable<string> columns)
    {
        string remedy = NearestName.Of(name, columns) is { } nearest ? $"; did you mean '{nearest}'?" : "";
        return new($"frame: column '{name}' must be one of {string.Join(", ", columns)}, but is none of them{remedy}");
    }

    internal static DataException ColumnTwice(string name) => new($"frame: columns must differ, but '{name}' is named twice");

    internal static DataException NotText(string column, object? row) => new(Invariant(
        $"frame: column '{column}' must hold texts, as in the training rows, but row {row} does not; CsvOptions.TextColumns keeps a column as text"));

    internal static DataException NoValue(string column) =>
        new(Invariant($"frame: column '{column}' must have a value in some training row, but has none; leave it out with Frame.without"));

    internal static DataException NoTrainingRows() => new("frame: there must be training rows, but there are none");

    internal static DataException NoCategory() => new("categories: there must be at least one, but there is none");

    internal static DataException CategoryTwice(string name) => new($"categories: names must differ, but '{name}' is named twice");

    internal static DataException UnknownCategory(string text, IEnumerable<string> names)
    {
        string remedy = NearestName.Of(text, names) is { } nearest ? $"; did you mean '{nearest}'?" : "";
        return new($"categories: '{text}' must be one of {string.Join(", ", names)}, which the training rows have{remedy}");
    }

    internal static DataException NoColumn() => new("frame: there must be at least one column, but there is none");

    internal static DataException NotNumber(string column, object? row, object value) =>
        new(Invariant($"frame: column '{column}' must hold numbers, but row {row} holds '{value}'; TableEncoder makes numbers of texts, Frame.without leaves the column out"));

    internal static DataException TooLarge(string column, double value) => new(Invariant(
        $"frame: column '{column}' must hold numbers small enough to compute with, but reaches {value}; divide it by a constant"));

    internal static DataException Missing(string column, object? row) => new(Invariant(
        $"frame: column '{column}' must have a value in every row, but row {row} has none; {Remedy}"));

    private const string Remedy = "TableEncoder fills or marks missing values, Frame.dropSparseRows leaves such rows out";

    internal static DataException NamesOfTensor(int names, Crucible.Tensors.Shape shape) =>
        new(Invariant($"frame: a tensor must be [rows, columns] with one column a name, got {shape} and {names} names"));

    internal static DataException TargetTooLarge(double value) => new(Invariant(
        $"table network: targets must be small enough to compute with, but reach {value}; divide them by a constant"));

    internal static OptionException Member(string option, object value) =>
        new(Invariant($"table network: {option} must be a member of {value.GetType().Name}, got {value}"));

    private static DataException At(string path, FormattableString problem, Exception? inner = null) =>
        new(Invariant($"csv: {path}: {Invariant(problem)}"), inner);

    private static DataException At(string path, long line, FormattableString problem) =>
        new(Invariant($"csv: {path}, line {line}: {Invariant(problem)}"));

    private static DataException At(string path, long line, string column, FormattableString problem) =>
        new(Invariant($"csv: {path}, line {line}, column '{column}': {Invariant(problem)}"));
}
