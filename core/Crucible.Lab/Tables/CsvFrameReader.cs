using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Crucible.Files;
using CsvHelper;
using Deedle;
using Deedle.Vectors.ArrayVector;
using static System.FormattableString;

namespace Crucible.Lab.Tables;

/// <summary>Reads the records of one file into columns.</summary>
internal static class CsvFrameReader
{
    internal static Frame<int, string> Read(string path, CsvOptions options)
    {
        using FileStream stream = RegularFile.OpenRead(path);
        using CsvReader reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = options.Delimiter,
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = record => throw TableErrors.Malformed(path, record.LineNumber, Problem(record.Reason)),
        }, leaveOpen: true);
        if (!reader.Read()) throw TableErrors.Empty(path);
        string[] names = Names(reader, path, options.HasHeader);
        HashSet<string> texts = [.. options.TextColumns];
        if (options.TextColumns.Except(names).FirstOrDefault() is { } unknown) throw TableErrors.UnknownTextColumn(path, unknown, names);
        CsvColumn[] columns = [.. names.Select(name => new CsvColumn(path, name, options, texts.Contains(name)))];
        bool more = !options.HasHeader || reader.Read();
        if (!more) throw TableErrors.NoRows(path);
        int rows = 0;
        for (; more; more = reader.Read(), rows++)
        {
            if (reader.FieldCount != columns.Length)
                throw TableErrors.CellCount(path, reader.LineNumber, columns.Length, reader.FieldCount);
            for (int i = 0; i < columns.Length; i++) columns[i].Add(reader.GetSpan(i), reader.LineNumber);
        }

        return Frame.Of(Enumerable.Range(0, rows), names, columns.Select(column => column.ToVector()));
    }

    private static string Problem(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.StrayQuote => "a quote stands inside an unquoted cell",
        CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote",
        _ => "a quote is never closed",
    };

    private static string[] Names(CsvReader reader, string path, bool hasHeader)
    {
        string[] names = new string[reader.FieldCount];
        bool allNumbers = true;
        for (int i = 0; i < names.Length; i++)
        {
            string number = Invariant($"column{i + 1}");
            if (!Utf8.IsValid(reader.GetSpan(i))) throw TableErrors.NotUtf8(path, reader.LineNumber, number);
            if (reader.GetSpan(i).Contains((byte)0)) throw TableErrors.NullCharacter(path, reader.LineNumber, number);
            string cell = hasHeader ? reader.GetString(i) : "";
            names[i] = cell.Length > 0 ? cell : number;
            allNumbers &= double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        }
        if (allNumbers) throw TableErrors.NoHeader(path, reader.LineNumber, names.Length);
        Dictionary<string, int> first = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            if (!first.TryAdd(names[i], i))
                throw TableErrors.DuplicateName(path, reader.LineNumber, names[i], first[names[i]] + 1, i + 1);
        return names;
    }
}

/// <summary>
/// Gathers the cells of one column. The first cell that is not missing settles its kind; until then cells are kept both
/// as missing numbers and as text.
/// </summary>
internal sealed class CsvColumn(string path, string name, CsvOptions options, bool isText)
{
    private enum Kind { Unsettled, Numbers, Text }

    private readonly byte[][] markers = [.. options.MissingMarkers.Select(Encoding.UTF8.GetBytes)];
    private readonly List<double> numbers = [];
    private readonly List<string> text = [];
    private Kind kind = isText ? Kind.Text : Kind.Unsettled;

    internal void Add(ReadOnlySpan<byte> cell, long line)
    {
        if (cell.Contains((byte)0)) throw TableErrors.NullCharacter(path, line, name); // "1\0" parses as 1
        bool isMissing = IsMissing(cell);
        bool isNumber = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        if (kind == Kind.Unsettled && !isMissing) kind = isNumber && double.IsFinite(number) ? Kind.Numbers : Kind.Text;
        if (kind != Kind.Numbers) text.Add(Decode(cell, line));
        if (kind == Kind.Text) return;
        if (isMissing) numbers.Add(double.NaN);
        else if (!isNumber) throw TableErrors.NotNumber(path, line, name, Decode(cell, line));
        else if (!double.IsFinite(number)) throw TableErrors.NotFinite(path, line, name, Decode(cell, line));
        else numbers.Add(number);
    }

    /// <summary>The column's values; Deedle takes NaN for missing.</summary>
    internal IVector ToVector() => kind == Kind.Text
        ? ArrayVectorBuilder.Instance.Create([.. text])
        : ArrayVectorBuilder.Instance.Create([.. numbers]);

    private bool IsMissing(ReadOnlySpan<byte> cell)
    {
        foreach (byte[] marker in markers)
            if (Ascii.EqualsIgnoreCase(cell, marker)) return true;
        return false;
    }

    private string Decode(ReadOnlySpan<byte> cell, long line) =>
        Utf8.IsValid(cell) ? Encoding.UTF8.GetString(cell) : throw TableErrors.NotUtf8(path, line, name);
}
