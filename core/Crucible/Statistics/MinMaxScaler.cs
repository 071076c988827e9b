using Crucible.Tensors;
using static System.FormattableString;
using Primitives = System.Numerics.Tensors.TensorPrimitives;

namespace Crucible.Statistics;

/// <summary>
/// Brings every column from its [minimum, maximum] to [low, high]: low + (x - minimum) · (high - low) / (maximum -
/// minimum). Fit it on training rows only; rows seen later may then fall outside [low, high].
/// </summary>
/// <remarks>A constant column is only shifted: its training rows become low, and the inverse gives the constant back.</remarks>
public sealed class MinMaxScaler : Scaler
{
    private const string Operation = "min-max scaler";

    /// <summary>Makes a scaler of saved numbers.</summary>
    /// <param name="minimums">One minimum a column.</param>
    /// <param name="maximums">One maximum a column, not below its minimum.</param>
    /// <param name="low">What a minimum becomes.</param>
    /// <param name="high">What a maximum becomes, above <paramref name="low"/>.</param>
    /// <exception cref="DataException">The lengths differ.</exception>
    /// <exception cref="OptionException">
    /// A number is not finite, a maximum is below its minimum, or <paramref name="high"/> is not above
    /// <paramref name="low"/>.
    /// </exception>
    public MinMaxScaler(IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low = 0, double high = 1)
        : base(Operation, Offsets(minimums, maximums, low, high), Scales(minimums, maximums, low, high))
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

    /// <summary>Learns minimums and maximums, in doubles.</summary>
    /// <param name="training">The training rows, [rows, columns], at least one row.</param>
    /// <param name="low">What a minimum becomes.</param>
    /// <param name="high">What a maximum becomes, above <paramref name="low"/>.</param>
    /// <exception cref="ShapeException">The training rows are not a matrix.</exception>
    /// <exception cref="DataException">There is no row, or a value is not finite.</exception>
    /// <exception cref="OptionException"><paramref name="high"/> is not above <paramref name="low"/>.</exception>
    public static MinMaxScaler Fit(Tensor training, double low = 0, double high = 1)
    {
        double[][] columns = TrainingColumns(Operation, training);
        return new(
            [.. columns.Select(column => Primitives.Min<double>(column))],
            [.. columns.Select(column => Primitives.Max<double>(column))],
            low,
            high);
    }

    private static double[] Offsets(IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low, double high) =>
        [.. minimums.Zip(Scales(minimums, maximums, low, high), (minimum, scale) => minimum - (low * scale))];

    private static double[] Scales(IReadOnlyList<double> minimums, IReadOnlyList<double> maximums, double low, double high)
    {
        if (!(double.IsFinite(low) && double.IsFinite(high) && high > low))
            throw Errors.Option(Operation, "high", Invariant($"above low = {low}"), high);
        return [.. minimums.Zip(maximums, (minimum, maximum) =>
        {
            if (!double.IsFinite(minimum)) throw Errors.Option(Operation, "minimum", "finite", minimum);
            if (!(maximum >= minimum && double.IsFinite(maximum)))
                throw Errors.Option(Operation, "maximum", Invariant($"finite and at least minimum = {minimum}"), maximum);
            return maximum == minimum ? 1 : (maximum - minimum) / (high - low);
        })];
    }
}
