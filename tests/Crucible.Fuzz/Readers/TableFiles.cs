using System.Globalization;
using System.Text;
using Crucible.Lab.Tables;
using Deedle;

namespace Crucible.Fuzz;

/// <summary>Tables as CSV files, with all that the format allows.</summary>
internal static class TableFiles
{
    private static readonly string[] Letters = ["a", ",", "\"", ";", "|", "\t", " ", "\n", "'", "é", "日", "𝔸", "1"];

    public static IEnumerable<FileReader> Readers => [new("csv", Table)];

    private static FileCase Table(Random random)
    {
        char delimiter = ",;\t|"[random.Next(4)];
        int rows = random.Next(1, 6), columns = random.Next(1, 5);
        bool hasHeader = random.Next(4) > 0;
        string end = random.Next(2) == 0 ? "\n" : "\r\n";
        string[] names = [.. Enumerable.Range(0, columns).Select(i => hasHeader ? $"c{i}{Text(random)}z" : $"column{i + 1}")];
        bool[] isText = [.. Enumerable.Range(0, columns).Select(_ => random.Next(2) == 0)];
        StringBuilder file = new(random.Next(4) == 0 ? "\uFEFF" : "");
        if (random.Next(6) == 0) file.Append("sep=").Append(delimiter).Append(end);
        if (hasHeader) file.AppendJoin(delimiter, names.Select(name => Quoted(name, delimiter, random))).Append(end);
        string[] told = new string[rows];
        for (int row = 0; row < rows; row++)
        {
            List<string> cells = [], values = [];
            foreach (bool text in isText)
            {
                (string cell, string value) = text ? TextCell(delimiter, random) : NumberCell(row > 0, columns > 1, random);
                cells.Add(cell);
                values.Add(value);
            }

            told[row] = string.Join(" | ", values);
            file.AppendJoin(delimiter, cells).Append(row == rows - 1 && random.Next(2) == 0 ? "" : end);
            if (random.Next(8) == 0) file.Append(end);
        }

        string[] texts = [.. names.Where((_, i) => isText[i])];
        CsvOptions options = new() { Delimiter = delimiter, HasHeader = hasHeader, TextColumns = texts };
        string named = string.Join("; ", texts.Select(name => $"\"{name.Replace("\\", "\\\\").Replace("\"", "\\\"")}\""));
        return FileCase.Of(new("a.csv", Encoding.UTF8.GetBytes(file.ToString())), path =>
        {
            Frame<int, string> frame = Csv.Read(path, options);
            return () => Tell(frame);
        }, string.Join(", ", names) + "\n" + string.Join('\n', told), $"Csv.Read(path \"a.csv\", CsvOptions(Delimiter = '{delimiter}', "
            + $"HasHeader = {(hasHeader ? "true" : "false")}, TextColumns = [ {named} ])) |> printfn \"%A\"") with
        { PerByte = 1000 };
    }

    private static string Tell(Frame<int, string> frame)
    {
        FrameColumn<int>[] columns = FrameColumn<int>.AllOf(frame);
        IEnumerable<string> rows = Enumerable.Range(0, frame.RowCount).Select(row => string.Join(" | ", columns.Select(column =>
            column.TryText(row) is { } text ? $"'{text}'" : column.TryNumber(row) is { } number ? Number(number) : "missing")));
        return $"{string.Join(", ", frame.ColumnKeys)}\n{string.Join('\n', rows)}";
    }

    private static string Number(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static (string Cell, string Value) NumberCell(bool canBeMissing, bool canBeEmpty, Random random)
    {
        // What stands first settles what the column holds, and a row of one empty cell is a blank line.
        if (canBeMissing && random.Next(5) == 0)
            return (new[] { "NA", "\"\"", " n/a ", "NaN", "?", "" }[random.Next(canBeEmpty ? 6 : 5)], "missing");
        double number = random.Next(3) switch
        {
            0 => random.Next(-5, 100),
            1 => BitConverter.Int64BitsToDouble(random.NextInt64()),
            _ => random.NextDouble() * Math.Pow(10, random.Next(-9, 9)),
        };
        if (!double.IsFinite(number)) number = -0.0;
        string digits = Number(number);
        string cell = random.Next(4) switch { 0 => $"\"{digits}\"", 1 => $" {digits} ", 2 when number > 0 => "+" + digits, _ => digits };
        return (cell, digits);
    }

    private static (string Cell, string Value) TextCell(char delimiter, Random random)
    {
        string text = Text(random);
        return (Quoted(text, delimiter, random), $"'{text}'");
    }

    private static string Text(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Letters[random.Next(Letters.Length)]));

    /// <summary>A cell in quotes where it needs them, and elsewhere now and then.</summary>
    private static string Quoted(string text, char delimiter, Random random) =>
        random.Next(3) == 0 || text.Length == 0 || text.AsSpan().ContainsAny(delimiter, '"', '\n') || text != text.Trim()
            ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
