namespace Crucible.Lab.Data;

/// <summary>How <see cref="Csv.Read"/> reads a file.</summary>
public sealed class CsvOptions
{
    /// <summary>What separates cells; by default found from the first lines, among comma, semicolon, tab and bar.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first line names the columns, as by default; without, they are named <c>column1</c>, <c>column2</c>, ….</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Columns kept as text even when they look like numbers (postal codes, say).</summary>
    public IReadOnlyCollection<string> TextColumns { get; init; } = [];

    /// <summary>What is done about a missing value of a numeric column; by default it is an error.</summary>
    public Missing Missing { get; init; } = Missing.Error;

    /// <summary>The cells that mean a missing value, whatever their case; by default an empty cell, <c>NA</c>, <c>N/A</c>, <c>nan</c>, <c>null</c> and <c>?</c>.</summary>
    public IReadOnlyCollection<string> MissingMarkers { get; init; } = ["", "NA", "N/A", "nan", "null", "?"];
}
