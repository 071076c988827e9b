using Crucible.Statistics;
using Crucible.Tensors;
using Deedle;
using static System.FormattableString;

namespace Crucible.Lab.Tables;

/// <summary>What becomes of a cell without a value.</summary>
public enum MissingValues
{
    /// <summary>It is an error that names column and row.</summary>
    Refuse,

    /// <summary>Its row is left out: <see cref="TableEncoder.Complete"/>.</summary>
    Drop,

    /// <summary>The median of the training rows' numbers, or their most frequent text, takes its place.</summary>
    Fill,

    /// <summary>
    /// As <see cref="Fill"/>, and a column that is 1 where the value is missing, for columns that miss one in training rows:
    /// that something is missing may tell as much as a value.
    /// </summary>
    Indicator,
}

/// <summary>What stands for texts.</summary>
public enum CategoryEncoding
{
    /// <summary>A column for each text of the training rows, 1 where the row has it. A text that they do not have is all zeros.</summary>
    OneHot,

    /// <summary>
    /// One column of indices in the order of the texts, from 0, for an embedding. A text that the training rows do not have
    /// has the index behind the last one, so an embedding needs a row more than there are texts.
    /// </summary>
    Index,
}

/// <summary>
/// Turns the rows of a frame, numbers and texts, with gaps or without, into numbers: everything is learned from training rows
/// once, and done alike to others.
/// </summary>
public sealed class TableEncoder
{
    private readonly ColumnEncoder[] columns;
    private readonly MissingValues missing;

    private TableEncoder(ColumnEncoder[] columns, MissingValues missing)
    {
        (this.columns, this.missing) = (columns, missing);
        Columns = [.. columns.SelectMany(column => column.Names)];
    }

    /// <summary>The names of the encoded columns: <c>rm</c>, <c>colour = red</c>, <c>age is missing</c>.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Learns texts, and what takes the place of missing values, from training rows.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="training">Columns of numbers or texts, at least one row. An empty text is a missing value.</param>
    /// <param name="missing">What becomes of missing values.</param>
    /// <param name="categories">What stands for texts.</param>
    /// <exception cref="DataException">
    /// There is no row or column, a column has no value at all, a cell is neither number nor text, or one is missing and that
    /// is refused.
    /// </exception>
    /// <exception cref="OptionException">An option is no member.</exception>
    public static TableEncoder Fit<TRow>(
        Frame<TRow, string> training, MissingValues missing = MissingValues.Refuse, CategoryEncoding categories = CategoryEncoding.OneHot)
    {
        if (!Enum.IsDefined(missing)) throw TableErrors.Member(nameof(missing), missing);
        if (!Enum.IsDefined(categories)) throw TableErrors.Member(nameof(categories), categories);
        FrameColumn<TRow>[] all = FrameColumn<TRow>.AllOf(training);
        if (training.RowCount == 0) throw TableErrors.NoTrainingRows();
        return new([.. all.Select(column => ColumnEncoder.Fit(column, missing, categories))], missing);
    }

    /// <summary>The rows that can be encoded: without <see cref="MissingValues.Drop"/> all, else those that miss no value.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="frame">The fitted columns, among others or alone.</param>
    /// <exception cref="DataException">A column is not there.</exception>
    public Frame<TRow, string> Complete<TRow>(Frame<TRow, string> frame)
    {
        if (missing != MissingValues.Drop) return frame;
        FrameColumn<TRow>[] fitted = Fitted(frame);
        int[] rows = [.. Enumerable.Range(0, frame.RowCount).Where(row => Array.TrueForAll(fitted, column => !column.IsMissing(row)))];
        return rows.Length == frame.RowCount ? frame : FrameModule.IlocRows(rows, frame);
    }

    /// <summary>The rows as numbers.</summary>
    /// <typeparam name="TRow">The rows' keys.</typeparam>
    /// <param name="frame">The fitted columns, among others or alone, in any order.</param>
    /// <returns>float64 [rows, <see cref="Columns"/>].</returns>
    /// <exception cref="DataException">
    /// A column is not there or of another kind, or a value is missing and no rule takes its place.
    /// </exception>
    public Tensor Transform<TRow>(Frame<TRow, string> frame)
    {
        double[] numbers = new double[frame.RowCount * Columns.Count];
        int place = 0;
        foreach ((ColumnEncoder encoder, FrameColumn<TRow> column) in columns.Zip(Fitted(frame)))
        {
            for (int row = 0; row < frame.RowCount; row++)
                encoder.Encode(column, row, numbers.AsSpan((row * Columns.Count) + place, encoder.Names.Length));
            place += encoder.Names.Length;
        }
        return Tensor.From(numbers, frame.RowCount, Columns.Count);
    }

    /// <summary>The places among <see cref="Columns"/> that come of one column of the frame.</summary>
    /// <param name="name">The column's name.</param>
    /// <exception cref="DataException">It was not fitted.</exception>
    public IReadOnlyList<int> PlacesOf(string name)
    {
        int found = Array.FindIndex(columns, column => column.Name == name);
        if (found < 0) throw TableErrors.UnknownColumn(name, columns.Select(column => column.Name));
        return [.. Enumerable.Range(columns[..found].Sum(column => column.Names.Length), columns[found].Names.Length)];
    }

    private FrameColumn<TRow>[] Fitted<TRow>(Frame<TRow, string> frame)
    {
        Dictionary<string, FrameColumn<TRow>> all = FrameColumn<TRow>.AllOf(frame).ToDictionary(column => column.Name);
        return Array.ConvertAll(columns, column =>
            all.TryGetValue(column.Name, out FrameColumn<TRow>? found) ? found : throw TableErrors.UnknownColumn(column.Name, all.Keys));
    }
}

/// <summary>What was learned about one column.</summary>
internal abstract class ColumnEncoder(string name, string[] names)
{
    /// <summary>The column's name in the frame.</summary>
    internal string Name => name;

    /// <summary>The names of what it becomes.</summary>
    internal string[] Names => names;

    /// <summary>Writes what a row becomes.</summary>
    internal abstract void Encode<TRow>(FrameColumn<TRow> column, int row, Span<double> target);

    internal static ColumnEncoder Fit<TRow>(FrameColumn<TRow> column, MissingValues missing, CategoryEncoding categories)
    {
        int[] present = [.. column.Rows.Where(row => !column.IsMissing(row))];
        if (missing == MissingValues.Refuse && present.Length < column.RowCount)
            throw TableErrors.Missing(column.Name, column.KeyOf(column.Rows.First(column.IsMissing)));
        if (present.Length == 0) throw TableErrors.NoValue(column.Name);
        bool fills = missing is MissingValues.Fill or MissingValues.Indicator;
        string[] flag = missing == MissingValues.Indicator && present.Length < column.RowCount ? [$"{column.Name} is missing"] : [];
        if (!present.Any(row => column.TryText(row) is not null))
        {
            double median = Summary.Quantile(present.Select(row => column.NumberAt(row)), 0.5);
            return new NumberEncoder(column.Name, flag, fills ? median : null);
        }
        string[] texts = [.. present.Select(column.TextAt)];
        string mode = texts.CountBy(text => text).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
            .First().Key;
        return new TextEncoder(column.Name, flag, Categories.Fit(texts), categories, fills ? mode : null);
    }
}

/// <summary>A column of numbers: itself, and whether it is missing.</summary>
internal sealed class NumberEncoder(string name, string[] flag, double? fill) : ColumnEncoder(name, [name, .. flag])
{
    internal override void Encode<TRow>(FrameColumn<TRow> column, int row, Span<double> target)
    {
        bool isMissing = column.IsMissing(row);
        target[0] = isMissing ? fill ?? throw TableErrors.Missing(Name, column.KeyOf(row)) : column.NumberAt(row);
        if (target.Length > 1) target[1] = isMissing ? 1 : 0;
    }
}

/// <summary>A column of texts: a mark for each category, or one index, and whether it is missing.</summary>
internal sealed class TextEncoder(string name, string[] flag, Categories categories, CategoryEncoding encoding, string? fill)
    : ColumnEncoder(
        name, [.. encoding == CategoryEncoding.Index ? [name] : categories.Names.Select(text => Invariant($"{name} = {text}")), .. flag])
{
    internal override void Encode<TRow>(FrameColumn<TRow> column, int row, Span<double> target)
    {
        bool isMissing = column.IsMissing(row);
        string text = isMissing ? fill ?? throw TableErrors.Missing(Name, column.KeyOf(row)) : column.TextAt(row);
        target.Clear();
        if (encoding == CategoryEncoding.Index) target[0] = categories.IndexOf(text) ?? categories.Count;
        else if (categories.IndexOf(text) is { } place) target[place] = 1;
        if (isMissing && flag.Length > 0) target[^1] = 1;
    }
}
