using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Crucible.Data;

namespace Crucible.Lab.Data;

/// <summary>Gathers the cells of one column. The first cell that is not missing settles its kind; until then cells are kept both as gaps between numbers and as text.</summary>
internal sealed class CsvColumn
{
    private enum Kind { Unsettled, Numbers, Text }

    private readonly string path;
    private readonly string name;
    private readonly Missing missing;
    private readonly byte[][] markers;
    private readonly List<double> numbers = [];
    private readonly List<string> text = [];
    private readonly List<int> gaps = [];
    private (long Line, string Cell) firstGap;
    private string? textOrigin;
    private Kind kind;

    internal CsvColumn(string path, string name, CsvOptions options)
    {
        this.path = path;
        this.name = name;
        missing = options.Missing;
        markers = [.. options.MissingMarkers.Select(Encoding.UTF8.GetBytes)];
        kind = options.TextColumns.Contains(name) ? Kind.Text : Kind.Unsettled;
    }

    /// <summary>The rows, from 0, in which a number is missing.</summary>
    internal IReadOnlyList<int> Gaps => kind == Kind.Text ? [] : gaps;

    internal void Add(ReadOnlySpan<byte> cell, long line)
    {
        bool isMissing = IsMissing(cell);
        bool isNumber = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        if (kind == Kind.Unsettled && !isMissing) kind = isNumber && double.IsFinite(number) ? Kind.Numbers : Kind.Text;
        if (kind != Kind.Numbers) text.Add(Decode(cell, line));
        if (kind == Kind.Text) textOrigin ??= string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}: '{text[^1]}'");
        else if (isMissing) AddGap(cell, line);
        else if (!isNumber) throw CsvErrors.NotNumber(path, line, name, Decode(cell, line));
        else if (!double.IsFinite(number)) throw CsvErrors.NotFinite(path, line, name, Decode(cell, line));
        else numbers.Add(number);
    }

    internal TableColumn ToColumn()
    {
        if (kind == Kind.Text) return TableColumn.Text(name, text, textOrigin);
        if (gaps.Count > 0 && !missing.Drops) FillGaps();
        return TableColumn.Numbers(name, numbers);
    }

    private void AddGap(ReadOnlySpan<byte> cell, long line)
    {
        if (gaps.Count == 0) firstGap = (line, Decode(cell, line));
        gaps.Add(numbers.Count);
        numbers.Add(double.NaN);
    }

    private void FillGaps()
    {
        if (missing.Fill is null) throw CsvErrors.MissingValue(path, firstGap.Line, name, firstGap.Cell);
        double value = missing.Fill([.. numbers.Where(number => !double.IsNaN(number))]);
        if (double.IsNaN(value)) throw CsvErrors.NothingToFillFrom(path, name);
        foreach (int row in gaps) numbers[row] = value;
    }

    private bool IsMissing(ReadOnlySpan<byte> cell)
    {
        foreach (byte[] marker in markers)
            if (Ascii.EqualsIgnoreCase(cell, marker)) return true;
        return false;
    }

    private string Decode(ReadOnlySpan<byte> cell, long line) => Utf8.IsValid(cell) ? Encoding.UTF8.GetString(cell) : throw CsvErrors.NotUtf8(path, line, name);
}
