using System.Text;
using Crucible.Files;
using CsvHelper;
using Deedle;

namespace Crucible.Lab.Tables;

/// <summary>How <see cref="Csv.Read"/> reads a file.</summary>
public sealed class CsvOptions
{
    /// <summary>What separates cells; by default found from the first lines, among comma, semicolon, tab and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>
    /// Whether the first line names the columns, as by default; without, they are named <c>column1</c>, <c>column2</c>,
    /// ….
    /// </summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Columns kept as text even when they look like numbers (postal codes, say).</summary>
    public IReadOnlyCollection<string> TextColumns { get; init; } = [];

    /// <summary>
    /// The cells that mean a missing number, whatever their case; by default an empty cell, <c>NA</c>, <c>N/A</c>,
    /// <c>nan</c>, <c>null</c> and <c>?</c>.
    /// </summary>
    public IReadOnlyCollection<string> MissingMarkers { get; init; } = ["", "NA", "N/A", "nan", "null", "?"];
}

/// <summary>
/// Reads and writes frames as CSV files, UTF-8, with invariant numbers whatever the culture. Deedle's own reader turns
/// a word among numbers into a missing value in silence, and knows no line; this one refuses what it cannot read, with
/// file, line and column.
/// </summary>
public static class Csv
{
    /// <summary>
    /// Reads a frame of numbers (float) and texts, rows numbered from 0. A column is numeric when its first value that
    /// is not missing is a finite number, and text otherwise; in a numeric column every other cell must be one too, or
    /// missing. A text cell is what it says: an empty one is an empty text. Cells may be quoted; spaces around them do
    /// not count, nor do blank lines, a byte order mark, or the kind of line break. Integers are exact up to 2⁵³.
    /// </summary>
    /// <param name="path">
    /// The file. A first line <c>sep=;</c>, as spreadsheets write it, is understood; a column without a name is named
    /// by its number.
    /// </param>
    /// <param name="options">How to read it; by default see <see cref="CsvOptions"/>.</param>
    /// <exception cref="DataException">
    /// The file is missing, unreadable, empty or has no row below its header; names stand twice; a row has too few or
    /// too many cells; quotes do not match; a cell is not a number where one is needed. The message names file, line
    /// and column.
    /// </exception>
    public static Frame<int, string> Read(string path, CsvOptions? options = null)
    {
        if (!File.Exists(path)) throw TableErrors.NoFile(path);
        DataFiles.Note(path);
        try
        {
            return CsvFrameReader.Read(path, options ?? new());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TableErrors.Unreadable(path, error);
        }
    }

    /// <summary>
    /// Writes a frame with a header and without its row keys, numbers in the shortest form that reads back as the same
    /// double, missing ones as empty cells. The file appears whole or not at all.
    /// </summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="path">The file to make or replace; its folder is made when missing.</param>
    /// <param name="frame">Columns of numbers and texts.</param>
    /// <param name="delimiter">What separates cells.</param>
    /// <exception cref="DataException">
    /// A column holds something else, or the file cannot be written; an older one is left as it was.
    /// </exception>
    public static void Write<TRow>(string path, Frame<TRow, string> frame, char delimiter = ',')
    {
        try
        {
            AtomicFile.Write(path, stream => Write(stream, frame, delimiter));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TableErrors.Unwritable(path, error);
        }
    }

    /// <summary>What <see cref="Write{TRow}(string, Frame{TRow, string}, char)"/> writes.</summary>
    internal static string ToText<TRow>(Frame<TRow, string> frame)
    {
        using MemoryStream text = new();
        Write(text, frame, ',');
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void Write<TRow>(Stream stream, Frame<TRow, string> frame, char delimiter)
    {
        CsvWriterOptions options = new() { Separator = delimiter, NewLine = "\n", Quoting = CsvQuoting.WhenNeededOrWhitespace };
        using CsvWriter writer = CsvWriter.Create(stream, options, leaveOpen: true);
        FrameColumn<TRow>[] columns = FrameColumn<TRow>.AllOf(frame);
        writer.WriteHeader([.. columns.Select(column => column.Name)]);
        for (int row = 0; row < frame.RowCount; row++)
        {
            foreach (FrameColumn<TRow> column in columns)
            {
                if (column.TryText(row) is { } text) writer.WriteField(text);
                else if (column.TryNumber(row) is { } number) writer.WriteField(number);
                else writer.WriteField("");
            }
            writer.EndRecord();
        }
        writer.Flush();
    }
}
