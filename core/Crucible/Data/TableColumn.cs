namespace Crucible.Data;

/// <summary>A named column of a <see cref="Table"/>: numbers, or text. It never changes.</summary>
public sealed class TableColumn
{
    private readonly double[]? numbers;
    private readonly string[]? text;

    private TableColumn(string name, double[]? numbers, string[]? text, string? origin)
    {
        Name = name;
        this.numbers = numbers;
        this.text = text;
        Origin = origin;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The number of cells.</summary>
    public int Count => numbers?.Length ?? text!.Length;

    /// <summary>Whether the cells are numbers.</summary>
    public bool IsNumeric => numbers is not null;

    /// <summary>Where the text of a text column was found (as in <c>iris.csv, line 2: 'setosa'</c>), for the message when numbers are asked of it.</summary>
    internal string? Origin { get; }

    /// <summary>Makes a column of numbers.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">One number a row; copied.</param>
    public static TableColumn Numbers(string name, IEnumerable<double> values) => new(name, [.. values], null, null);

    /// <summary>Makes a column of text.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="values">One text a row; copied.</param>
    /// <param name="origin">Where the first text stands (<c>file, line</c>), shown when numbers are asked of the column; by default its row.</param>
    public static TableColumn Text(string name, IEnumerable<string> values, string? origin = null) => new(name, null, [.. values], origin);

    internal static TableColumn Adopt(string name, double[] values) => new(name, values, null, null);

    internal TableColumn Rows(ReadOnlySpan<int> rows)
    {
        return numbers is not null
            ? new(Name, Pick(numbers, rows), null, null)
            : new(Name, null, Pick(text!, rows), Origin);
    }

    internal ReadOnlySpan<double> NumbersFor(string operation) =>
        numbers ?? throw Errors.TextColumn(operation, Name, Origin ?? (text!.Length == 0 ? "no rows" : $"row 0: '{text[0]}'"));

    internal ReadOnlySpan<string> TextFor(string operation) => text ?? throw Errors.NumericColumn(operation, Name);

    private static T[] Pick<T>(T[] values, ReadOnlySpan<int> rows)
    {
        T[] picked = new T[rows.Length];
        for (int i = 0; i < rows.Length; i++) picked[i] = values[rows[i]];
        return picked;
    }
}
