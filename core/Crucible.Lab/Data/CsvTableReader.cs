using System.Globalization;
using System.Text.Unicode;
using Crucible.Data;
using CsvHelper;

namespace Crucible.Lab.Data;

/// <summary>Reads the records of one file into columns.</summary>
internal static class CsvTableReader
{
    internal static Table Read(string path, CsvOptions options)
    {
        using CsvReader reader = CsvReader.FromFile(path, new CsvReaderOptions
        {
            Separator = options.Delimiter,
            HasHeader = false,
            TrimWhitespace = true,
            TrackLineNumbers = true,
            OnMalformedRecord = record => throw CsvErrors.Malformed(path, record.LineNumber, Problem(record.Reason)),
        });
        return Read(reader, path, options);
    }

    private static Table Read(CsvReader reader, string path, CsvOptions options)
    {
        if (!reader.Read()) throw CsvErrors.Empty(path);
        string[] names = Names(reader, path, options.HasHeader);
        foreach (string name in options.TextColumns)
            if (!names.Contains(name)) throw CsvErrors.UnknownTextColumn(path, name, names);
        CsvColumn[] columns = [.. names.Select(name => new CsvColumn(path, name, options))];
        bool more = !options.HasHeader || reader.Read();
        if (!more) throw CsvErrors.NoRows(path);
        for (; more; more = reader.Read())
        {
            if (reader.FieldCount != columns.Length) throw CsvErrors.CellCount(path, reader.LineNumber, columns.Length, reader.FieldCount);
            for (int i = 0; i < columns.Length; i++) columns[i].Add(reader.GetSpan(i), reader.LineNumber);
        }
        Table table = new(columns.Select(column => column.ToColumn()));
        return options.Missing.Drops ? WithoutGaps(table, columns, path) : table;
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
            string number = string.Create(CultureInfo.InvariantCulture, $"column{i + 1}");
            if (!Utf8.IsValid(reader.GetSpan(i))) throw CsvErrors.NotUtf8(path, reader.LineNumber, number);
            string cell = hasHeader ? reader.GetString(i) : "";
            names[i] = cell.Length > 0 ? cell : number;
            allNumbers &= double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        }
        if (allNumbers) throw CsvErrors.NoHeader(path, reader.LineNumber, names.Length);
        for (int i = 0; i < names.Length; i++)
        {
            int first = Array.IndexOf(names, names[i]);
            if (first < i) throw CsvErrors.DuplicateName(path, reader.LineNumber, names[i], first + 1, i + 1);
        }
        return names;
    }

    private static Table WithoutGaps(Table table, CsvColumn[] columns, string path)
    {
        HashSet<int> gaps = [.. columns.SelectMany(column => column.Gaps)];
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !gaps.Contains(row))];
        return rows.Length > 0 ? table.Rows(rows) : throw CsvErrors.AllDropped(path, table.RowCount);
    }
}
