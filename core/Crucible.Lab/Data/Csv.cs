using Crucible.Data;
using Crucible.Files;
using CsvHelper;

namespace Crucible.Lab.Data;

/// <summary>Reads and writes tables as CSV files, UTF-8, with invariant numbers whatever the culture.</summary>
public static class Csv
{
    /// <summary>
    /// Reads a table. A column is numeric when its first value that is not missing is a finite number, and text otherwise; in a numeric column every other cell must be one too.
    /// Cells may be quoted; spaces around them do not count, nor do blank lines, a byte order mark, or the kind of line break. Numbers are doubles: integers are exact up to 2⁵³.
    /// </summary>
    /// <param name="path">The file. A first line <c>sep=;</c>, as spreadsheets write it, is understood; a column without a name is named by its number (<c>column1</c>).</param>
    /// <param name="options">How to read it; by default see <see cref="CsvOptions"/>.</param>
    /// <exception cref="DataException">
    /// The file is missing, unreadable, empty or has no row below its header; names stand twice; a row has too few or too many cells;
    /// quotes do not match; a cell is missing or not a number where one is needed. The message names file, line and column.
    /// </exception>
    public static Table Read(string path, CsvOptions? options = null)
    {
        if (!File.Exists(path)) throw CsvErrors.NoFile(path);
        try
        {
            return CsvTableReader.Read(path, options ?? new());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CsvErrors.Unreadable(path, error);
        }
    }

    /// <summary>Writes a table with a header, numbers in the shortest form that reads back as the same double. The file appears whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder is made when missing.</param>
    /// <param name="table">The table.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <exception cref="DataException">The file cannot be written; an older one is left as it was.</exception>
    public static void Write(string path, Table table, char delimiter = ',')
    {
        try
        {
            AtomicFile.Write(path, stream => Write(stream, table, delimiter));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CsvErrors.Unwritable(path, error);
        }
    }

    private static void Write(Stream stream, Table table, char delimiter)
    {
        CsvWriterOptions options = new() { Separator = delimiter, NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace };
        using CsvWriter writer = CsvWriter.Create(stream, options, leaveOpen: true);
        double[]?[] numbers = [.. table.ColumnNames.Select(name => table.IsNumeric(name) ? table.Column(name) : null)];
        string[]?[] texts = [.. table.ColumnNames.Select(name => table.IsNumeric(name) ? null : table.Text(name))];
        writer.WriteHeader([.. table.ColumnNames]);
        for (int row = 0; row < table.RowCount; row++)
        {
            for (int column = 0; column < table.ColumnCount; column++)
            {
                if (numbers[column] is { } values) writer.WriteField(values[row]);
                else writer.WriteField(texts[column]![row]);
            }
            writer.EndRecord();
        }
        writer.Flush();
    }
}
