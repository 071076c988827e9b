using Crucible.Tensors;

namespace Crucible.Statistics;

/// <summary>
/// Brings every column to mean 0 and standard deviation 1: (x - mean) / deviation, the deviation being √(Σ(x - mean)² /
/// n). Fit it on training rows only: test rows that take part in the mean make a test error too good.
/// </summary>
/// <remarks>
/// A constant column has its deviation set to 1: its training rows become exactly 0, and the inverse gives the constant
/// back.
/// </remarks>
public sealed class StandardScaler : Scaler
{
    private const string Operation = "standard scaler";

    /// <summary>Makes a scaler of saved numbers.</summary>
    /// <param name="means">One mean a column.</param>
    /// <param name="deviations">One standard deviation a column, above 0.</param>
    /// <exception cref="DataException">The lengths differ.</exception>
    /// <exception cref="OptionException">A mean is not finite, or a deviation is not finite and above 0.</exception>
    public StandardScaler(IReadOnlyList<double> means, IReadOnlyList<double> deviations)
        : base(Operation, [.. means], [.. deviations])
    {
        foreach (double mean in means)
            if (!double.IsFinite(mean)) throw Errors.Option(Operation, "mean", "finite", mean);
        foreach (double deviation in deviations)
            if (!(deviation > 0 && double.IsFinite(deviation)))
                throw Errors.Option(Operation, "deviation", "finite and above 0", deviation);
        Means = Array.AsReadOnly([.. means]);
        Deviations = Array.AsReadOnly([.. deviations]);
    }

    /// <summary>The mean of each column's training rows.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The standard deviation of each column's training rows; 1 for a constant column.</summary>
    public IReadOnlyList<double> Deviations { get; }

    /// <summary>Learns means and deviations, in doubles.</summary>
    /// <param name="training">The training rows, [rows, columns], at least one row.</param>
    /// <exception cref="ShapeException">The training rows are not a matrix.</exception>
    /// <exception cref="DataException">There is no row, or a value is not finite.</exception>
    public static StandardScaler Fit(Tensor training)
    {
        (double Mean, double Deviation)[] moments = Array.ConvertAll(TrainingColumns(Operation, training), Moments);
        return new([.. moments.Select(column => column.Mean)], [.. moments.Select(column => column.Deviation)]);
    }

    /// <summary>
    /// Mean and deviation in two passes over values divided by the largest, so that nothing overflows; the first pass
    /// starts at the first value, so that a constant column has exactly its value as mean and 0 as deviation.
    /// </summary>
    private static (double Mean, double Deviation) Moments(double[] values)
    {
        double first = values[0];
        if (values.AsSpan().IndexOfAnyExcept(first) < 0) return (first, 1);
        double largest = 0;
        foreach (double value in values) largest = Math.Max(largest, Math.Abs(value));
        double sum = 0;
        foreach (double value in values) sum += (value / largest) - (first / largest);
        double mean = (first / largest) + (sum / values.Length);
        double squares = 0;
        foreach (double value in values) squares += ((value / largest) - mean) * ((value / largest) - mean);
        double deviation = Math.Sqrt(squares / values.Length) * largest;
        return (mean * largest, deviation > 0 ? deviation : 1);
    }
}
