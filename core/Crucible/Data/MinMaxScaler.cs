using System.Numerics.Tensors;

namespace Crucible.Data;

/// <summary>
/// Brings every column from its [minimum, maximum] to [low, high]: low + (x - minimum) · (high - low) / (maximum - minimum).
/// Fit it on training rows only; rows seen later may then fall outside [low, high].
/// </summary>
/// <remarks>A constant column is only shifted: its training rows become low, and the inverse gives the constant back.</remarks>
public sealed class MinMaxScaler : Scaler
{
    private const string Operation = "min-max scaler";

    /// <summary>Makes a scaler of saved numbers.</summary>
    /// <param name="columns">The column names.</param>
    /// <param name="minimums">One minimum a column.</param>
    /// <param name="maximums">One maximum a column, not below its minimum.</param>
    /// <param name="low">What a minimum becomes.</param>
    /// <param name="high">What a maximum becomes, above <paramref name="low"/>.</param>
    /// <exception cref="DataException">The lengths differ.</exception>
    /// <exception cref="OptionException">A number is not finite, a maximum is below its minimum, or <paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public MinMaxScaler(IReadOnlyList<string> columns, IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low = 0, double high = 1)
        : base(Operation, columns, Offsets(minimums, maximums, low, high), Scales(minimums, maximums, low, high))
    {
        Minimums = Array.AsReadOnly([.. minimums]);
        Maximums = Array.AsReadOnly([.. maximums]);
        Low = low;
        High = high;
    }

    /// <summary>The smallest value of each column's training rows.</summary>
    public IReadOnlyList<double> Minimums { get; }

    /// <summary>The largest value of each column's training rows.</summary>
    public IReadOnlyList<double> Maximums { get; }

    /// <summary>What a minimum becomes.</summary>
    public double Low { get; }

    /// <summary>What a maximum becomes.</summary>
    public double High { get; }

    /// <summary>Learns minimums and maximums.</summary>
    /// <param name="training">The training rows, numeric columns only, at least one row.</param>
    /// <param name="low">What a minimum becomes.</param>
    /// <param name="high">What a maximum becomes, above <paramref name="low"/>.</param>
    /// <exception cref="DataException">There is no row, a column holds text, or a value is not finite.</exception>
    /// <exception cref="OptionException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public static MinMaxScaler Fit(Table training, double low = 0, double high = 1)
    {
        Require.Rows(Operation, training.RowCount);
        var (minimums, maximums) = (new double[training.ColumnCount], new double[training.ColumnCount]);
        for (int column = 0; column < minimums.Length; column++)
        {
            string name = training.ColumnNames[column];
            ReadOnlySpan<double> values = training.Numbers(name);
            Require.Finite(Operation, name, values);
            minimums[column] = TensorPrimitives.Min(values);
            maximums[column] = TensorPrimitives.Max(values);
        }
        return new(training.ColumnNames, minimums, maximums, low, high);
    }

    /// <summary>Learns minimums and maximums; the columns are named <c>x0</c>, <c>x1</c>, ….</summary>
    /// <param name="training">The training rows, [rows, columns].</param>
    /// <param name="low">What a minimum becomes.</param>
    /// <param name="high">What a maximum becomes, above <paramref name="low"/>.</param>
    /// <exception cref="DataException">There is no row or column, or a value is not finite.</exception>
    /// <exception cref="OptionException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public static MinMaxScaler Fit(double[,] training, double low = 0, double high = 1) => Fit(Table.FromMatrix(training), low, high);

    private static double[] Offsets(IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low, double high) =>
        [.. minimums.Zip(Scales(minimums, maximums, low, high), (minimum, scale) => minimum - (low * scale))];

    private static double[] Scales(IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low, double high)
    {
        if (!(double.IsFinite(low) && double.IsFinite(high) && high > low)) throw Errors.Option(Operation, "high", Errors.Text($"above low = {low}"), high);
        return [.. minimums.Zip(maximums, (minimum, maximum) =>
        {
            if (!double.IsFinite(minimum)) throw Errors.Option(Operation, "minimum", "finite", minimum);
            if (!(maximum >= minimum && double.IsFinite(maximum))) throw Errors.Option(Operation, "maximum", Errors.Text($"finite and at least minimum = {minimum}"), maximum);
            return maximum == minimum ? 1 : (maximum - minimum) / (high - low);
        })];
    }
}
