namespace Crucible.Lab.Data;

/// <summary>What is done about missing values of numeric columns. A missing text is just an empty text.</summary>
/// <remarks>Means and medians are those of the whole file: rows held out for testing take part in them. When that matters, drop the rows instead.</remarks>
public sealed class Missing
{
    private Missing(bool drops, Func<IReadOnlyList<double>, double>? fill)
    {
        Drops = drops;
        Fill = fill;
    }

    /// <summary>A missing value is an error that names file, line and column.</summary>
    public static Missing Error { get; } = new(drops: false, fill: null);

    /// <summary>A row with a missing value in any numeric column is left out.</summary>
    public static Missing DropRow { get; } = new(drops: true, fill: null);

    /// <summary>A missing value becomes the mean of its column's other values.</summary>
    public static Missing Mean { get; } = new(drops: false, MathNet.Numerics.Statistics.Statistics.Mean);

    /// <summary>A missing value becomes the median of its column's other values.</summary>
    public static Missing Median { get; } = new(drops: false, MathNet.Numerics.Statistics.Statistics.Median);

    /// <summary>Whether rows are left out.</summary>
    internal bool Drops { get; }

    /// <summary>The value that fills a gap, from the values that are present; null when gaps are not filled.</summary>
    internal Func<IReadOnlyList<double>, double>? Fill { get; }

    /// <summary>A missing value becomes this number.</summary>
    /// <param name="value">The number put in every gap, finite.</param>
    /// <exception cref="OptionException">The number is not finite.</exception>
    public static Missing Value(double value) => double.IsFinite(value) ? new(drops: false, _ => value) : throw CsvErrors.FillNotFinite(value);
}
